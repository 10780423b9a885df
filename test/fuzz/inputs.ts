import { encodeMatrix, type RouterState, type StateCells } from '../../src/state.js';
import type { RoutingRecord } from '../../src/index.js';
import type { Dice } from './dice.js';

const catalogue = ['large', 'small', 'gpt-5', '__proto__', 'constructor', 'b\nc', 'o'.repeat(300)];
const datasets = ['math', 'code', '__proto__', undefined, null];

/** One to three models, sorted as states have them. */
export function modelsOf(dice: Dice): string[] {
  const models = dice.some(catalogue, 0.3).slice(0, 3);
  return (models.length > 0 ? models : ['large']).sort((a, b) => (a < b ? -1 : 1));
}

export function vectorOf(dice: Dice, dimensions: number): number[] {
  const vector = dice.times(dimensions, () => dice.pick([0, 0, dice.unit() - 0.5, dice.unit()]));
  vector[dice.whole(0, dimensions - 1)] = 1;
  return vector;
}

/** A state without contradictions, of any version, rule and estimator. */
export function stateOf(dice: Dice): unknown {
  const models = modelsOf(dice);
  const clusters = dice.whole(1, 4);
  const dimensions = dice.whole(1, 5);
  const used = dice.chance(0.2) ? dice.whole(1, dimensions) : undefined;
  const columns = used ?? dimensions;
  const matrix = (rows: number) =>
    encodeMatrix({ rows, columns, data: Float32Array.from({ length: rows * columns }, () => dice.unit() * 2 - 1) });
  const version = dice.pick([1, 2, 2]);
  const rule = dice.pick(
    version === 1 ? ['global', 'paper', 'reference'] : ['global', 'paper', 'reference', 'overall'],
  );
  const smooth = version === 2 && (rule === 'global' || rule === 'overall');
  const withCosts = dice.chance(0.8);
  const size = dice.times(clusters, () => dice.whole(0, 20));
  // Of the first cluster every model has seen something.
  size[0]! += 2;
  const counts = size.flatMap((n, cluster) => models.map(() => (cluster === 0 ? dice.whole(1, n) : dice.whole(0, n))));
  const scoreSum = counts.map((n) => dice.pick([0, n, n * dice.unit()]));
  const costCount = counts.map((n) => (withCosts ? n : 0));
  const cells: StateCells = {
    count: counts,
    scoreSum,
    scoreSquareSum: scoreSum.map((sum, cell) => {
      const least = counts[cell] === 0 ? 0 : (sum * sum) / counts[cell]!;
      return least + (sum - least) * dice.unit();
    }),
    costCount,
    costSum: costCount.map((n) => n * dice.pick([0, 0.001, dice.unit()])),
    ...(dice.chance(0.3) && {
      tokenCount: counts,
      inputTokenSum: counts.map((n) => n * 100),
      outputTokenSum: counts.map((n) => n * dice.whole(0, 50)),
    }),
  };
  const prices = Object.fromEntries(dice.some(models).map((model) => [model, { input: dice.unit(), output: 3 }]));
  return {
    format: 'pareto-router',
    version,
    embedding: { id: 'fuzz', dimensions, ...(dice.chance(0.3) && { canary: matrix(2) }) },
    options: {
      clusters,
      nearestClusters: dice.whole(1, clusters),
      rule,
      ...(version === 2 && { estimator: smooth ? dice.pick(['nearest', 'kernel', 'linear']) : 'nearest' }),
      beta: dice.pick([0, 9, 100]),
      shrinkage: dice.pick([0, 10, 40]),
      seed: 42,
      restarts: 10,
      maxIterations: 300,
      defaultAlpha: withCosts ? dice.unit() : 1,
      ...(used !== undefined && { dimensions: used }),
    },
    models,
    centroids: matrix(clusters),
    cells,
    clusters: {
      size,
      distanceQuantiles: dice.times(101, (i) => (i * dice.pick([0.01, 0.01, 0])) / 2).sort((a, b) => a - b),
    },
    ...(version === 2 && dice.chance(0.3) && Object.keys(prices).length > 0 && { prices }),
  };
}

/** A state of the newest version that routes: what constraints, targets and queries are tried on. */
export function plainState(dice: Dice): RouterState {
  for (;;) {
    const state = stateOf(dice) as RouterState;
    if (
      (state as { version: number }).version === 2 &&
      state.options.defaultAlpha < 1 &&
      state.options.rule !== 'reference'
    )
      return state;
  }
}

/** Records of one log, most of them complete. */
export function recordsOf(dice: Dice): RoutingRecord[] {
  const models = modelsOf(dice);
  const gaps = dice.pick([0, 0, 0.1, 0.5]);
  return dice.times(dice.whole(1, 24), (i) => ({
    query: dice.pick([`query ${i}`, 'the same', '']),
    dataset: dice.pick(datasets),
    index: dice.pick([i, `${i}`, null]),
    records: byModel(models, () => (dice.chance(gaps) ? null : dice.pick([0, 1, true, false, dice.unit()]))),
    usages: byModel(models, () =>
      dice.chance(gaps)
        ? null
        : { cost: dice.pick([dice.unit(), 0, 1e-5, null]), input_tokens: 10, completion_tokens: dice.whole(0, 9) },
    ),
    embedding: vectorOf(dice, 3),
  }));
}

export function byModel<T>(models: readonly string[], make: (model: string) => T): Record<string, T> {
  return Object.fromEntries(models.map((model) => [model, make(model)]));
}

export function fitOptionsOf(dice: Dice): Record<string, unknown> {
  const options: Record<string, unknown> = {
    clusters: dice.pick([1, 1, 2]),
    nearestClusters: 1,
    rule: dice.pick(['global', 'paper', 'reference', 'overall']),
    estimator: 'nearest',
    beta: 9,
    shrinkage: dice.pick([0, 10]),
    seed: 7,
    restarts: 2,
    maxIterations: 20,
    defaultAlpha: dice.unit(),
    dimensions: dice.pick([2, 3]),
    excludedModels: [],
    excludedDatasets: [],
    prices: byModel(dice.some(catalogue), () => ({ input: 1, output: dice.unit() })),
    centroids: dice.times(2, () => vectorOf(dice, 3)),
    concurrency: 2,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  };
  return Object.fromEntries(Object.entries(options).filter(() => dice.chance(0.3)));
}

export function constraintsOf(dice: Dice, models: readonly string[]): Record<string, unknown> {
  const constraints: Record<string, unknown> = {
    models: [...dice.some(models, 0.8), 'nope'],
    exclude: dice.some(models, 0.2),
    avoid: dice.some(models, 0.3),
    maxCost: dice.unit(),
    minPerformance: dice.unit() / 2,
    inputTokens: dice.whole(0, 1e5),
    minCount: dice.whole(0, 3),
    maxNovelty: dice.unit(),
    fallback: dice.pick(models),
    notWorseThan: { model: dice.pick(models), by: dice.unit() / 2, confidence: 0.9 },
    current: dice.pick(models),
    switchMargin: dice.unit(),
  };
  return Object.fromEntries(Object.entries(constraints).filter(() => dice.chance(0.2)));
}

export function targetOf(dice: Dice, models: readonly string[]): Record<string, unknown> {
  return dice.pick<() => Record<string, unknown>>([
    () => ({ maxMeanCost: dice.unit() }),
    () => ({ minPerformance: dice.unit() }),
    () => ({ matchModel: dice.pick(models) }),
    () => ({ shareOf: dice.pick(models), atMost: dice.unit() }),
    () => ({ spend: dice.unit() }),
  ])();
}
