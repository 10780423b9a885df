import { paretoFrontier } from './core/frontier.js';
import { profileCells, standardError } from './core/profile.js';
import { performanceEfficiency, scoreTerms } from './core/score.js';
import { compareCandidates, type RankedModel } from './decision.js';
import type { Router } from './router.js';
import { readCells } from './state.js';
import { describe, mismatch } from './validation.js';

/** What a router knows of one cluster. */
export interface ClusterDescription<M extends string = string> {
  readonly cluster: number;
  /** Number of training records. */
  readonly size: number;
  /**
   * The models observed in the cluster, best first by the score x_ij(α) of this cluster alone: (shrunk) mean score p and mean
   * cost q, number of scores n, and the standard error of their unshrunk mean.
   */
  readonly ranking: readonly RankedModel<M>[];
  /** Those of them than which no other is both as good and as cheap, by rising cost; by performance alone without costs. */
  readonly paretoOptimal: readonly M[];
  /** The models without a score in the cluster, in the order of names. */
  readonly unobserved: readonly M[];
}

/** What a router has learnt, for people to read. */
export interface RouterDescription<M extends string = string> {
  readonly alpha: number;
  readonly clusters: readonly ClusterDescription<M>[];
}

/**
 * Lays a router open: every cluster's size, and its models' profiles and ranking at one α. A route looks at several clusters, so
 * its ranking is a mean of these (rule `'reference'`: x ranks the models in a cluster, and the ranks are combined).
 *
 * @param alpha - α ∈ [0, 1]. Default: the router's `defaultAlpha`
 * @throws RouterError `invalid_alpha`
 */
export function describeRouter<M extends string>(router: Router<M>, alpha?: number): RouterDescription<M> {
  const state = router.toJSON();
  const { models, options } = state;
  const cells = readCells(state);
  const withCosts = cells.costCount.some((count) => count > 0);
  const trade = alpha ?? options.defaultAlpha;
  if (typeof trade !== 'number' || !(trade >= 0 && trade <= 1)) {
    throw mismatch('invalid_alpha', 'alpha', 'a number from 0 to 1', describe(trade));
  }
  if (!withCosts && trade !== 1) {
    throw mismatch('invalid_alpha', 'alpha', '1 in a router fitted without costs', describe(trade));
  }
  const profile = profileCells(cells, options.shrinkage);
  const terms = scoreTerms(profile, options.rule);

  const clusters = state.clusters.size.map((size, cluster) => {
    const candidates = models.map((model, i): RankedModel<M> => {
      const cell = cluster * models.length + i;
      const count = cells.count[cell]!;
      return {
        model,
        score: performanceEfficiency(trade, terms.performance[cell]!, terms.efficiency[cell]!),
        performance: profile.performance[cell]!,
        cost: withCosts ? profile.cost[cell]! : null,
        count,
        standardError: count < 2 ? null : standardError(count, cells.scoreSum[cell]!, cells.scoreSquareSum[cell]!),
      };
    });
    const observed = candidates.filter(({ count }) => count > 0);
    const points = observed.map(({ model, performance, cost }) => ({
      model,
      accuracy: performance,
      meanCost: cost ?? 0,
    }));
    return {
      cluster,
      size,
      ranking: observed.sort(compareCandidates),
      paretoOptimal: paretoFrontier(points).map(({ model }) => model),
      unobserved: candidates.filter(({ count }) => count === 0).map(({ model }) => model),
    };
  });
  return { alpha: trade, clusters };
}
