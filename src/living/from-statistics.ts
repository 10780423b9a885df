import { parseCentroids } from '../centroids.js';
import type { Cells } from '../core/profile.js';
import type { Embedder, EmbedFunction, VectorSpace } from '../embedder.js';
import { defaultEstimator, routerOptionsShape, type PartialOptions } from '../options.js';
import { byCodeUnit } from '../records.js';
import { Router } from '../router.js';
import { encodeMatrix, writeCells, type RouterState } from '../state.js';
import {
  accept,
  array,
  dimensions,
  mismatch,
  nonNegative,
  object,
  optional,
  parse,
  partialObject,
  reading,
  strictObject,
  text,
  vector,
  type Check,
} from '../validation.js';
import type { RevisableOptions } from './with-options.js';

/**
 * Sums of one model in one cluster, as `GROUP BY cluster, model` gives them; rows of the same cell add up.
 * @example
 * const row: ClusterStatistics = {
 *   ...{ cluster: 0, model: 'large', count: 10n, scoreSum: 9, scoreSquareSum: 9 },
 *   ...{ costCount: 10n, costSum: 0.1 },
 * };
 */
export interface ClusterStatistics<M extends string = string> {
  /** Position of the centroid. */
  readonly cluster: number | bigint;
  readonly model: M;
  /** Number of observed scores. Databases count in 64 bits: a bigint will do, up to 2⁵³. */
  readonly count: number | bigint;
  /** Σ s over the observed scores s in [0, 1]. Sums are as SQL gives them: null of nothing, where the count is 0. */
  readonly scoreSum: number | bigint | null;
  /** Σ s². */
  readonly scoreSquareSum: number | bigint | null;
  /** Number of observed costs. */
  readonly costCount: number | bigint;
  /** USD. */
  readonly costSum: number | bigint | null;
  /** Number of records with both token counts. */
  readonly tokenCount?: number | bigint | undefined;
  readonly inputTokenSum?: number | bigint | null | undefined;
  readonly outputTokenSum?: number | bigint | null | undefined;
}

/**
 * What {@link routerFromStatistics} takes.
 * @example
 * const embedding = { id: 'warehouse/embeddings-7', dimensions: 2 };
 * const sums: RouterStatistics = { embedding, centroids: [[1, 0], [0, 1]], statistics };
 * const router = routerFromStatistics(sums);
 */
export interface RouterStatistics<M extends string = string> {
  /** The vector space of the centroids: `router.toJSON().embedding`, where they are those of a router. */
  readonly embedding: RouterState['embedding'];
  /** Used as given, rounded to Float32: not normalised. The embeddings that were assigned to them were of length 1. */
  readonly centroids: readonly ArrayLike<number>[];
  readonly statistics: Iterable<ClusterStatistics<M>>;
  /**
   * Number of records of each cluster.
   * @default the most that any model was observed there: right where one model was run on everything
   */
  readonly clusterSizes?: readonly (number | bigint)[] | undefined;
  /**
   * 101 quantiles (0 %, 1 %, …, 100 %) of the records' Euclidean distances to their own centroid.
   * @default unknown: novelty is then null, and the estimator `'kernel'`, whose bandwidth is their median, is refused
   */
  readonly distanceQuantiles?: readonly number[] | undefined;
  /** @default those of `fitRouter`, but for the estimator: `'nearest'` where no distances are known */
  readonly options?: PartialOptions<RevisableOptions> | undefined;
}

/**
 * A router from sums that were made elsewhere: in a warehouse, where the log lies. The same as the fit on these centroids of the records
 * behind the sums, but for what nobody measured.
 *
 * @param embedder - needed for `routeQuery` only; of the space that `embedding` names
 * @throws RouterError `invalid_options` by place: `statistics[3].count: expected …`; `embedder_mismatch`; `invalid_state` for sums that
 * contradict each other
 * @example
 * const router = routerFromStatistics({
 *   embedding: { id: 'warehouse/embeddings-7', dimensions: 2 },
 *   centroids: [[1, 0], [0, 1]],
 *   statistics: [
 *     { cluster: 0, model: 'large', count: 10, scoreSum: 9, scoreSquareSum: 9, costCount: 10, costSum: 0.1 },
 *     { cluster: 1, model: 'large', count: 12, scoreSum: 6, scoreSquareSum: 6, costCount: 12, costSum: 0.2 },
 *   ],
 * });
 */
export function routerFromStatistics<M extends string>(
  statistics: RouterStatistics<M>,
  embedder?: Embedder | EmbedFunction | VectorSpace,
): Router<M> {
  const input = parse(inputCheck(), statistics, 'invalid_options', 'statistics');
  const { embedding, distanceQuantiles, options = {} } = input;
  const centroids = parseCentroids(input.centroids, embedding.dimensions, 'centroids');
  const clusters = centroids.rows;
  const { models, cells } = reading('invalid_options', 'statistics', () => addUp(input.statistics, clusters));
  const withCosts = cells.costCount.some((count) => count > 0);
  const { rule = 'global' } = options;
  const state: RouterState = {
    format: 'pareto-router',
    version: 2,
    embedding,
    options: {
      clusters,
      nearestClusters: options.nearestClusters ?? Math.min(3, clusters),
      rule,
      estimator: options.estimator ?? (distanceQuantiles ? defaultEstimator(rule) : 'nearest'),
      beta: options.beta ?? 9,
      shrinkage: options.shrinkage ?? 10,
      // Of a k-means that was run elsewhere.
      seed: 42,
      restarts: 10,
      maxIterations: 300,
      defaultAlpha: options.defaultAlpha ?? (withCosts ? 0.7 : 1),
    },
    models,
    centroids: encodeMatrix(centroids),
    cells: writeCells(cells),
    clusters: {
      size: input.clusterSizes ? input.clusterSizes.map(Number) : leastSizes(cells),
      ...(distanceQuantiles && { distanceQuantiles }),
    },
  };
  return Router.fromJSON(state as RouterState<M>, embedder);
}

