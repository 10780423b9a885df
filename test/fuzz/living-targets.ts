import {
  chooseQueries,
  compareRouters,
  compareTraffic,
  mergeRouters,
  Router,
  routerFromStatistics,
  type RevisableOptions,
  type RouterState,
  type RouterStatistics,
  type RoutingRecord,
  type TokenPrice,
} from '../../src/index.js';
import { decodeMatrix } from '../../src/state.js';
import { rowOf } from '../../src/core/matrix.js';
import type { Dice } from './dice.js';
import { asksForMuch, hostileValue, mutate } from './hostile.js';
import { plainState, recordsOf, vectorOf } from './inputs.js';
import { requireDecision, requireNumbers, requireSameAgain } from './invariants.js';
import type { Target } from './targets.js';

/** What a warehouse would say of a state. */
function statisticsOf(
  dice: Dice,
  { embedding, options, models, centroids, cells, clusters }: RouterState,
): RouterStatistics {
  const matrix = decodeMatrix(centroids, options.clusters, options.dimensions ?? embedding.dimensions, 'centroids');
  const { rule, estimator, shrinkage, nearestClusters, beta, defaultAlpha } = options;
  return {
    embedding: { id: embedding.id, dimensions: matrix.columns },
    centroids: dice.times(options.clusters, (j) => Array.from(rowOf(matrix, j))),
    statistics: cells.count.map((count, cell) => ({
      cluster: BigInt(Math.floor(cell / models.length)),
      model: models[cell % models.length]!,
      count: dice.pick([count, BigInt(count)]),
      scoreSum: count === 0 ? null : cells.scoreSum[cell]!,
      scoreSquareSum: count === 0 ? null : cells.scoreSquareSum[cell]!,
      costCount: cells.costCount[cell]!,
      costSum: cells.costCount[cell] === 0 ? null : cells.costSum[cell]!,
    })),
    clusterSizes: clusters.size,
    distanceQuantiles: clusters.distanceQuantiles,
    options: { rule, estimator, shrinkage, nearestClusters, beta, defaultAlpha },
  };
}

/** A router of what was done to another; the other stays as it was. */
async function requireSuccessor(dice: Dice, router: Router, act: () => Router | Promise<Router>): Promise<void> {
  const before = JSON.stringify(router);
  try {
    const successor = await act();
    requireSameAgain(successor);
    requireDecision(successor, successor.route(vectorOf(dice, successor.toJSON().embedding.dimensions)));
  } finally {
    if (JSON.stringify(router) !== before) throw new Error('broken invariant: the old router stays as it was');
  }
}

/** The doors that lead from a router, or from sums, to another, and those that compare. */
export const livingTargets: readonly Target[] = [
  {
    name: 'statistics',
    cases: 20_000,
    attack(dice) {
      const router = routerFromStatistics(mutate(dice, statisticsOf(dice, plainState(dice))) as RouterStatistics);
      requireSameAgain(router);
      requireDecision(router, router.route(vectorOf(dice, router.toJSON().embedding.dimensions)));
    },
  },
  {
    name: 'evidence',
    cases: 20_000,
    async attack(dice) {
      const records = recordsOf(dice);
      const state = plainState(dice);
      const router = Router.fromJSON(state);
      const length = state.embedding.dimensions;
      const own = records.map((record) => ({ ...record, embedding: vectorOf(dice, length) }));
      const options = mutate(dice, { prices: { large: { input: 1, output: 2 } }, concurrency: 2 }) as object;
      await requireSuccessor(dice, router, () => router.withRecords(mutate(dice, own) as RoutingRecord[], options));
    },
  },
  {
    name: 'successors',
    cases: 20_000,
    async attack(dice) {
      const state = plainState(dice);
      const router = Router.fromJSON(state);
      const change = <T>(value: T): T => (dice.chance(0.5) ? mutate(dice, value) : value) as T;
      const prices = Object.fromEntries(
        dice.some(state.models).map((model) => [model, { input: dice.unit(), output: 2 }]),
      );
      const options: Partial<RevisableOptions> = {
        rule: dice.pick(['global', 'overall', 'paper', 'reference']),
        estimator: dice.pick(['nearest', 'kernel', 'linear']),
        shrinkage: dice.whole(0, 20),
        nearestClusters: dice.whole(1, 4),
        defaultAlpha: dice.unit(),
      };
      const act = dice.pick<() => Router>([
        () => router.withoutModels(change(dice.some(state.models))),
        () => router.withOptions(change(options)),
        () => router.withPrices(change<Record<string, TokenPrice>>(prices)),
        () => mergeRouters(change([router, router.withOptions({}), Router.fromJSON(change(state))])),
      ]);
      await requireSuccessor(dice, router, act);
    },
  },
  {
    name: 'comparisons',
    cases: 20_000,
    attack(dice) {
      const state = plainState(dice);
      const router = Router.fromJSON(state);
      const queries = dice.times(dice.whole(1, 6), () => vectorOf(dice, state.embedding.dimensions));
      const embeddings = (dice.chance(0.5) ? mutate(dice, queries) : queries) as number[][];
      const options = (valid: object): object => (dice.chance(0.3) ? mutate(dice, valid) : valid) as object;
      const act = dice.pick<() => unknown>([
        () => {
          const chosen = options({ permutations: 9, seed: 1 });
          return asksForMuch(chosen, 'permutations') || compareTraffic(router, embeddings, chosen);
        },
        () => compareRouters(router, router.withOptions({ shrinkage: 0 }), embeddings, options({ alpha: 0.5 })),
        () => compareRouters(router, hostileValue(dice) as Router, embeddings),
        () => ({ chosen: chooseQueries(router, embeddings, dice.whole(0, 4), options({ seed: 3 })) }),
      ]);
      requireNumbers(act());
    },
  },
];
