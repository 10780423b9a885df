import type { Outcomes } from './core/profile.js';
import { RouterError } from './errors.js';
import type { TokenPrice } from './options.js';
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

/** What one model's answer to one query used. */
export interface Usage {
  /** Measured cost in USD. Missing, negative or not finite means "not observed", never free. */
  readonly cost?: number | null | undefined;
  readonly input_tokens?: number | null | undefined;
  readonly output_tokens?: number | null | undefined;
  /** Another spelling of `input_tokens`. */
  readonly prompt_tokens?: number | null | undefined;
  /** Another spelling of `output_tokens`. */
  readonly completion_tokens?: number | null | undefined;
}

/** One evaluated query: one line of the JSONL that the Avengers-Pro authors publish, as it is. Other keys are ignored. */
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

/** Records in memory or streamed, line by line. */
export type RecordSource<M extends string = string> = Iterable<RoutingRecord<M>> | AsyncIterable<RoutingRecord<M>>;

/** One record of an {@link OutcomeTable}, but for its outcomes. */
export interface EvaluatedQuery {
  readonly query: string;
  readonly dataset: string | undefined;
  readonly embedding: ArrayLike<number> | undefined;
  /** Where the record stood in the log, for messages: `records[17]`. */
  readonly place: string;
}

/** Records after the door: canonical order (query text by code unit), sorted models, NaN for "not observed". */
export interface OutcomeTable {
  readonly models: readonly string[];
  readonly queries: readonly EvaluatedQuery[];
  readonly outcomes: Outcomes;
}

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
  let position = 0;
  const total = lengthOf(source);
  for await (const value of each(source, signal)) {
    const place = `records[${position++}]`;
    const record = parse(check, value, 'invalid_records', place);
    if (record.dataset != null) datasets.add(record.dataset);
    if (record.dataset == null || !excludedDatasets.includes(record.dataset)) {
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
  if (position % recordsPerReport !== 0) await onRecord?.(position, total);
  for (const model of excludedModels) models.delete(model);
  return reading('invalid_records', 'records', () => tabulate(kept, [...models].sort(byCodeUnit), prices));
}

type ReadRecord = RoutingRecord & { readonly place: string };

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

function requireKnown(names: readonly string[], known: ReadonlySet<string>, place: string, expected: string): void {
  names.forEach((name, i) => {
    if (known.has(name)) return;
    const names = list([...known].sort(byCodeUnit));
    throw mismatch('invalid_options', `${place}[${i}]`, `${expected} (${names})`, describe(name));
  });
}

function tabulate(
  records: ReadRecord[],
  models: readonly string[],
  prices: Readonly<Record<string, TokenPrice>>,
): OutcomeTable {
  const rows = records.map((record) => ({ record, outcomes: readOutcomes(record, models, prices) }));
  rows.sort((a, b) => compareRecords(a.record, b.record) || compareNumbers(a.outcomes, b.outcomes));
  const column = (offset: number): Float64Array => {
    const values = new Float64Array(rows.length * models.length);
    rows.forEach(({ outcomes }, row) => {
      values.set(outcomes.subarray(offset * models.length, (offset + 1) * models.length), row * models.length);
    });
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

/** Some queries of a table, in its order, with the outcomes of some of its models. */
export function partOfTable(table: OutcomeTable, queries: Int32Array, models: readonly string[]): OutcomeTable {
  const columns = models.map((model) => table.models.indexOf(model));
  const select = (values: Float64Array): Float64Array => {
    const part = new Float64Array(queries.length * columns.length);
    queries.forEach((query, row) => {
      columns.forEach((column, i) => {
        part[row * columns.length + i] = values[query * table.models.length + column]!;
      });
    });
    return part;
  };
  const { scores, costs, inputTokens, outputTokens } = table.outcomes;
  return {
    models,
    queries: Array.from(queries, (query) => table.queries[query]!),
    outcomes: {
      models: models.length,
      scores: select(scores),
      costs: select(costs),
      inputTokens: select(inputTokens),
      outputTokens: select(outputTokens),
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

function measurement(value: number | null | undefined): number {
  return value != null && value >= 0 && Number.isFinite(value) ? value : NaN;
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
  for (let i = 0; i < a.length && i < b.length; i++) {
    // NaN sorts before every number.
    const difference = Number(Number.isNaN(b[i])) - Number(Number.isNaN(a[i])) || a[i]! - b[i]!;
    if (difference) return difference;
  }
  return a.length - b.length;
}

/** Order of strings by UTF-16 code unit: the same on every engine and locale. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/**
 * A fit needs of every model at least one score, and at least one cost if any model has one.
 *
 * @throws RouterError `invalid_records` naming the model
 */
export function requireObservations({ models, outcomes }: OutcomeTable): void {
  if (models.length === 0) throw mismatch('invalid_records', 'records', 'at least one model', 'none');
  const unscored = models.find((_, model) => !isObserved(outcomes.scores, models.length, model));
  if (unscored !== undefined) {
    throw new RouterError(
      'invalid_records',
      `records: expected a score of ${describe(unscored)} in at least one record, got none; leave it out with excludedModels`,
    );
  }
  const uncosted = models.find((_, model) => !isObserved(outcomes.costs, models.length, model));
  if (uncosted !== undefined && outcomes.costs.some((cost) => !Number.isNaN(cost))) {
    throw new RouterError(
      'invalid_records',
      `records: expected a cost of ${describe(uncosted)} in at least one record, as other models have one, got none; ` +
        'give its prices or leave it out with excludedModels',
    );
  }
}

/** The models of a table that a fit can take: with a score, and with a cost if any model has one. */
export function fittableModels({ models, outcomes }: OutcomeTable): string[] {
  const withCosts = outcomes.costs.some((cost) => !Number.isNaN(cost));
  return models.filter(
    (_, model) =>
      isObserved(outcomes.scores, models.length, model) &&
      (!withCosts || isObserved(outcomes.costs, models.length, model)),
  );
}

/** Whether any record has a score of a model. */
export function isScored({ models, outcomes }: OutcomeTable, model: string): boolean {
  return models.includes(model) && isObserved(outcomes.scores, models.length, models.indexOf(model));
}

function isObserved(values: Float64Array, models: number, model: number): boolean {
  for (let entry = model; entry < values.length; entry += models) if (!Number.isNaN(values[entry]!)) return true;
  return false;
}