/** Every record that was observed at all belongs to some model's count. */
function leastSizes({ clusters, models, count, costCount, tokenCount }: Cells): number[] {
  return Array.from({ length: clusters }, (_, j) => {
    let most = 0;
    for (let cell = j * models; cell < (j + 1) * models; cell++) {
      most = Math.max(most, count[cell]!, costCount[cell]!, tokenCount[cell]!);
    }
    return most;
  });
}

function addUp(rows: Iterable<unknown>, clusters: number): { models: string[]; cells: Cells } {
  const check = rowCheck();
  const parsed: ReturnType<typeof check>[] = [];
  let position = 0;
  for (const value of rows) {
    const place = `statistics[${position++}]`;
    const row = parse(check, value, 'invalid_options', place);
    if (Number(row.cluster) >= clusters) {
      const expected = `the position of one of the ${clusters} centroids`;
      throw mismatch('invalid_options', `${place}.cluster`, expected, String(row.cluster));
    }
    requireSums(row, place);
    parsed.push(row);
  }
  const models = [...new Set(parsed.map(({ model }) => model))].sort(byCodeUnit);
  if (models.length === 0) throw mismatch('invalid_options', 'statistics', 'at least one row', 'none');
  const columnOf = new Map(models.map((model, i) => [model, i]));
  const sum = (name: Exclude<keyof ClusterStatistics, 'cluster' | 'model'>): Float64Array => {
    const sums = new Float64Array(clusters * models.length);
    for (const row of parsed) {
      sums[Number(row.cluster) * models.length + columnOf.get(row.model)!]! += Number(row[name] ?? 0);
    }
    return sums;
  };
  return {
    models,
    cells: {
      clusters,
      models: models.length,
      count: sum('count'),
      scoreSum: sum('scoreSum'),
      scoreSquareSum: sum('scoreSquareSum'),
      costCount: sum('costCount'),
      costSum: sum('costSum'),
      tokenCount: sum('tokenCount'),
      inputTokenSum: sum('inputTokenSum'),
      outputTokenSum: sum('outputTokenSum'),
    },
  };
}

/** What each sum is a sum of. */
const counters = [
  ['scoreSum', 'count'],
  ['scoreSquareSum', 'count'],
  ['costSum', 'costCount'],
  ['inputTokenSum', 'tokenCount'],
  ['outputTokenSum', 'tokenCount'],
] as const;

/** A sum may be missing only where there was nothing to add. */
function requireSums(row: ClusterStatistics, place: string): void {
  for (const [sum, counter] of counters) {
    const count = Number(row[counter] ?? 0);
    if (row[sum] !== null || count === 0) continue;
    throw mismatch('invalid_options', `${place}.${sum}`, `a number, as ${counter} is ${count}`, 'null');
  }
}

const isAmount = (value: unknown): value is number | bigint =>
  (typeof value === 'number' || typeof value === 'bigint') && value >= 0;

const wholeNumber: Check<number | bigint> = accept(
  'a whole number ≥ 0, at most 2^53',
  (value) => isAmount(value) && Number.isSafeInteger(Number(value)),
);

const total: Check<number | bigint | null> = accept(
  'a finite number ≥ 0, or null',
  (value) => value === null || (isAmount(value) && Number(value) < Infinity),
);

function rowCheck(): Check<ClusterStatistics> {
  return object<ClusterStatistics>(
    {
      cluster: wholeNumber,
      model: text(),
      count: wholeNumber,
      scoreSum: total,
      scoreSquareSum: total,
      costCount: wholeNumber,
      costSum: total,
      tokenCount: optional(wholeNumber),
      inputTokenSum: optional(total),
      outputTokenSum: optional(total),
    },
    'a row with cluster, model and sums',
  );
}

function inputCheck(): Check<RouterStatistics> {
  const { rule, estimator, shrinkage, nearestClusters, beta, defaultAlpha } = routerOptionsShape();
  return strictObject<RouterStatistics>({
    embedding: strictObject<RouterState['embedding']>({
      id: text(),
      dimensions,
      canary: optional(text()),
    }),
    centroids: array(vector, 'an array of vectors'),
    statistics: accept<Iterable<ClusterStatistics>>(
      'an iterable of rows',
      (value) => typeof value === 'object' && value !== null && Symbol.iterator in value,
    ),
    clusterSizes: optional(array(wholeNumber)),
    distanceQuantiles: optional(array(nonNegative)),
    options: optional(
      partialObject<RevisableOptions>({ rule, estimator, shrinkage, nearestClusters, beta, defaultAlpha }),
    ),
  });
}
