import { measureBaselines } from './baselines.js';
import { rowOf } from '../core/matrix.js';
import type { ScoringRule } from '../core/score.js';
import { obstacleToCurve, sweepBreakpoints } from './curve.js';
import {
  embedQueries,
  parseEmbedder,
  type Embedder,
  type EmbedFunction,
  type EmbedderSource,
  type VectorSpace,
} from '../embedder.js';
import { measurePoints } from './evaluate.js';
import { fitRouter } from '../fit.js';
import { measureGains } from './gains.js';
import { estimatorsOf, readingOptionsShape, routerOptionsShape, type Estimator, type FitOptions } from '../options.js';
import { readRecords, type RecordSource, type RoutingRecord } from '../records.js';
import { Router } from '../router.js';
import { assignFolds } from './split.js';
import { routeTraffic, winnersOf } from './routing.js';
import { readTraffic } from './traffic.js';
import { filledArray, mismatch, names, number, parse, partialObject } from '../validation.js';

/** The settings that cross-validation compares. */
export interface RoutingSettings {
  readonly clusters: number;
  readonly nearestClusters: number;
  readonly rule: ScoringRule;
  readonly estimator: Estimator;
  readonly shrinkage: number;
}

/** How far a cross-validation has come. */
export interface CrossValidationProgress {
  /** `'embed'` counts texts, `'validate'` settings × folds. */
  readonly stage: 'embed' | 'validate';
  readonly completed: number;
  readonly total: number;
}

/** Options of {@link crossValidate}; all may be left out. */
export interface CrossValidationOptions extends Pick<
  FitOptions,
  | 'beta'
  | 'seed'
  | 'restarts'
  | 'maxIterations'
  | 'excludedModels'
  | 'excludedDatasets'
  | 'prices'
  | 'concurrency'
  | 'signal'
> {
  /** @default 10, 25, 60, as far as a fold's training records reach (one cluster per ten) */
  readonly clusters?: readonly number[];
  /** Combinations with more than `clusters` are left out. @default 1, 3, 5 */
  readonly nearestClusters?: readonly number[];
  /** @default 'global' */
  readonly rule?: readonly ScoringRule[];
  /** Combined with the rules that it goes with. @default the default of each rule */
  readonly estimator?: readonly Estimator[];
  /** @default 0, 10, 40 */
  readonly shrinkage?: readonly number[];
  /**
   * Number of folds, at least 2.
   * @default 5
   */
  readonly folds?: number;
  /** Told how far it has come; a returned promise is awaited. */
  readonly onProgress?: (progress: CrossValidationProgress) => unknown;
}

/** Mean and sample standard deviation over those folds in which a figure exists. */
export interface FoldSpread {
  /** `null` when it exists in none. */
  readonly mean: number | null;
  /** `null` below two folds. */
  readonly spread: number | null;
  /** Number of folds in which it exists. */
  readonly folds: number;
}

/** One combination of settings, measured on the queries it was not fitted on. */
export interface CrossValidationRow extends RoutingSettings {
  readonly aiq: FoldSpread;
  readonly perfGain: FoldSpread;
  readonly costSave: FoldSpread;
}

/** All combinations, best first, and the one to take. */
export interface CrossValidation {
  readonly folds: number;
  /** By mean AIQ (where that does not exist, as without costs, by mean PerfGain), best first. */
  readonly table: readonly CrossValidationRow[];
  /** To be spread into the options of `fitRouter`. */
  readonly recommended: RoutingSettings;
}

/**
 * Compares settings by k-fold cross-validation: every query is measured once by a router that was not fitted on it. Folds keep the
 * records of one query together and take their part of every dataset. Everything is embedded once and clustered
 * once for each fold and number of clusters.
 *
 * AIQ, PerfGain and CostSave choose α on the held-out fold itself, for all settings alike: they rank settings, and promise a
 * little more than a fixed α will keep. The recommendation follows the one-standard-error rule (Breiman et al. 1984; Hastie et al., ESL, section 7.10): of all
 * settings whose mean is within one standard error (spread/√folds) of the best one's, the simplest: fewest clusters, then
 * most shrinkage, then fewest nearest clusters, then the order of `rule`.
 *
 * @throws RouterError as `fitRouter`; `invalid_options`, also for more folds than distinct queries
 */
