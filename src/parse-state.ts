import { pricesByModel, requireEstimator, routerOptionsShape, type Estimator, type RouterOptions } from './options.js';
import {
  canaryTexts,
  decodeMatrix,
  quantileCount,
  usedDimensions,
  writePrices,
  type RouterState,
  type StateCells,
} from './state.js';
import {
  array,
  describe,
  dimensions,
  mismatch,
  nonNegative,
  number,
  object,
  oneOf,
  optional,
  parse,
  strictObject,
  text,
  type Check,
} from './validation.js';

/**
 * Reads a state of any version at the door into a fresh copy of the newest one, its keys in the order in which a fit writes them:
 * one state has one text, and so one fingerprint.
 *
 * @throws RouterError `invalid_state`
 */
export function parseState(value: unknown): RouterState {
  const header = object<{ format: string; version: number }>(
    { format: oneOf('pareto-router'), version: oneOf(1, 2) },
    'an object made by router.toJSON()',
  );
  const { version } = parse(header, value, 'invalid_state', 'state');
  // A new version adds a migration here, and a literal fixture file to the tests.
  const state =
    version === 1
      ? fromVersion1(parse(version1(), value, 'invalid_state', 'state'))
      : parse(version2(), value, 'invalid_state', 'state');
  requireShape(state);
  requireSums(state);
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
  const overall = rule === 'global' ? 'overall' : rule;
  return {
    ...state,
    version: 2,
    options: { clusters, nearestClusters, rule: overall, estimator: 'nearest', ...others },
  };
}

function version1(): Check<StateVersion1> {
  const { format, embedding, models, centroids, cells } = sharedShape();
  const { estimator: _, ...shape } = routerOptionsShape();
  const options = strictObject<StateVersion1['options']>({
    ...shape,
    rule: oneOf('global', 'paper', 'reference'),
    dimensions: optional(shape.dimensions),
  });
  const clusters = strictObject({ size: counts, distanceQuantiles: sums });
  return strictObject({ format, version: oneOf(1), embedding, options, models, centroids, cells, clusters });
}

function version2(): Check<RouterState> {
  const { format, embedding, models, centroids, cells } = sharedShape();
  const shape = routerOptionsShape();
  const options = strictObject<RouterOptions>({ ...shape, dimensions: optional(shape.dimensions) });
  const clusters = strictObject<RouterState['clusters']>({ size: counts, distanceQuantiles: optional(sums) });
  const prices = optional(pricesByModel());
  return strictObject<RouterState>({
    format,
    version: oneOf(2),
    embedding,
    options,
    models,
    centroids,
    cells,
    clusters,
    prices,
  });
}

const counts: Check<number[]> = array(
  number('a whole number ≥ 0', (value) => Number.isSafeInteger(value) && value >= 0),
  'an array of numbers',
);
const sums: Check<number[]> = array(nonNegative, 'an array of numbers');

/** What all versions have alike. */
function sharedShape() {
  return {
    format: oneOf('pareto-router'),
    embedding: strictObject<RouterState['embedding']>({
      id: text(),
      dimensions,
      canary: optional(text()),
    }),
    models: array(text(), 'an array of model names'),
    centroids: text(),
    cells: strictObject<StateCells>({
      count: counts,
      scoreSum: sums,
      scoreSquareSum: sums,
      costCount: counts,
      costSum: sums,
      tokenCount: optional(counts),
      inputTokenSum: optional(sums),
      outputTokenSum: optional(sums),
    }),
  };
}

/** What no single field can tell: that names, options and lengths belong together. */
function requireShape(state: RouterState): void {
  const { embedding, options, models, cells, clusters, prices = {} } = state;
  if (models.length === 0) throw invalid('models', 'at least one model', 'none');
  models.slice(1).forEach((model, i) => {
    if (model > models[i]!) return;
    throw invalid(`models[${i + 1}]`, 'distinct names in code unit order', describe(model));
  });
  requireEstimator(options.rule, options.estimator, 'invalid_state', 'state.options.estimator');
  requireAtMost(options.nearestClusters, options.clusters, 'options.nearestClusters', 'clusters');
  requireAtMost(usedDimensions(state), embedding.dimensions, 'options.dimensions', 'of the embeddings');
  requireLength(clusters.size, options.clusters, 'clusters.size');
  requireQuantiles(clusters.distanceQuantiles, options.estimator);
  for (const [name, values] of Object.entries(cells) as [string, readonly number[]][]) {
    requireLength(values, options.clusters * models.length, `cells.${name}`);
  }
  if (embedding.canary !== undefined) {
    decodeMatrix(embedding.canary, canaryTexts.length, usedDimensions(state), 'state.embedding.canary');
  }
  const stranger = Object.keys(prices).find((model) => !models.includes(model));
  if (stranger !== undefined) throw invalid('prices', 'only models of the router', `the key ${describe(stranger)}`);
}

