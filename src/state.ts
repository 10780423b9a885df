import * as z from 'zod/mini';
import type { Matrix } from './core/matrix.js';
import type { Cells } from './core/profile.js';
import {
  pricesByModel,
  requireEstimator,
  routerOptionsShape,
  type Estimator,
  type RouterOptions,
  type TokenPrice,
} from './options.js';
import { describe, mismatch, nonNegative, number, parse, positiveInteger, strictObject } from './validation.js';

/**
 * A fitted router as plain JSON: what was measured (sums and counts), not what was decided, and no query, secret or time.
 * Every version stays readable.
 */
export interface RouterState<M extends string = string> {
  readonly format: 'pareto-router';
  readonly version: 2;
  /** The vector space that the router was fitted in. */
  readonly embedding: {
    readonly id: string;
    readonly dimensions: number;
    /**
     * Vectors of two fixed texts, 2 × the used dimensions: base64 of little-endian Float32; absent where nothing could
     * embed at fit.
     */
    readonly canary?: string;
  };
  readonly options: RouterOptions;
  /** Sorted by code unit. */
  readonly models: readonly M[];
  /** k × the used dimensions, row-major: base64 of little-endian Float32. */
  readonly centroids: string;
  /** Sums per cluster × model, row-major: entry `cluster * models.length + model`. */
  readonly cells: StateCells;
  readonly clusters: {
    /** Number of training records of each cluster. */
    readonly size: readonly number[];
    /**
     * 101 quantiles (0 %, 1 %, …, 100 %) of the training queries' Euclidean distances to their own centroid; absent where nobody
     * measured them: then no novelty is known, and the estimator `'kernel'` has no bandwidth.
     */
    readonly distanceQuantiles?: readonly number[];
  };
  /** USD per million tokens: what the router was told of its models; absent where it was told nothing. */
  readonly prices?: { readonly [model in M]?: TokenPrice };
}

/** The sums of {@link RouterState.cells}. */
export interface StateCells {
  /** Number of observed scores. */
  readonly count: readonly number[];
  readonly scoreSum: readonly number[];
  readonly scoreSquareSum: readonly number[];
  /** Number of observed costs. */
  readonly costCount: readonly number[];
  /** USD. */
  readonly costSum: readonly number[];
  /** Number of records with both token counts; the three token sums are present when any record carries tokens. */
  readonly tokenCount?: readonly number[];
  readonly inputTokenSum?: readonly number[];
  readonly outputTokenSum?: readonly number[];
}

/** What is embedded at fit, and again by `verifyEmbedder`, to notice a changed vector space. Never to be edited. */
export const canaryTexts: readonly [string, string] = [
  'A train leaves at noon and travels 180 km at 60 km/h. When does it arrive, and why?',
  'def median(xs):\n    ys = sorted(xs)\n    return ys[len(ys) // 2]  # naïve: odd lengths only',
];

/** Number of stored distance quantiles: 0 %, 1 %, …, 100 %. */
export const quantileCount = 101;

/**
 * Reads a state of any version at the door into a fresh copy of the newest one, its keys in the order in which a fit writes them:
 * one state has one text, and so one fingerprint.
 *
 * @throws RouterError `invalid_state`
 */
export function parseState(value: unknown): RouterState {
  const header = z.object(
    {
      format: z.literal('pareto-router', { error: "'pareto-router'" }),
      version: z.literal([1, 2], { error: 'version 1 or 2' }),
    },
    { error: 'an object made by router.toJSON()' },
  );
  const { version } = parse(header, value, 'invalid_state', 'state');
  // A new version adds a migration here, and a literal fixture file to the tests.
  const state =
    version === 1
      ? fromVersion1(parse(schemaOfVersion1(), value, 'invalid_state', 'state'))
      : parse(stateSchema(), value, 'invalid_state', 'state');
  requireConsistency(state);
  const { prices = {}, ...measured } = state;
  return { ...measured, ...writePrices(state.models, prices) };
}

type StateVersion1 = Omit<RouterState, 'version' | 'options' | 'clusters' | 'prices'> & {
  readonly version: 1;
  readonly options: Omit<RouterOptions, 'estimator'>;
  readonly clusters: Required<RouterState['clusters']>;
};

/** Version 1 knew the nearest clusters only, and its `'global'` took its ranges over the models' overall means. */
function fromVersion1(state: StateVersion1): RouterState {
  const { clusters, nearestClusters, rule, ...others } = state.options;
  return {
    ...state,
    version: 2,
    options: {
      clusters,
      nearestClusters,
      rule: rule === 'global' ? 'overall' : rule,
      estimator: 'nearest',
      ...others,
    },
  };
}

