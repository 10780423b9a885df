import type { ScoringRule } from './core/score.js';
import {
  accept,
  array,
  byName,
  callable,
  mismatch,
  names,
  nonNegative,
  number,
  oneOf,
  parse,
  partialObject,
  positiveInteger,
  strictObject,
  unitInterval,
  vector,
  type Check,
  type Present,
} from './validation.js';

/**
 * How what the clusters know becomes what is expected of one query; see {@link RouterOptions.estimator}.
 * @example
 * const estimator: Estimator = 'linear';
 * const successor = router.withOptions({ estimator });
 */
export type Estimator = 'nearest' | 'kernel' | 'linear';

/**
 * The settings a fitted router keeps in its state.
 * @example
 * const { clusters, nearestClusters, estimator }: RouterOptions = router.toJSON().options;
 */
export interface RouterOptions {
  /**
   * Number of k-means clusters k.
   * @default one per fourteen records, at most 100 and one per distinct embedding; with the estimator `'nearest'` one per ten,
   * at most 25
   */
  readonly clusters: number;
  /**
   * How many of the nearest clusters a query looks at.
   * @default 3, but at most `clusters`
   */
  readonly nearestClusters: number;
  /**
   * How performance and cost are brought to one scale: `'global'` (one exchange rate everywhere: min–max over all observed
   * cells, cluster × model), `'paper'` (min–max inside each cluster, paper section 2), `'reference'` (the authors' released code), or
   * `'overall'` (min–max over the models' overall means: what `'global'` was in states of version 1).
   * @default 'global'
   */
  readonly rule: ScoringRule;
  /**
   * How what the clusters know becomes what is expected of one query: `'nearest'` is the mean of the nearest clusters (paper,
   * section 2), `'kernel'` pools the observations of all clusters with weights that fall smoothly with distance, `'linear'` is
   * ridge regression on the cluster means. The rules `'paper'` and `'reference'` take `'nearest'` only.
   * @default 'kernel'; 'nearest' with the rules `'paper'` and `'reference'`
   */
  readonly estimator: Estimator;
  /**
   * Sharpness β ≥ 0 of the softmax over cluster distances; read by the rule `'reference'` only.
   * @default 9
   */
  readonly beta: number;
  /**
   * n₀, 0 to 1e50: how many records' worth of a model's overall mean each cluster's mean is mixed with.
   * @default 10
   */
  readonly shrinkage: number;
  /**
   * Seed of k-means, a whole number from 0 to 4294967295. The same records, options and seed give the same bytes.
   * @default 42
   */
  readonly seed: number;
  /**
   * How many k-means++ initialisations compete.
   * @default 10
   */
  readonly restarts: number;
  /**
   * Most Lloyd iterations of one k-means run.
   * @default 300
   */
  readonly maxIterations: number;
  /**
   * α ∈ [0, 1] of a route that names none: 1 looks at performance only, 0 at cost only.
   * @default 0.7; 1 when no record carries a cost
   */
  readonly defaultAlpha: number;
  /**
   * Use only the first so many numbers of each embedding, normalised again: for embeddings whose first coordinates say
   * most (Matryoshka). Smaller state, faster fit and route. Queries are still given whole.
   * @default all
   */
  readonly dimensions?: number;
}

/**
 * Some of the options T: each may be left out, or be `undefined`.
 * @example
 * const options: PartialOptions<RevisableOptions> = { shrinkage: 40, beta: undefined };
 */
export type PartialOptions<T> = { readonly [K in keyof T]?: T[K] | undefined };

/**
 * USD per million tokens.
 * @example
 * const price: TokenPrice = { input: 1.25, output: 10 };
 * const router = await fitRouter(records, embedder, { prices: { large: price } });
 */
export interface TokenPrice {
  readonly input: number;
  readonly output: number;
}

/**
 * The models left of M when X are excluded; names that the compiler does not know stay `string`, and exclude none that it knows.
 * @example
 * const left: RemainingModels<'large' | 'small', 'large'> = 'small';
 */
export type RemainingModels<M extends string, X extends string> = string extends M | X ? M : Exclude<M, X>;

