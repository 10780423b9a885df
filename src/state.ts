import type { Matrix } from './core/matrix.js';
import type { Cells } from './core/profile.js';
import type { RouterOptions, TokenPrice } from './options.js';
import { describe, mismatch } from './validation.js';

/**
 * A fitted router as plain JSON: what was measured (sums and counts), not what was decided, and no query, secret or time.
 * Every version stays readable.
 * @example
 * const state: RouterState = router.toJSON();
 * const loaded = Router.fromJSON(state);
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
     * 101 quantiles (0 %, 1 %, …, 100 %) of the training queries' Euclidean distances to their nearest centroid, had they been held
     * out (of the distances as they are, where the centroids were given); absent where nobody measured them: then no novelty is known, and the estimator `'kernel'` has no bandwidth.
     */
    readonly distanceQuantiles?: readonly number[];
  };
  /** USD per million tokens: what the router was told of its models; absent where it was told nothing. */
  readonly prices?: { readonly [model in M]?: TokenPrice };
}

/**
 * The sums of {@link RouterState.cells}.
 * @example
 * const { models, cells } = router.toJSON();
 * const observed: StateCells['count'] = cells.count; // cluster 0's models, then those of cluster 1, …
 */
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

/** How many numbers of each embedding count: its first ones, by default all. */
export function usedDimensions({ embedding, options }: Pick<RouterState, 'embedding' | 'options'>): number {
  return options.dimensions ?? embedding.dimensions;
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
