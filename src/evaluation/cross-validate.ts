import { pictureOf, type Picture } from '../clustering.js';
import { countDistinctRows, selectRows } from '../core/matrix.js';
import type { ScoringRule } from '../core/score.js';
import {
  embedQueries,
  parseEmbedder,
  type EmbeddedQueries,
  type Embedder,
  type EmbedFunction,
  type VectorSpace,
} from '../embedder.js';
import { fitTable, requireEnoughRecords } from '../fit.js';
import {
  estimatorsOf,
  parseFitOptions,
  readingOptionsShape,
  routerOptionsShape,
  type Estimator,
  type FitOptions,
} from '../options.js';
import { readRecords, type RecordSource } from '../records.js';
import { fittableModels, partOfTable, requireObservations, type OutcomeTable } from '../table.js';
import { Router } from '../router.js';
import type { RouterState } from '../state.js';
import { filledArray, mismatch, names, number, parse, partialObject } from '../validation.js';
import { measureBaselines, type Baselines } from './baselines.js';
import { measureCurve } from './curve.js';
import { measureGains } from './gains.js';
import { rankRows, recommend, spreadOf, type CrossValidationRow, type RoutingSettings } from './recommendation.js';
import { afterRouting, routeTraffic } from './routing.js';
import { assignFolds } from './split.js';
import { trafficOf, type Traffic, type TrafficOptions } from './traffic.js';

/**
 * How far a cross-validation has come.
 * @example
 * const onProgress = ({ stage, completed }: CrossValidationProgress) => console.log(stage, completed);
 * await crossValidate(records, embedder, { clusters: [10], onProgress });
 */
export interface CrossValidationProgress {
  /** `'read'` counts records, `'embed'` texts and the embeddings that came with records, `'validate'` settings × folds. */
  readonly stage: 'read' | 'embed' | 'validate';
  readonly completed: number;
  /** `null` while a stream of unknown length is read. */
  readonly total: number | null;
}

/**
 * Options of {@link crossValidate}; all may be left out.
 * @example
 * const options: CrossValidationOptions = { clusters: [10, 20], shrinkage: [0, 10], folds: 3 };
 * const { table } = await crossValidate(records, embedder, options);
 */
export interface CrossValidationOptions extends Pick<
  FitOptions,
  | 'beta'
  | 'seed'
  | 'restarts'
  | 'maxIterations'
  | 'dimensions'
  | 'excludedModels'
  | 'excludedDatasets'
  | 'prices'
  | 'concurrency'
  | 'signal'
> {
  /** @default 10, 25, 60, 100, as far as a fold's training records reach (one per ten, and per distinct embedding) */
  readonly clusters?: readonly number[] | undefined;
  /**
   * Combinations with more than `clusters` are left out.
   * @default 1, 3, 5 for the estimator `'nearest'`; 3 for the others, which look at all clusters
   */
  readonly nearestClusters?: readonly number[] | undefined;
  /** @default 'global' */
  readonly rule?: readonly ScoringRule[] | undefined;
  /** Combined with the rules that it goes with. @default the default of each rule */
  readonly estimator?: readonly Estimator[] | undefined;
  /** @default 0, 10, 40 */
  readonly shrinkage?: readonly number[] | undefined;
  /**
   * Number of folds, at least 2.
   * @default 5
   */
  readonly folds?: number | undefined;
  /** Told how far it has come, the same again in the middle of a fit and of an evaluation; a returned promise is awaited. */
  readonly onProgress?: ((progress: CrossValidationProgress) => unknown) | undefined;
}

/**
 * All combinations, best first, and the one to take.
 * @example
 * const { recommended, leftOut }: CrossValidation = await crossValidate(records, embedder, { clusters: [10, 20] });
 */
export interface CrossValidation {
  readonly folds: number;
  /**
   * By mean AIQ (where that does not exist, as without costs, by mean PerfGain), best first; what fewer folds could measure stands
   * behind.
   */
  readonly table: readonly CrossValidationRow[];
  /** To be spread into the options of `fitRouter`. */
  readonly recommended: RoutingSettings;
  /**
   * Models that a fold had to do without, fold by fold: its training part has no score of them (or no cost, where others have one). All
   * settings did without them alike.
   */
  readonly leftOut: readonly (readonly string[])[];
}

