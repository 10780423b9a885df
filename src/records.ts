import { RouterError } from './errors.js';
import type { TokenPrice } from './options.js';
import type { OutcomeTable } from './table.js';
import {
  accept,
  byName,
  describe,
  isArrayLike,
  list,
  mismatch,
  nullish,
  number,
  object,
  parse,
  reading,
  text,
  vector,
  type Check,
} from './validation.js';

/**
 * What one model's answer to one query used.
 * @example
 * const measured: Usage = { cost: 0.0021 };
 * const counted: Usage = { input_tokens: 61, output_tokens: 240 }; // priced by the option `prices`
 */
export interface Usage {
  /** Measured cost in USD. Missing, negative, not finite or beyond 1e50 means "not observed", never free. */
  readonly cost?: number | null | undefined;
  readonly input_tokens?: number | null | undefined;
  readonly output_tokens?: number | null | undefined;
  /** Another spelling of `input_tokens`. */
  readonly prompt_tokens?: number | null | undefined;
  /** Another spelling of `output_tokens`. */
  readonly completion_tokens?: number | null | undefined;
}

/**
 * One evaluated query: one line of the JSONL that the Avengers-Pro authors publish, as it is. Other keys are ignored.
 * @example
 * const record: RoutingRecord = {
 *   query: 'Is 91 prime?',
 *   records: { large: 1, small: false, medium: null },
 *   usages: { large: { cost: 0.0021 }, small: { input_tokens: 61, output_tokens: 240 } },
 * };
 */
export interface RoutingRecord<M extends string = string> {
  readonly query: string;
  /** Score of each model's answer, in [0, 1] or a boolean. `null` or an absent model means "not observed", never 0. */
  readonly records: { readonly [model in M]?: number | boolean | null | undefined };
  readonly usages?: { readonly [model in M]?: Usage | null | undefined } | null | undefined;
  /** The benchmark or traffic segment that the query belongs to. */
  readonly dataset?: string | null | undefined;
  readonly index?: number | string | null | undefined;
  /** The query's embedding, if there is one already: the embedder is then not called for this record. */
  readonly embedding?: ArrayLike<number> | null | undefined;
}

/**
 * Records in memory or streamed, line by line.
 * @example
 * async function* read(lines: AsyncIterable<string>): AsyncGenerator<RoutingRecord> {
 *   for await (const line of lines) yield JSON.parse(line) as RoutingRecord;
 * }
 */
export type RecordSource<M extends string = string> = Iterable<RoutingRecord<M>> | AsyncIterable<RoutingRecord<M>>;

/** Which part of the records is read, and how a missing cost is filled in. */
export interface ReadSettings {
  readonly excludedModels?: readonly string[];
  readonly excludedDatasets?: readonly string[];
  readonly prices?: Readonly<Record<string, TokenPrice>>;
  readonly signal?: AbortSignal | undefined;
  readonly onRecord?: ((completed: number, total: number | null) => unknown) | undefined;
}

/** How many records are read between two calls of `onRecord`. */
const recordsPerReport = 1024;

/**
 * Reads records into a table that does not depend on their order.
 *
 * @throws RouterError `invalid_records` with the position of the first malformed record, `invalid_options` where an
 * excluded model or dataset does not occur
 */
export async function readRecords(source: unknown, settings: ReadSettings = {}): Promise<OutcomeTable> {
  const { excludedModels = [], excludedDatasets = [], prices = {}, signal, onRecord } = settings;
  const check = recordCheck();
  const kept: ReadRecord[] = [];
  const models = new Set<string>();
  const datasets = new Set<string>();
  const leftOut = new Set<string | null | undefined>(excludedDatasets);
  let position = 0;
  const total = lengthOf(source);
  for await (const value of each(source, signal)) {
    const place = `records[${position++}]`;
    const record = parse(check, value, 'invalid_records', place);
    if (record.dataset != null) datasets.add(record.dataset);
    if (!leftOut.has(record.dataset)) {
      kept.push({ ...record, place });
      for (const model of Object.keys(record.records)) models.add(model);
      for (const model of Object.keys(record.usages ?? {})) models.add(model);
    }
    if (position % recordsPerReport === 0) {
      signal?.throwIfAborted();
      await onRecord?.(position, total);
    }
  }
  requireKnown(excludedDatasets, datasets, 'options.excludedDatasets', 'a dataset of the records');
  requireKnown(excludedModels, models, 'options.excludedModels', 'a model of the records');
  if (position === 0) throw mismatch('invalid_records', 'records', 'at least one record', '0');
  if (kept.length === 0) {
    const expected = 'at least one record outside the excluded datasets';
    throw mismatch('invalid_records', 'records', expected, `0 of ${position}`);
  }
  for (const model of excludedModels) models.delete(model);
  const names = [...models].sort(byCodeUnit);
  const rows: TableRow[] = [];
  for (const record of kept) {
    rows.push({ record, outcomes: readOutcomes(record, names, prices) });
    if (rows.length % recordsPerReport !== 0) continue;
    signal?.throwIfAborted();
    await onRecord?.(position, total);
  }
  const table = reading('invalid_records', 'records', () => tabulate(rows, names));
  await onRecord?.(position, total);
  return table;
}

type ReadRecord = RoutingRecord & { readonly place: string };

interface TableRow {
  readonly record: ReadRecord;
  /** See {@link readOutcomes}. */
  readonly outcomes: Float64Array;
}

/** A number that is no measurement (negative, NaN, infinite) is "not observed"; what is no number at all is a mistake. */
export const measured: Check<number | null | undefined> = nullish(number('a number', () => true));

