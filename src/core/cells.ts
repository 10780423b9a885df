import type { Cells } from './profile.js';

/**
 * The sums of some models, in the given order.
 *
 * @param columns - the position of each model in `cells`; −1 for a model that was never observed there
 */
export function selectModels(cells: Cells, columns: readonly number[]): Cells {
  const select = (values: Float64Array): Float64Array =>
    Float64Array.from({ length: cells.clusters * columns.length }, (_, cell) => {
      const column = columns[cell % columns.length]!;
      return column < 0 ? 0 : values[Math.floor(cell / columns.length) * cells.models + column]!;
    });
  return {
    clusters: cells.clusters,
    models: columns.length,
    count: select(cells.count),
    scoreSum: select(cells.scoreSum),
    scoreSquareSum: select(cells.scoreSquareSum),
    costCount: select(cells.costCount),
    costSum: select(cells.costSum),
    tokenCount: select(cells.tokenCount),
    inputTokenSum: select(cells.inputTokenSum),
    outputTokenSum: select(cells.outputTokenSum),
  };
}

/** The sums of two disjoint sets of records together, over the same clusters and models. */
export function addCells(a: Cells, b: Cells): Cells {
  const add = (x: Float64Array, y: Float64Array): Float64Array => x.map((value, cell) => value + y[cell]!);
  return {
    clusters: a.clusters,
    models: a.models,
    count: add(a.count, b.count),
    scoreSum: add(a.scoreSum, b.scoreSum),
    scoreSquareSum: add(a.scoreSquareSum, b.scoreSquareSum),
    costCount: add(a.costCount, b.costCount),
    costSum: add(a.costSum, b.costSum),
    tokenCount: add(a.tokenCount, b.tokenCount),
    inputTokenSum: add(a.inputTokenSum, b.inputTokenSum),
    outputTokenSum: add(a.outputTokenSum, b.outputTokenSum),
  };
}

/** One model's total over all clusters. */
export function totalOf(values: Float64Array, model: number, models: number): number {
  let total = 0;
  for (let cell = model; cell < values.length; cell += models) total += values[cell]!;
  return total;
}
