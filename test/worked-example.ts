import { fitRouter, type Router, type RoutingRecord, type ScoringRule } from '../src/index.js';

/**
 * The example that the tests of the evaluation work out on paper: two datasets, three models, five held-out queries. Each dataset
 * is a cluster of its own (one-hot embeddings), a query looks at the nearest one, nothing is shrunk, the rule is `'overall'` and the estimator `'nearest'`.
 *
 *     profile   math              code              overall            p̃ math, code      1 − q̃ math, code
 *     a         p .2  q .001      p .6  q .001      p .4  q .001       −.5, .5            1, 1
 *     b         p .6  q .002      p .4  q .002      p .5  q .002        .5, 0             2/3, 2/3
 *     c         p .8  q .005      p .8  q .003      p .8  q .004        1, 1              −1/3, 1/3
 *
 *     p̃ = (p − .4)/.4, q̃ = (q − .001)/.003
 *     math: a → b at ΔB/(ΔB + ΔA) = (1/3)/(1/3 + 1) = 1/4;  b → c at 1/(1 + 1/2) = 2/3
 *     code: a → c at (2/3)/(2/3 + 1/2) = 4/7;  b is below a everywhere
 */
export type Model = 'a' | 'b' | 'c';

type Outcome = readonly [score: number | null, cost: number | null];

function record(dataset: 'math' | 'code', query: string, a: Outcome, b: Outcome, c: Outcome): RoutingRecord<Model> {
  return {
    query,
    dataset,
    embedding: dataset === 'math' ? [1, 0] : [0, 1],
    records: { a: a[0], b: b[0], c: c[0] },
    usages: { a: { cost: a[1] }, b: { cost: b[1] }, c: { cost: c[1] } },
  };
}

const train = [
  record('math', 'learnt 1', [0.2, 0.001], [0.6, 0.002], [0.8, 0.005]),
  record('code', 'learnt 2', [0.6, 0.001], [0.4, 0.002], [0.8, 0.003]),
];

/** The held-out queries. */
export const heldOut: RoutingRecord<Model>[] = [
  record('math', 'm1', [0, 0.001], [1, 0.002], [1, 0.004]),
  record('math', 'm2', [0, 0.001], [0, 0.002], [1, 0.006]),
  record('math', 'm3', [1, 0.001], [1, 0.002], [0, 0.005]),
  record('code', 'c1', [1, 0.001], [0, 0.003], [1, 0.003]),
  record('code', 'c2', [0, 0.002], [0, 0.002], [1, 0.004]),
];

export function fitExample(
  options: { rule?: 'global' | 'paper' | 'reference' | 'overall' } = {},
): Promise<Router<Model>> {
  const centroids = [
    [1, 0],
    [0, 1],
  ];
  const space = { id: 'one-hot', dimensions: 2 };
  return fitRouter(train, space, {
    centroids,
    nearestClusters: 1,
    rule: 'overall',
    estimator: 'nearest',
    shrinkage: 0,
    defaultAlpha: 0.6,
    ...options,
  });
}

/** The example without any cost. */
export function fitWithoutCosts(rule: ScoringRule = 'global'): Promise<Router<Model>> {
  const records = train.map((record) => ({ ...record, usages: null }));
  const centroids = [
    [1, 0],
    [0, 1],
  ];
  return fitRouter(records, { id: 'one-hot', dimensions: 2 }, { centroids, nearestClusters: 1, shrinkage: 0, rule });
}