/**
 * Compares settings by k-fold cross-validation: every query is measured once by a router that was not fitted on it. Folds keep the
 * records of one query together and take their part of every dataset. Everything is read and embedded once, and clustered once for
 * each fold and number of clusters.
 *
 * AIQ, PerfGain and CostSave choose α on the held-out fold itself, for all settings alike: they rank settings, and promise a
 * little more than a fixed α will keep. The recommendation is the simplest setting that lies within one standard error of the best,
 * compared fold by fold: fewest clusters, then most shrinkage, then most nearest clusters, then the order of `rule` and `estimator`.
 *
 * @throws RouterError as `fitRouter`; `invalid_options`, also for more folds than distinct queries
 * @example
 * const { table, recommended } = await crossValidate(records, embedder, { clusters: [10, 25], shrinkage: [0, 10] });
 * const router = await fitRouter(records, embedder, recommended);
 */
export async function crossValidate<M extends string>(
  records: RecordSource<M>,
  embedder: Embedder | EmbedFunction | VectorSpace,
  options: CrossValidationOptions = {},
): Promise<CrossValidation> {
  const { folds = 5, seed = 42, onProgress, ...others } = parseOptions(options);
  const { clusters, nearestClusters, rule = ['global'], estimator, shrinkage = [0, 10, 40], ...fitOptions } = others;
  const source = parseEmbedder(embedder);
  const settings = { ...parseFitOptions({ ...fitOptions, seed }), onProgress: () => tell() };
  const { signal } = settings;
  signal?.throwIfAborted();

  const table = await readRecords(records, {
    ...settings,
    onRecord: (completed, total) => onProgress?.({ stage: 'read', completed, total }),
  });
  requireObservations(table);
  const foldOf = assignFolds(table.queries, folds, seed);
  requireEnoughQueries(foldOf, folds);
  clusters?.forEach((wanted) => {
    requireEnoughRecords({ ...settings, clusters: wanted }, foldOf.length - largestFold(foldOf, folds));
  });
  const embeddings = await embedQueries(source, table.queries, {
    ...settings,
    onBatch: (completed, total) => onProgress?.({ stage: 'embed', completed, total }),
  });
  const parts = Array.from({ length: folds }, (_, fold) => partsOfFold(table, embeddings, foldOf, fold));
  const grid = combine(clusters ?? defaultClusters(parts), nearestClusters, rule, estimator, shrinkage);

  const gains = grid.map(() => [] as ReturnType<typeof measureGains>[]);
  let completed = 0;
  const tell = (): unknown => onProgress?.({ stage: 'validate', completed, total: folds * grid.length });
  for (const { train, trainEmbeddings, traffic, baselines } of parts) {
    const picture = await pictureOf(trainEmbeddings, seed, signal, tell);
    const fits = new Map<number, RouterState>();
    for (const [i, combination] of grid.entries()) {
      const state =
        fits.get(combination.clusters) ?? (await fit(train, trainEmbeddings, combination.clusters, picture));
      fits.set(combination.clusters, state);
      const router = Router.fromJSON({ ...state, options: { ...state.options, ...combination } });
      gains[i]!.push(await measure(router, traffic, baselines, { signal, onProgress: tell }));
      completed++;
      await tell();
    }
  }
  const ranked = rankRows(
    grid.map((combination, i) => ({
      ...combination,
      aiq: spreadOf(gains[i]!.map(({ aiq }) => aiq)),
      perfGain: spreadOf(gains[i]!.map(({ perfGain }) => perfGain)),
      costSave: spreadOf(gains[i]!.map(({ costSave }) => costSave)),
    })),
  );
  return {
    folds,
    table: ranked,
    recommended: recommend(ranked, rule, estimator ?? []),
    leftOut: parts.map(({ train }) => table.models.filter((model) => !train.models.includes(model))),
  };

  /** The nearest clusters, the rule and the rest take no part in a fit's sums. */
  function fit(
    train: OutcomeTable,
    trainEmbeddings: EmbeddedQueries,
    clusters: number,
    picture: Picture,
  ): Promise<RouterState> {
    const { id } = source;
    return fitTable(train, trainEmbeddings, { ...source, id, embed: undefined }, { ...settings, clusters }, picture);
  }
}

/** What a fold is fitted on and measured on. */
interface FoldParts {
  readonly train: OutcomeTable;
  readonly trainEmbeddings: EmbeddedQueries;
  readonly traffic: Traffic;
  readonly baselines: Baselines;
}

