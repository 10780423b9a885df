import { describe, expect, it } from 'vitest';
import { addCells, selectModels, totalOf } from '../../src/core/cells.js';
import { sumCells, type Cells } from '../../src/core/profile.js';

/** Two clusters × two models; every sum is the given one, scaled apart. */
function cellsOf(counts: readonly number[]): Cells {
  const scaled = (factor: number): Float64Array => Float64Array.from(counts, (count) => factor * count);
  return {
    clusters: 2,
    models: counts.length / 2,
    count: scaled(1),
    scoreSum: scaled(0.5),
    scoreSquareSum: scaled(0.25),
    costCount: scaled(2),
    costSum: scaled(3),
    tokenCount: scaled(4),
    inputTokenSum: scaled(5),
    outputTokenSum: scaled(6),
  };
}

describe('sums of cells', () => {
  it('are taken model by model, with zeros for one that is new', () => {
    expect(selectModels(cellsOf([1, 2, 3, 4]), [1, -1, 0])).toEqual(cellsOf([2, 0, 1, 4, 0, 3]));
  });

  it('add up', () => {
    expect(addCells(cellsOf([1, 2, 3, 4]), cellsOf([10, 20, 30, 40]))).toEqual(cellsOf([11, 22, 33, 44]));
  });

  it('of two parts of a table are those of the table', () => {
    const outcomes = (scores: number[]) => {
      const none = new Float64Array(scores.length).fill(NaN);
      return { models: 1, scores: Float64Array.from(scores), costs: none, inputTokens: none, outputTokens: none };
    };
    const parts = addCells(
      sumCells(outcomes([1, 0.5]), Int32Array.of(0, 1), 2),
      sumCells(outcomes([0.25, NaN]), Int32Array.of(1, 1), 2),
    );
    expect(parts).toEqual(sumCells(outcomes([1, 0.5, 0.25, NaN]), Int32Array.of(0, 1, 1, 1), 2));
  });

  it('have a total for each model', () => {
    expect(totalOf(Float64Array.of(1, 2, 30, 40), 1, 2)).toBe(42);
  });
});