export const score: Check<number | boolean | null | undefined> = nullish(
  accept(
    'a score in [0, 1], a boolean or null',
    (value) => typeof value === 'boolean' || (typeof value === 'number' && value >= 0 && value <= 1),
  ),
);

export const recordIndex: Check<number | string> = accept(
  'a number or a string',
  (value) => typeof value === 'number' || typeof value === 'string',
);

/** One record at the door, as a fresh copy. */
export function recordCheck(): Check<RoutingRecord> {
  const usage = object<Usage>(
    {
      cost: measured,
      input_tokens: measured,
      output_tokens: measured,
      prompt_tokens: measured,
      completion_tokens: measured,
    },
    'an object with cost or token counts',
  );
  return object<RoutingRecord>(
    {
      query: text(),
      records: byName(score, 'an object by model'),
      usages: nullish(byName(nullish(usage), 'an object by model')),
      dataset: nullish(text()),
      index: nullish(recordIndex),
      embedding: nullish(vector),
    },
    'an object with query and records',
  );
}

function lengthOf(source: unknown): number | null {
  return isArrayLike(source) ? source.length : null;
}

/** The records of a source. What the source itself throws gets a place, and is kept as `cause`. */
async function* each(source: unknown, signal: AbortSignal | undefined): AsyncGenerator {
  let position = 0;
  try {
    for await (const record of iterable(source)) {
      yield record;
      position++;
    }
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof RouterError) throw cause;
    throw mismatch('invalid_records', `records[${position}]`, 'a record', describe(cause), { cause });
  }
}

function iterable(source: unknown): Iterable<unknown> | AsyncIterable<unknown> {
  const isIterable =
    typeof source === 'object' && source !== null && (Symbol.iterator in source || Symbol.asyncIterator in source);
  if (!isIterable) throw mismatch('invalid_records', 'records', 'an iterable of records', describe(source));
  return source as Iterable<unknown> | AsyncIterable<unknown>;
}

/** That names which a caller gave occur in the records; the message lists those that do. */
export function requireKnown(
  names: readonly string[],
  known: ReadonlySet<string>,
  place: string,
  expected: string,
): void {
  names.forEach((name, i) => {
    if (known.has(name)) return;
    const names = list([...known].sort(byCodeUnit));
    throw mismatch('invalid_options', `${place}[${i}]`, `${expected} (${names})`, describe(name));
  });
}

function tabulate(rows: TableRow[], models: readonly string[]): OutcomeTable {
  rows.sort((a, b) => compareRecords(a.record, b.record) || compareNumbers(a.outcomes, b.outcomes));
  const column = (offset: number): Float64Array => {
    const values = new Float64Array(rows.length * models.length);
    let entry = 0;
    for (const { outcomes } of rows) {
      for (let i = 0; i < models.length; i++) values[entry++] = outcomes[offset * models.length + i]!;
    }
    return values;
  };
  return {
    models,
    queries: rows.map(({ record: { query, dataset, embedding, place } }) => ({
      query,
      dataset: dataset ?? undefined,
      embedding: embedding ?? undefined,
      place,
    })),
    outcomes: {
      models: models.length,
      scores: column(0),
      costs: column(1),
      inputTokens: column(2),
      outputTokens: column(3),
    },
  };
}

/** A record's scores, costs, input tokens and output tokens of all models, one after the other; NaN is "not observed". */
function readOutcomes(
  { records, usages }: ReadRecord,
  models: readonly string[],
  prices: Readonly<Record<string, TokenPrice>>,
): Float64Array {
  const outcomes = new Float64Array(4 * models.length).fill(NaN);
  models.forEach((model, i) => {
    const usage = ownValue(usages, model);
    const input = measurement(usage?.input_tokens ?? usage?.prompt_tokens);
    const output = measurement(usage?.output_tokens ?? usage?.completion_tokens);
    const price = ownValue(prices, model);
    const priced = price ? (input * price.input + output * price.output) / 1e6 : NaN;
    const cost = measurement(usage?.cost);
    outcomes[i] = Number(ownValue(records, model) ?? NaN);
    outcomes[models.length + i] = Number.isNaN(cost) ? priced : cost;
    outcomes[2 * models.length + i] = input;
    outcomes[3 * models.length + i] = output;
  });
  return outcomes;
}

/** A model may be called `constructor`: only own properties count. */
function ownValue<T>(object: Readonly<Record<string, T>> | null | undefined, key: string): T | undefined {
  return object && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** No cost and no number of tokens is larger: what is, counts as infinite, so that no sum ever is. */
const largestMeasurement = 1e50;

function measurement(value: number | null | undefined): number {
  return value != null && value >= 0 && value <= largestMeasurement ? value : NaN;
}

/** Canonical order: by query, then by everything else, so that records that differ never depend on the log's order. */
function compareRecords(a: ReadRecord, b: ReadRecord): number {
  return (
    byCodeUnit(a.query, b.query) ||
    byCodeUnit(a.dataset ?? '', b.dataset ?? '') ||
    compareNumbers(a.embedding ?? [], b.embedding ?? [])
  );
}

function compareNumbers(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return a.length - b.length;
  for (let i = 0; i < a.length; i++) {
    // NaN sorts before every number.
    const difference = Number(Number.isNaN(b[i])) - Number(Number.isNaN(a[i])) || a[i]! - b[i]!;
    if (difference) return difference;
  }
  return 0;
}

/** Order of strings by UTF-16 code unit: the same on every engine and locale. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