function requireQuantiles(quantiles: readonly number[] | undefined, estimator: Estimator): void {
  const place = 'clusters.distanceQuantiles';
  if (quantiles === undefined) {
    if (estimator !== 'kernel') return;
    throw invalid(place, `${quantileCount} numbers, as the estimator 'kernel' needs their median`, 'none');
  }
  requireLength(quantiles, quantileCount, place);
  quantiles.slice(1).forEach((quantile, i) => {
    if (quantile < quantiles[i]!) throw invalid(`${place}[${i + 1}]`, 'ascending numbers', String(quantile));
  });
}

/**
 * How far sums may contradict each other, as a share of their size. A sum of n doubles is off by n·2⁻⁵³ of it at most; six digits
 * are what a warehouse may leave of its sums.
 */
const slack = 1e-6;

/** That there can be records with these sums: scores in [0, 1], and of each model at most one a record. */
function requireSums({ models, cells, clusters }: RouterState): void {
  const { count, scoreSum, scoreSquareSum, costCount } = cells;
  const tokens = (['tokenCount', 'inputTokenSum', 'outputTokenSum'] as const).filter((name) => cells[name]);
  if (tokens.length === 1 || tokens.length === 2) {
    throw invalid('cells', 'tokenCount, inputTokenSum and outputTokenSum together', tokens.join(' and '));
  }
  requireCounted(cells, 'costSum', 'costCount');
  requireCounted(cells, 'inputTokenSum', 'tokenCount');
  requireCounted(cells, 'outputTokenSum', 'tokenCount');
  for (const name of ['count', 'costCount', 'tokenCount'] as const) {
    cells[name]?.forEach((n, cell) => {
      const size = clusters.size[Math.floor(cell / models.length)]!;
      if (n > size) throw invalid(`cells.${name}[${cell}]`, `at most the cluster's size ${size}`, String(n));
    });
  }
  count.forEach((n, cell) => {
    const [sum, squares] = [scoreSum[cell]!, scoreSquareSum[cell]!];
    if (sum > n) throw invalid(`cells.scoreSum[${cell}]`, `at most the count ${n}`, String(sum));
    // s ≤ 1 makes Σs² ≤ Σs; Σs² ≥ (Σs)²/n is Cauchy–Schwarz.
    const least = n === 0 ? 0 : (sum * sum) / n;
    if (squares < least - slack * sum || squares > sum + slack * sum) {
      const expected = `a number from ${least} to ${sum}, as the scores sum to ${sum}`;
      throw invalid(`cells.scoreSquareSum[${cell}]`, expected, String(squares));
    }
  });
  requireObserved(count, models, 'count', 'a score');
  if (costCount.some((n) => n > 0)) requireObserved(costCount, models, 'costCount', 'a cost');
}

/** Beyond any bill, and far enough from where doubles end that means, shrunk and scaled, stay finite. */
const largestSum = 1e100;

/** No sum of what was never counted. */
function requireCounted(cells: StateCells, name: keyof StateCells, counter: keyof StateCells): void {
  cells[name]?.forEach((sum, cell) => {
    if (sum > largestSum) throw invalid(`cells.${name}[${cell}]`, `at most ${largestSum}`, String(sum));
    if (sum === 0 || cells[counter]![cell] !== 0) return;
    throw invalid(`cells.${name}[${cell}]`, `0, as ${counter}[${cell}] is 0`, String(sum));
  });
}

function requireObserved(counts: readonly number[], models: readonly string[], name: string, what: string): void {
  const missing = models.find((_, model) => !counts.some((n, cell) => n > 0 && cell % models.length === model));
  if (missing === undefined) return;
  throw invalid(`cells.${name}`, `${what} of ${describe(missing)} in some cluster`, 'none');
}

function requireAtMost(value: number, most: number, place: string, of: string): void {
  if (value > most) throw invalid(place, `at most the ${most} ${of}`, String(value));
}

function requireLength(values: readonly number[], length: number, place: string): void {
  if (values.length !== length) throw invalid(place, `${length} numbers`, String(values.length));
}

function invalid(place: string, expected: string, got: string): Error {
  return mismatch('invalid_state', `state.${place}`, expected, got);
}