function schemaOfVersion1(): z.ZodMiniType<StateVersion1> {
  const { estimator: _, ...options } = routerOptionsShape();
  const rule = z.enum(['global', 'paper', 'reference'], { error: "'global', 'paper' or 'reference'" });
  const schema = strictObject({
    ...sharedShape(),
    version: z.literal(1),
    options: strictObject({ ...options, rule, dimensions: z.exactOptional(options.dimensions) }),
    clusters: strictObject({ size: counts(), distanceQuantiles: sums() }),
  });
  return schema satisfies z.ZodMiniType<StateVersion1>;
}

function stateSchema(): z.ZodMiniType<RouterState> {
  const options = routerOptionsShape();
  const schema = strictObject({
    ...sharedShape(),
    version: z.literal(2),
    options: strictObject({ ...options, dimensions: z.exactOptional(options.dimensions) }),
    clusters: strictObject({ size: counts(), distanceQuantiles: z.exactOptional(sums()) }),
    prices: z.exactOptional(pricesByModel()),
  });
  return schema satisfies z.ZodMiniType<RouterState>;
}

const arrayOfNumbers = (entry: z.ZodMiniType<number>): z.ZodMiniType<number[]> =>
  z.array(entry, { error: 'an array of numbers' });
const counts = (): z.ZodMiniType<number[]> =>
  arrayOfNumbers(number('a whole number ≥ 0', (value) => Number.isSafeInteger(value) && value >= 0));
const sums = (): z.ZodMiniType<number[]> => arrayOfNumbers(nonNegative());

/** What all versions have alike, in the order in which it is written. */
function sharedShape() {
  const text = z.string({ error: 'a string' });
  return {
    format: z.literal('pareto-router'),
    version: z.unknown(),
    embedding: strictObject({ id: text, dimensions: positiveInteger(), canary: z.exactOptional(text) }),
    options: z.unknown(),
    models: z.array(text, { error: 'an array of model names' }),
    centroids: text,
    cells: strictObject({
      count: counts(),
      scoreSum: sums(),
      scoreSquareSum: sums(),
      costCount: counts(),
      costSum: sums(),
      tokenCount: z.exactOptional(counts()),
      inputTokenSum: z.exactOptional(sums()),
      outputTokenSum: z.exactOptional(sums()),
    }),
    clusters: z.unknown(),
  };
}

/** What no single field can tell: that lengths, names and sums belong together. */
function requireConsistency({ embedding, options, models, cells, clusters, prices = {} }: RouterState): void {
  if (models.length === 0) throw mismatch('invalid_state', 'state.models', 'at least one model', 'none');
  models.forEach((model, i) => {
    if (i > 0 && model <= models[i - 1]!) {
      throw mismatch('invalid_state', `state.models[${i}]`, 'distinct names in code unit order', describe(model));
    }
  });
  requireEstimator(options.rule, options.estimator, 'invalid_state', 'state.options.estimator');
  if (options.nearestClusters > options.clusters) {
    const expected = `at most the ${options.clusters} clusters`;
    throw mismatch('invalid_state', 'state.options.nearestClusters', expected, String(options.nearestClusters));
  }
  if (usedDimensions({ embedding, options }) > embedding.dimensions) {
    const expected = `at most the ${embedding.dimensions} of the embeddings`;
    throw mismatch('invalid_state', 'state.options.dimensions', expected, String(options.dimensions));
  }
  requireLength(clusters.size, options.clusters, 'state.clusters.size');
  requireQuantiles(clusters.distanceQuantiles, options.estimator);
  for (const [name, values] of Object.entries(cells) as [string, readonly number[]][]) {
    requireLength(values, options.clusters * models.length, `state.cells.${name}`);
  }
  cells.count.forEach((count, cell) => {
    for (const name of ['scoreSum', 'scoreSquareSum'] as const) {
      if (cells[name][cell]! > count) {
        throw mismatch(
          'invalid_state',
          `state.cells.${name}[${cell}]`,
          `at most the count ${count}`,
          String(cells[name][cell]),
        );
      }
    }
  });
  const observations = (values: readonly number[], model: number): number =>
    values.reduce((sum, value, cell) => (cell % models.length === model ? sum + value : sum), 0);
  const withCosts = cells.costCount.some((count) => count > 0);
  models.forEach((model, i) => {
    if (observations(cells.count, i) === 0) {
      throw mismatch('invalid_state', 'state.cells.count', `a score of ${describe(model)} in some cluster`, 'none');
    }
    if (withCosts && observations(cells.costCount, i) === 0) {
      throw mismatch('invalid_state', 'state.cells.costCount', `a cost of ${describe(model)} in some cluster`, 'none');
    }
  });
  const stranger = Object.keys(prices).find((model) => !models.includes(model));
  if (stranger !== undefined) {
    throw mismatch('invalid_state', 'state.prices', 'only models of the router', `the key ${describe(stranger)}`);
  }
}