export async function crossValidate<M extends string>(
  records: RecordSource<M>,
  embedder: Embedder | EmbedFunction | VectorSpace,
  options: CrossValidationOptions = {},
): Promise<CrossValidation> {
  requireValid(options);
  const {
    clusters,
    nearestClusters = [1, 3, 5],
    rule = ['global'],
    estimator,
    shrinkage = [0, 10, 40],
    ...others
  } = options;
  const { folds = 5, onProgress, excludedModels = [], excludedDatasets = [], ...fitOptions } = others;
  const { seed = 42 } = fitOptions;
  const kept = await keepRecords(records, excludedModels, excludedDatasets, fitOptions.signal);
  const foldOf = assignFolds(
    kept.map(({ record }) => record),
    folds,
    seed,
  );
  requireEnoughQueries(foldOf, folds);
  const combinations = combine(clusters ?? defaultClusters(foldOf, folds), nearestClusters, rule, estimator, shrinkage);
  const embedded = await embedRecords(kept, parseEmbedder(embedder), fitOptions, onProgress);

  const results = combinations.map(() => [] as Awaited<ReturnType<typeof validate>>[]);
  let completed = 0;
  for (let fold = 0; fold < folds; fold++) {
    const train = embedded.records.filter((_, i) => foldOf[i] !== fold);
    const test = embedded.records.filter((_, i) => foldOf[i] === fold);
    const fitted = new Map<number, Router>();
    for (const [i, combination] of combinations.entries()) {
      const { clusters } = combination;
      const router =
        fitted.get(clusters) ?? (await fitRouter(train, embedded.space, { ...fitOptions, seed, clusters }));
      fitted.set(clusters, router);
      const state = router.toJSON();
      const variant = Router.fromJSON({ ...state, options: { ...state.options, ...combination } });
      results[i]!.push(await validate(variant, test, fitOptions));
      completed++;
      await onProgress?.({ stage: 'validate', completed, total: folds * combinations.length });
    }
  }
  const rows = combinations.map((combination, i) => ({
    ...combination,
    aiq: spreadOf(results[i]!.map(({ aiq }) => aiq)),
    perfGain: spreadOf(results[i]!.map(({ perfGain }) => perfGain)),
    costSave: spreadOf(results[i]!.map(({ costSave }) => costSave)),
  }));
  const table = [...rows].sort((a, b) => (criterion(b).mean ?? -Infinity) - (criterion(a).mean ?? -Infinity));
  return { folds, table, recommended: simplestWithinOneStandardError(table, rule) };
}

/** α of the points that measure a router without an exact curve. */
const sweptAlphas = Array.from({ length: 21 }, (_, i) => i / 20);

async function validate(
  router: Router,
  test: readonly RoutingRecord[],
  { prices, signal }: Pick<CrossValidationOptions, 'prices' | 'signal'>,
): Promise<ReturnType<typeof measureGains>> {
  const options = { ...(prices && { prices }), ...(signal && { signal }) };
  const traffic = await readTraffic(router, test, options);
  const routed = await routeTraffic(router, traffic, options);
  const obstacle = obstacleToCurve(router);
  const points =
    obstacle === undefined
      ? sweepBreakpoints(traffic, routed.queries.map(winnersOf))
      : measurePoints(traffic, routed, obstacle === 'no costs' ? [1] : sweptAlphas).map(({ point }) => point);
  return measureGains(points, measureBaselines(traffic, {}));
}

function criterion({ aiq, perfGain }: CrossValidationRow): FoldSpread {
  return aiq.mean === null ? perfGain : aiq;
}

function simplestWithinOneStandardError(
  table: readonly CrossValidationRow[],
  rules: readonly ScoringRule[],
): RoutingSettings {
  const { mean, spread, folds } = criterion(table[0]!);
  const floor = (mean ?? -Infinity) - (spread ?? 0) / Math.sqrt(folds);
  const [simplest] = table
    .filter((row) => (criterion(row).mean ?? -Infinity) >= floor)
    .sort(
      (a, b) =>
        a.clusters - b.clusters ||
        b.shrinkage - a.shrinkage ||
        a.nearestClusters - b.nearestClusters ||
        rules.indexOf(a.rule) - rules.indexOf(b.rule),
    );
  const { clusters, nearestClusters, rule, estimator, shrinkage } = simplest!;
  return { clusters, nearestClusters, rule, estimator, shrinkage };
}

function spreadOf(values: readonly (number | null)[]): FoldSpread {
  const known = values.filter((value) => value !== null);
  const folds = known.length;
  const mean = known.reduce((sum, value) => sum + value, 0) / folds;
  const squares = known.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return { mean: folds === 0 ? null : mean, spread: folds < 2 ? null : Math.sqrt(squares / (folds - 1)), folds };
}