function partsOfFold(
  table: OutcomeTable,
  embeddings: EmbeddedQueries,
  foldOf: readonly number[],
  fold: number,
): FoldParts {
  const rows = Int32Array.from(foldOf.keys());
  const learnt = rows.filter((row) => foldOf[row] !== fold);
  const heldOut = rows.filter((row) => foldOf[row] === fold);
  const models = fittableModels(partOfTable(table, learnt, table.models));
  if (models.length === 0) {
    const expected = `a score outside of fold ${fold}, or fewer folds`;
    throw mismatch('invalid_records', 'records', expected, 'none');
  }
  const traffic = trafficOf(models, partOfTable(table, heldOut, models), selectRows(embeddings, heldOut));
  return {
    train: partOfTable(table, learnt, models),
    trainEmbeddings: { ...selectRows(embeddings, learnt), dimensions: embeddings.dimensions },
    traffic,
    baselines: measureBaselines(traffic, {}),
  };
}

async function measure(
  router: Router,
  traffic: Traffic,
  baselines: Baselines,
  options: Pick<TrafficOptions, 'signal' | 'onProgress'>,
): Promise<ReturnType<typeof measureGains>> {
  const routed = await routeTraffic(router, traffic, options);
  return measureGains(await afterRouting(measureCurve(traffic, routed), routed, options), baselines);
}

/** What every fold can be fitted with: one cluster per ten records, and one per distinct embedding. */
function defaultClusters(parts: readonly FoldParts[]): number[] {
  const wanted = [10, 25, 60, 100];
  const most = parts.map(({ trainEmbeddings }) =>
    Math.min(Math.floor(trainEmbeddings.rows / 10), countDistinctRows(trainEmbeddings, wanted.at(-1)!)),
  );
  return [...new Set(wanted.map((clusters) => Math.max(1, Math.min(clusters, ...most))))];
}

function combine(
  clusters: readonly number[],
  nearestClusters: readonly number[] | undefined,
  rules: readonly ScoringRule[],
  estimators: readonly Estimator[] | undefined,
  shrinkages: readonly number[],
): RoutingSettings[] {
  const pairs = rules.flatMap((rule) =>
    estimatorsOf(rule)
      .filter((estimator, i) => estimators?.includes(estimator) ?? i === 0)
      .map((estimator) => ({ rule, estimator })),
  );
  if (pairs.length === 0) {
    const expected = `an estimator of some of the rules (${rules.join(', ')})`;
    throw mismatch('invalid_options', 'options.estimator', expected, estimators!.join(', '));
  }
  if (nearestClusters && Math.min(...nearestClusters) > Math.max(...clusters)) {
    const expected = `a value of at most some of the clusters (${clusters.join(', ')})`;
    throw mismatch('invalid_options', 'options.nearestClusters', expected, nearestClusters.join(', '));
  }
  const nearOf = (estimator: Estimator, k: number): readonly number[] => {
    const near = nearestClusters ?? (estimator === 'nearest' ? [1, 3, 5] : [Math.min(3, k)]);
    return near.filter((count) => count <= k);
  };
  return clusters.flatMap((k) =>
    pairs.flatMap((pair) =>
      nearOf(pair.estimator, k).flatMap((near) =>
        shrinkages.map((shrinkage) => ({ clusters: k, nearestClusters: near, ...pair, shrinkage })),
      ),
    ),
  );
}

function parseOptions(options: unknown): CrossValidationOptions {
  const { clusters, nearestClusters, rule, estimator, shrinkage, beta, seed, restarts, maxIterations, dimensions } =
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
    dimensions,
    folds: number('a whole number ≥ 2', (value) => Number.isSafeInteger(value) && value >= 2),
    excludedModels: names,
    excludedDatasets: names,
  });
  return parse(check, options, 'invalid_options', 'options');
}

function largestFold(foldOf: readonly number[], folds: number): number {
  const sizes = new Array<number>(folds).fill(0);
  for (const fold of foldOf) sizes[fold]! += 1;
  return Math.max(...sizes);
}

function requireEnoughQueries(foldOf: readonly number[], folds: number): void {
  const filled = new Set(foldOf).size;
  if (filled === folds) return;
  const expected = `at most ${filled}, the number of distinct queries`;
  throw mismatch('invalid_options', 'options.folds', expected, String(folds));
}
