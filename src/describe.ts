import { paretoFrontier } from './core/frontier.js';
import { performanceEfficiency } from './core/score.js';
import { parseAlpha } from './policy/constraints.js';
import type { RankedModel } from './policy/decision.js';
import { policyOf, type Router } from './router.js';

/**
 * What a router knows of one cluster.
 * @example
 * const [first]: readonly ClusterDescription[] = describeRouter(router).clusters;
 * if (first) console.log(first.size, first.paretoOptimal, first.unobserved);
 */
export interface ClusterDescription<M extends string = string> {
  readonly cluster: number;
  /** Number of training records. */
  readonly size: number;
  /**
   * The models observed in the cluster, best first by the score x_ij(α) of this cluster alone: (shrunk) mean score p and mean
   * cost q, number of scores n, and the standard error of their unshrunk mean, √(SS + σ²)/n with σ² the model's variance within clusters:
   * a few equal scores are no certainty.
   */
  readonly ranking: readonly RankedModel<M>[];
  /** Those of them than which no other is both as good and as cheap, by rising cost; by performance alone without costs. */
  readonly paretoOptimal: readonly M[];
  /** The models without a score in the cluster, in the order of names. */
  readonly unobserved: readonly M[];
}

/**
 * What a router has learnt, for people to read.
 * @example
 * const { alpha, clusters }: RouterDescription = describeRouter(router);
 * console.log(alpha, clusters.length);
 */
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
 * @example
 * const { clusters } = describeRouter(router, 0.8);
 * for (const { cluster, size, ranking } of clusters) console.log(cluster, size, ranking[0]?.model);
 */
export function describeRouter<M extends string>(router: Router<M>, alpha?: number): RouterDescription<M> {
  const policy = policyOf(router);
  const { models, cells, profile, terms, withCosts, scoreDeviations, state } = policy;
  const trade = parseAlpha(policy, alpha);

  const clusters = state.clusters.size.map((size, cluster) => {
    const candidates = models.map((model, i): RankedModel<M> => {
      const cell = cluster * models.length + i;
      const count = cells.count[cell]!;
      const standardError = Math.sqrt(scoreDeviations[cell]!) / count;
      return {
        model,
        score: performanceEfficiency(trade, terms.performance[cell]!, terms.efficiency[cell]!),
        performance: profile.performance[cell]!,
        cost: withCosts ? profile.cost[cell]! : null,
        count,
        standardError: Number.isNaN(standardError) ? null : standardError,
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

/** Best first: higher score, then higher performance, then lower cost; a stable sort leaves the rest in the order of names. */
function compareCandidates(a: RankedModel, b: RankedModel): number {
  return b.score - a.score || b.performance - a.performance || (a.cost ?? 0) - (b.cost ?? 0);
}
