import { describe, expect, it } from 'vitest';
import {
  cellDeviations,
  profileCells,
  standardErrorsOfSmoother,
  sumCells,
  type Cells,
  type Outcomes,
} from '../../src/core/profile.js';

const x = NaN;
/** Four records, two models; model 1 was not observed on record 2, and has no cost on record 1. */
const outcomes: Outcomes = {
  models: 2,
  scores: Float64Array.of(1, 0.5, 0, 1, 1, x, 1, 0),
  costs: Float64Array.of(4, 1, 2, x, 6, 3, 8, 2),
  inputTokens: Float64Array.of(10, 20, x, x, x, x, 30, 40),
  outputTokens: Float64Array.of(1, 2, x, x, 5, x, 3, 4),
};
const labels = Int32Array.of(0, 0, 1, 1);

describe('sumCells', () => {
  it('adds up what was observed', () => {
    const cells = sumCells(outcomes, labels, 3);
    expect([...cells.count]).toEqual([2, 2, 2, 1, 0, 0]);
    expect([...cells.scoreSum]).toEqual([1, 1.5, 2, 0, 0, 0]);
    expect([...cells.scoreSquareSum]).toEqual([1, 1.25, 2, 0, 0, 0]);
    expect([...cells.costCount]).toEqual([2, 1, 2, 2, 0, 0]);
    expect([...cells.costSum]).toEqual([6, 1, 14, 5, 0, 0]);
  });

  it('counts tokens only where both counts are there', () => {
    const cells = sumCells(outcomes, labels, 3);
    expect([...cells.tokenCount]).toEqual([1, 1, 1, 1, 0, 0]);
    expect([...cells.inputTokenSum]).toEqual([10, 20, 30, 40, 0, 0]);
    expect([...cells.outputTokenSum]).toEqual([1, 2, 3, 4, 0, 0]);
  });
});

describe('profileCells', () => {
  const cells = sumCells(outcomes, labels, 3);

  it('takes means, and the overall mean where nothing was observed', () => {
    const profile = profileCells(cells, 0);
    expect([...profile.overallPerformance]).toEqual([0.75, 0.5]);
    expect([...profile.overallCost]).toEqual([5, 2]);
    expect([...profile.performance]).toEqual([0.5, 0.75, 1, 0, 0.75, 0.5]);
    expect([...profile.cost]).toEqual([3, 1, 7, 2.5, 5, 2]);
  });

  it('shrinks towards the overall mean', () => {
    const profile = profileCells(cells, 2);
    // (2·0.5 + 2·0.75)/4, (2·0.75 + 2·0.5)/4, (2·1 + 2·0.75)/4, (1·0 + 2·0.5)/3, and the overall means.
    expect([...profile.performance]).toEqual([0.625, 0.625, 0.875, 1 / 3, 0.75, 0.5]);
    // (6 + 10)/4, (1 + 4)/3, (14 + 10)/4, (5 + 4)/4.
    expect([...profile.cost]).toEqual([4, 5 / 3, 6, 2.25, 5, 2]);
  });

  it('has no cost where none was ever observed', () => {
    const free = profileCells(sumCells({ ...outcomes, costs: new Float64Array(8).fill(NaN) }, labels, 3), 5);
    expect([...free.cost]).toEqual(new Array<number>(6).fill(NaN));
  });
});

describe('cellDeviations', () => {
  const deviationsOf = (count: number[], scoreSum: number[], scoreSquareSum: number[]): number[] => {
    const rest = new Float64Array(count.length);
    return Array.from(
      cellDeviations({
        clusters: count.length,
        models: 1,
        count: Float64Array.from(count),
        scoreSum: Float64Array.from(scoreSum),
        scoreSquareSum: Float64Array.from(scoreSquareSum),
        costCount: rest,
        costSum: rest,
        tokenCount: rest,
        inputTokenSum: rest,
        outputTokenSum: rest,
      }),
    );
  };

  it('give the standard error of a mean where there is one cluster', () => {
    // 1, 0.5, 0.5, 0: SS = 1.5 − 1 = 0.5, σ² = 0.5/3; √(0.5 + 0.1667)/4 = √(0.5/3/4).
    expect(Math.sqrt(deviationsOf([4], [2], [1.5])[0]!) / 4).toBeCloseTo(0.2041241452, 10);
  });

  it('lend a cluster of one score, or of equal ones, the variance of the others', () => {
    // SS = 0.5, 0 and 0; σ² = 0.5 / (3 + 0 + 2).
    expect(deviationsOf([4, 1, 3], [2, 1, 3], [1.5, 1, 3])).toEqual([0.6, 0.1, 0.1]);
  });

  it('know nothing where no cluster has two scores, and lose nothing below 0 to rounding', () => {
    expect(deviationsOf([1, 1], [1, 0], [1, 0])).toEqual([NaN, NaN]);
    const score = 0.1 + 0.2;
    expect(deviationsOf([3], [score + score + score], [3 * score * score])[0]).toBeGreaterThanOrEqual(0);
  });
});

describe('the spread of scores inside clusters', () => {
  // Model 0: 2 and 3 scores, (0, 1) and (1, 1, 1), none in the last cluster. Model 1: one score in each of two clusters.
  const none = new Float64Array(6);
  const cells: Cells = {
    clusters: 3,
    models: 2,
    count: Float64Array.of(2, 1, 3, 0, 0, 1),
    scoreSum: Float64Array.of(1, 1, 3, 0, 0, 0.5),
    scoreSquareSum: Float64Array.of(1, 1, 3, 0, 0, 0.25),
    costCount: none,
    costSum: none,
    tokenCount: none,
    inputTokenSum: none,
    outputTokenSum: none,
  };
  const close = (values: readonly number[]): unknown[] => values.map((value) => expect.closeTo(value, 12) as unknown);

  it('is SS_ij + σ_i², unknown where no cluster has two scores', () => {
    // SS 1 − 1/2 and 3 − 9/3; σ² = ½ / (1 + 2).
    const deviations = [...cellDeviations(cells)];
    expect(deviations.filter((_, cell) => cell % 2 === 0)).toEqual(close([2 / 3, 1 / 6, 1 / 6]));
    expect(deviations.filter((_, cell) => cell % 2 === 1)).toEqual([NaN, NaN, NaN]);
  });

  it('is the error of an estimate from them: √ Σ (ℓ/n + (1 − Σℓ)/N)² (SS + σ²)', () => {
    // Model 0: 1 − Σℓ = .4 of N = 5, .08 a record; .4/2 + .08 = .28, .2/3 + .08. Model 1: all of it is the overall mean, ½ a record.
    const leverages = Float64Array.of(0.4, 0, 0.2, 0, 0, 0);
    const deviations = Float64Array.of(2 / 3, 0.1, 1 / 6, 9, 9, 0.3);
    const [first, second] = standardErrorsOfSmoother(cells, deviations, leverages);
    expect(first).toBeCloseTo(Math.sqrt(0.28 ** 2 * (2 / 3) + (0.2 / 3 + 0.08) ** 2 / 6), 12);
    expect(second).toBeCloseTo(Math.sqrt(0.25 * 0.1 + 0.25 * 0.3), 12);
  });
});