function requireQuantiles(quantiles: readonly number[] | undefined, estimator: Estimator): void {
  const place = 'state.clusters.distanceQuantiles';
  if (quantiles === undefined) {
    if (estimator !== 'kernel') return;
    throw mismatch(
      'invalid_state',
      place,
      `${quantileCount} numbers, as the estimator 'kernel' needs their median`,
      'none',
    );
  }
  requireLength(quantiles, quantileCount, place);
  quantiles.forEach((quantile, i) => {
    if (i > 0 && quantile < quantiles[i - 1]!) {
      throw mismatch('invalid_state', `${place}[${i}]`, 'ascending numbers', String(quantile));
    }
  });
}

/** How many numbers of each embedding count: its first ones, by default all. */
export function usedDimensions({ embedding, options }: Pick<RouterState, 'embedding' | 'options'>): number {
  return options.dimensions ?? embedding.dimensions;
}

function requireLength(values: readonly number[], length: number, place: string): void {
  if (values.length !== length) throw mismatch('invalid_state', place, `${length} numbers`, String(values.length));
}

/** Sums as the state keeps them; token sums only where a record carried tokens. */
export function writeCells(cells: Cells): StateCells {
  const { count, scoreSum, scoreSquareSum, costCount, costSum, tokenCount, inputTokenSum, outputTokenSum } = cells;
  return {
    count: [...count],
    scoreSum: [...scoreSum],
    scoreSquareSum: [...scoreSquareSum],
    costCount: [...costCount],
    costSum: [...costSum],
    ...(tokenCount.some((tokens) => tokens > 0) && {
      tokenCount: [...tokenCount],
      inputTokenSum: [...inputTokenSum],
      outputTokenSum: [...outputTokenSum],
    }),
  };
}

/** Those prices of a catalogue that the state keeps: of its models, in their order; nothing where there is none. */
export function writePrices(
  models: readonly string[],
  catalogue: Readonly<Record<string, TokenPrice | undefined>>,
): Pick<RouterState, 'prices'> {
  const known = models.filter((model) => Object.hasOwn(catalogue, model));
  if (known.length === 0) return {};
  return { prices: Object.fromEntries(known.map((model) => [model, { ...catalogue[model]! }])) };
}

/** The sums of a parsed state as typed arrays. */
export function readCells({ options: { clusters }, models, cells }: RouterState): Cells {
  const read = (values: readonly number[] | undefined): Float64Array =>
    values ? Float64Array.from(values) : new Float64Array(clusters * models.length);
  return {
    clusters,
    models: models.length,
    count: read(cells.count),
    scoreSum: read(cells.scoreSum),
    scoreSquareSum: read(cells.scoreSquareSum),
    costCount: read(cells.costCount),
    costSum: read(cells.costSum),
    tokenCount: read(cells.tokenCount),
    inputTokenSum: read(cells.inputTokenSum),
    outputTokenSum: read(cells.outputTokenSum),
  };
}

/** A Float32 matrix as base64 text: little-endian on every machine. */
export function encodeMatrix({ data }: Matrix): string {
  const view = new DataView(new ArrayBuffer(4 * data.length));
  data.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  const bytes = new Uint8Array(view.buffer);
  const pieces: string[] = [];
  // Spread arguments are limited; 32,768 of them are safe on every engine.
  for (let i = 0; i < bytes.length; i += 0x8000) pieces.push(String.fromCharCode(...bytes.subarray(i, i + 0x8000)));
  return btoa(pieces.join(''));
}

/**
 * Reads what {@link encodeMatrix} wrote.
 *
 * @throws RouterError `invalid_state` for text that is no base64, another length, or numbers that are not finite
 */
export function decodeMatrix(text: string, rows: number, columns: number, place: string): Matrix {
  let bytes: string;
  try {
    bytes = atob(text);
  } catch (cause) {
    throw mismatch('invalid_state', place, 'base64', describe(text), { cause });
  }
  const size = 4 * rows * columns;
  if (bytes.length !== size) {
    throw mismatch('invalid_state', place, `${size} bytes (${rows} × ${columns} Float32)`, String(bytes.length));
  }
  const view = new DataView(new ArrayBuffer(size));
  for (let i = 0; i < size; i++) view.setUint8(i, bytes.charCodeAt(i));
  const data = new Float32Array(rows * columns);
  for (let i = 0; i < data.length; i++) {
    data[i] = view.getFloat32(4 * i, true);
    if (!Number.isFinite(data[i])) {
      throw mismatch('invalid_state', `${place} at number ${i}`, 'a finite number', String(data[i]));
    }
  }
  return { rows, columns, data };
}