/** What `fitRouter` accepts on the smallest of the training sets: one cluster per ten records. */
function defaultClusters(foldOf: readonly number[], folds: number): number[] {
  const sizes = new Array<number>(folds).fill(0);
  for (const fold of foldOf) sizes[fold]! += 1;
  const most = Math.max(1, Math.floor((foldOf.length - Math.max(...sizes)) / 10));
  return [...new Set([10, 25, 60].map((clusters) => Math.min(clusters, most)))];
}

function combine(
  clusters: readonly number[],
  nearestClusters: readonly number[],
  rules: readonly ScoringRule[],
  estimators: readonly Estimator[] | undefined,
  shrinkages: readonly number[],
): RoutingSettings[] {
  const combinations = clusters.flatMap((k) =>
    nearestClusters
      .filter((near) => near <= k)
      .flatMap((near) =>
        rules.flatMap((rule) =>
          estimatorsOf(rule)
            .filter((estimator, i) => estimators?.includes(estimator) ?? i === 0)
            .flatMap((estimator) =>
              shrinkages.map((shrinkage) => ({ clusters: k, nearestClusters: near, rule, estimator, shrinkage })),
            ),
        ),
      ),
  );
  if (combinations.length > 0) return combinations;
  const expected = `a value of at most some of the clusters (${clusters.join(', ')})`;
  throw mismatch('invalid_options', 'options.nearestClusters', expected, nearestClusters.join(', '));
}

function requireValid(options: CrossValidationOptions): void {
  const { clusters, nearestClusters, rule, estimator, shrinkage, beta, seed, restarts, maxIterations } =
    routerOptionsShape();
  const check = partialObject({
    ...readingOptionsShape<CrossValidationProgress>(),
    clusters: filledArray(clusters),
    nearestClusters: filledArray(nearestClusters),
    rule: filledArray(rule),
    estimator: filledArray(estimator),
    shrinkage: filledArray(shrinkage),
    beta,
    seed,
    restarts,
    maxIterations,
    folds: number('a whole number ≥ 2', (value) => Number.isSafeInteger(value) && value >= 2),
    excludedModels: names,
    excludedDatasets: names,
  });
  parse(check, options, 'invalid_options', 'options');
}

interface PlacedRecord {
  readonly record: RoutingRecord;
  /** What the record is called in messages. */
  readonly place: string;
}

/** Checks the records and leaves out what is excluded. */
async function keepRecords(
  source: RecordSource,
  excludedModels: readonly string[],
  excludedDatasets: readonly string[],
  signal: AbortSignal | undefined,
): Promise<PlacedRecord[]> {
  signal?.throwIfAborted();
  const records: RoutingRecord[] = [];
  for await (const record of source) records.push(record);
  await readRecords(records, { excludedModels, excludedDatasets, signal });
  const without = <T>(byModel: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(byModel).filter(([model]) => !excludedModels.includes(model)));
  return records
    .map((record, i) => ({
      record: { ...record, records: without(record.records), usages: without(record.usages ?? {}) },
      place: `records[${i}]`,
    }))
    .filter(({ record: { dataset } }) => dataset == null || !excludedDatasets.includes(dataset));
}

/** Gives every record an embedding. */
async function embedRecords(
  kept: readonly PlacedRecord[],
  embedder: EmbedderSource,
  { concurrency = 4, signal }: Pick<CrossValidationOptions, 'concurrency' | 'signal'>,
  onProgress: CrossValidationOptions['onProgress'],
): Promise<{ records: RoutingRecord[]; space: VectorSpace }> {
  const queries = kept.map(({ record: { query, embedding }, place }) => ({
    query,
    embedding: embedding ?? undefined,
    place,
  }));
  const matrix = await embedQueries(embedder, queries, {
    concurrency,
    signal,
    onBatch: (completed, total) => onProgress?.({ stage: 'embed', completed, total }),
  });
  return {
    records: kept.map(({ record }, i) => ({ ...record, embedding: record.embedding ?? rowOf(matrix, i) })),
    space: { id: embedder.id, dimensions: matrix.columns },
  };
}

function requireEnoughQueries(foldOf: readonly number[], folds: number): void {
  const filled = new Set(foldOf).size;
  if (filled === folds) return;
  const expected = `at most ${filled}, the number of distinct queries`;
  throw mismatch('invalid_options', 'options.folds', expected, String(folds));
}
