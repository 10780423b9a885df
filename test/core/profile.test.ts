import { describe, expect, it } from 'vitest';
import { profileCells, standardError, sumCells, type Outcomes } from '../../src/core/profile.js';

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
  const cells = sumCells(outcomes, labels, 3);

  it('adds up what was observed', () => {
    expect([...cells.count]).toEqual([2, 2, 2, 1, 0, 0]);
    expect([...cells.scoreSum]).toEqual([1, 1.5, 2, 0, 0, 0]);
    expect([...cells.scoreSquareSum]).toEqual([1, 1.25, 2, 0, 0, 0]);
    expect([...cells.costCount]).toEqual([2, 1, 2, 2, 0, 0]);
    expect([...cells.costSum]).toEqual([6, 1, 14, 5, 0, 0]);
  });

  it('counts tokens only where both counts are there', () => {
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

describe('standardError', () => {
  it('is the sample standard deviation over √n', () => {
    // Scores 1, 0, 0.5, 0.5: mean 0.5, squared deviations .25 + .25 = .5, variance .5/3, √(.5/3/4) = .204124.
    expect(standardError(4, 2, 1.5)).toBeCloseTo(0.2041241452, 10);
    expect(standardError(3, 3, 3)).toBe(0);
  });

  it('is unknown below two observations', () => {
    expect(standardError(1, 1, 1)).toBeNaN();
    expect(standardError(0, 0, 0)).toBeNaN();
  });

  it('survives rounding that makes the spread of equal scores negative', () => {
    const score = 0.1;
    expect(standardError(3, score + score + score, 3 * score * score)).toBeLessThan(1e-8);
  });
});