/**
 * How far a fit has come.
 * @example
 * const onProgress = ({ stage, completed, total }: FitProgress) => console.log(stage, completed, total);
 * const router = await fitRouter(records, embedder, { onProgress });
 */
export interface FitProgress {
  /**
   * `'read'` and `'profile'` count records, `'embed'` texts and the embeddings that came with records, `'cluster'` passes of k-means.
   */
  readonly stage: 'read' | 'embed' | 'cluster' | 'profile';
  readonly completed: number;
  /** `null` while a stream of unknown length is read. */
  readonly total: number | null;
}

/**
 * Options of `fitRouter`; all may be left out. `X` are the names of the excluded models.
 * @example
 * const options: FitOptions = { clusters: 20, excludedDatasets: ['topic 2'], signal: AbortSignal.timeout(60_000) };
 * const router = await fitRouter(records, embedder, options);
 */
export interface FitOptions<X extends string = string> extends PartialOptions<RouterOptions> {
  /** Models to fit without, as if they had never been evaluated. Each must occur in the records. */
  readonly excludedModels?: readonly X[] | undefined;
  /** Datasets whose records are left out. Each must occur in the records. */
  readonly excludedDatasets?: readonly string[] | undefined;
  /**
   * Prices by model, in USD per million tokens: fill in the cost of a record that carries both token counts and no
   * measured cost. They never replace a measured cost. Models that do not occur are ignored: a price list is a catalogue.
   */
  readonly prices?: Readonly<Record<string, TokenPrice>> | undefined;
  /**
   * Your own clustering, k vectors: used as given (rounded to Float32, not normalised), without k-means. A cluster may
   * stay empty; its models then take their overall means.
   */
  readonly centroids?: readonly ArrayLike<number>[] | undefined;
  /**
   * How many embedder calls may be under way at once.
   * @default 4
   */
  readonly concurrency?: number | undefined;
  /**
   * Told how far the fit has come after every piece of work, of some hundredths of a second (the same again where a pass takes longer).
   * A returned promise is awaited, so that a server can yield to its other work.
   */
  readonly onProgress?: ((progress: FitProgress) => unknown) | undefined;
  /** Aborts the fit, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The paper's own experiment (section 3): 60 clusters, 4 nearest, min–max inside each cluster, no shrinkage.
 * @example
 * const router = await fitRouter(records, embedder, { ...paperSettings, clusters: 20 });
 */
export const paperSettings: Pick<RouterOptions, 'clusters' | 'nearestClusters' | 'rule' | 'estimator' | 'shrinkage'> = {
  clusters: 60,
  nearestClusters: 4,
  rule: 'paper',
  estimator: 'nearest',
  shrinkage: 0,
};

/**
 * The authors' released Python: its own rule with β = 9, 25 clusters, 3 nearest, no shrinkage.
 * @example
 * const router = await fitRouter(records, embedder, { ...referenceSettings, clusters: 20 });
 */
export const referenceSettings: Pick<
  RouterOptions,
  'clusters' | 'nearestClusters' | 'rule' | 'estimator' | 'shrinkage' | 'beta'
> = {
  clusters: 25,
  nearestClusters: 3,
  rule: 'reference',
  estimator: 'nearest',
  shrinkage: 0,
  beta: 9,
};

/** Fit options after the door: every default that does not depend on the records is in. */
export interface FitSettings
  extends
    Omit<RouterOptions, 'clusters' | 'nearestClusters' | 'defaultAlpha' | 'dimensions'>,
    Present<Pick<FitOptions, 'excludedModels' | 'excludedDatasets' | 'prices' | 'concurrency'>> {
  readonly clusters: number | undefined;
  readonly nearestClusters: number | undefined;
  readonly defaultAlpha: number | undefined;
  readonly dimensions: number | undefined;
  readonly centroids: readonly ArrayLike<number>[] | undefined;
  readonly onProgress: ((progress: FitProgress) => unknown) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** @throws RouterError `invalid_options` */
export function parseFitOptions(value: unknown): FitSettings {
  const options = parse(partialObject(fitOptionsShape()), value, 'invalid_options', 'options');
  const { rule = 'global', estimator = defaultEstimator(rule) } = options;
  requireEstimator(rule, estimator, 'invalid_options', 'options.estimator');
  return {
    clusters: options.clusters,
    nearestClusters: options.nearestClusters,
    rule,
    estimator,
    beta: options.beta ?? 9,
    shrinkage: options.shrinkage ?? 10,
    seed: options.seed ?? 42,
    restarts: options.restarts ?? 10,
    maxIterations: options.maxIterations ?? 300,
    defaultAlpha: options.defaultAlpha,
    dimensions: options.dimensions,
    excludedModels: options.excludedModels ?? [],
    excludedDatasets: options.excludedDatasets ?? [],
    prices: options.prices ?? {},
    centroids: options.centroids,
    concurrency: options.concurrency ?? 4,
    onProgress: options.onProgress,
    signal: options.signal,
  };
}

/** What the rules of the paper and of its code know; a smoother estimate for the others. */
export function defaultEstimator(rule: ScoringRule): Estimator {
  return estimatorsOf(rule)[0]!;
}

/** The estimators of a rule, its default first. The rules that normalise inside each cluster have nothing to say on estimates between clusters. */
export function estimatorsOf(rule: ScoringRule): readonly Estimator[] {
  return rule === 'paper' || rule === 'reference' ? ['nearest'] : ['kernel', 'linear', 'nearest'];
}

/** @throws RouterError of the given code where a rule and an estimator do not go together */
export function requireEstimator(
  rule: ScoringRule,
  estimator: Estimator,
  code: 'invalid_options' | 'invalid_state',
  place: string,
): void {
  if (estimatorsOf(rule).includes(estimator)) return;
  throw mismatch(code, place, `'nearest' with the rule '${rule}'`, `'${estimator}'`);
}

/** Checks of the options that a state keeps. */
export function routerOptionsShape(): {
  [K in keyof RouterOptions]-?: Check<Present<RouterOptions>[K]>;
} {
  return {
    clusters: positiveInteger,
    nearestClusters: positiveInteger,
    rule: oneOf('global', 'paper', 'reference', 'overall'),
    estimator: oneOf('nearest', 'kernel', 'linear'),
    beta: nonNegative,
    // A larger one times a cost would be infinite.
    shrinkage: number('a number from 0 to 1e50', (value) => value >= 0 && value <= 1e50),
    seed,
    restarts: positiveInteger,
    maxIterations: positiveInteger,
    defaultAlpha: unitInterval,
    dimensions: positiveInteger,
  };
}

export const seed: Check<number> = number(
  'a whole number from 0 to 4294967295',
  (value) => Number.isInteger(value) && value >= 0 && value <= 0xffffffff,
);

type FitOnlyOptions = Present<Omit<FitOptions, keyof RouterOptions>>;

function fitOptionsShape(): ReturnType<typeof routerOptionsShape> & {
  [K in keyof FitOnlyOptions]: Check<FitOnlyOptions[K]>;
} {
  const { prices, ...reading } = readingOptionsShape<FitProgress>();
  return {
    ...routerOptionsShape(),
    excludedModels: names,
    excludedDatasets: names,
    prices,
    centroids: array(vector, 'an array of vectors'),
    ...reading,
  };
}

/** Checks of the options that everything shares which reads and embeds records. */
interface ReadingChecks<Progress> {
  readonly prices: Check<Readonly<Record<string, TokenPrice>>>;
  readonly concurrency: Check<number>;
  readonly onProgress: Check<(progress: Progress) => unknown>;
  readonly signal: Check<AbortSignal>;
}

export function readingOptionsShape<Progress>(): ReadingChecks<Progress> {
  return {
    prices: pricesByModel(),
    concurrency: positiveInteger,
    onProgress: callable<(progress: Progress) => unknown>(),
    signal: accept(
      'an AbortSignal',
      (value) => typeof value === 'object' && value !== null && 'aborted' in value && 'throwIfAborted' in value,
    ),
  };
}

export function pricesByModel(): Check<Readonly<Record<string, TokenPrice>>> {
  return byName(strictObject({ input: nonNegative, output: nonNegative }), 'an object of { input, output } by model');
}
