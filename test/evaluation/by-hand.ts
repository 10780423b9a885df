import type { Traffic } from '../../src/evaluation/traffic.js';

export type Observed = number | null;

/** One query of some traffic: its dataset, then each model's score and cost; `null` is not observed. */
export type Row = readonly [dataset: string | null, scores: readonly Observed[], costs: readonly Observed[]];

/** Traffic that is written down, as it would be read from records of these outcomes, each with a text of its own. */
export function trafficByHand<M extends string>(models: readonly M[], rows: readonly Row[]): Traffic<M> {
  const datasets = [...new Set(rows.map(([dataset]) => dataset))].sort();
  const column = (of: (row: Row) => readonly Observed[]): Float64Array =>
    Float64Array.from(rows.flatMap((row) => of(row).map((value) => value ?? NaN)));
  return {
    models,
    places: rows.map((_, query) => `records[${query}]`),
    embeddings: rows.map(() => [1]),
    datasets,
    datasetOf: Int32Array.from(rows, ([dataset]) => datasets.indexOf(dataset)),
    textOf: Int32Array.from(rows.keys()),
    scores: column(([, scores]) => scores),
    costs: column(([, , costs]) => costs),
  };
}

/** The arithmetic mean, and the sum, of what is observed; `null` of nothing. */
export const meanOf = (values: readonly Observed[]): Observed => {
  const observed = values.filter((value) => value !== null);
  return observed.length === 0 ? null : sumOf(observed)! / observed.length;
};
export const sumOf = (values: readonly Observed[]): Observed =>
  values.reduce((sum, value) => (value === null ? sum : (sum ?? 0) + value), null);

/** Plain data with its numbers to twelve digits, so that sums in another order are the same. */
export function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, part: unknown) => (typeof part === 'number' ? Number(part.toPrecision(12)) : part)),
  );
}
