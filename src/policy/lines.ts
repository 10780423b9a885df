import { standardError } from '../core/profile.js';
import {
  meanOverClusters,
  performanceEfficiency,
  reciprocalRankScores,
  sumOverClusters,
  type ScoreTerms,
} from '../core/score.js';
import type { Neighbourhood } from './near.js';
import type { Policy } from './policy.js';

/** What the near clusters tell of every model, one entry a model. */
export interface Lines extends Neighbourhood {
  /** p: expected score in [0, 1]. */
  readonly performance: Float64Array;
  /** q: expected cost in USD; NaN without costs. */
  readonly cost: Float64Array;
  /** Scores observed. */
  readonly count: Float64Array;
  /** Of the mean of those scores; NaN below two. */
  readonly standardError: Float64Array;
  /** The score as a line over α, A at α = 1 and B at α = 0; meaningless for the rule `'reference'`. */
  readonly terms: ScoreTerms;
}

/**
 * Step 6 of the method, second half: the means over the near clusters. x is linear in α, so the terms are averaged and α
 * comes last:
 *
 *     mean_j x_ij(α) = α · mean_j A_ij + (1 − α) · mean_j B_ij
 */
export function lines({ profile, terms, cells, models }: Policy, neighbourhood: Neighbourhood): Lines {
  const { clusters } = neighbourhood;
  const m = models.length;
  const count = sumOverClusters(cells.count, clusters, m);
  const scoreSum = sumOverClusters(cells.scoreSum, clusters, m);
  const scoreSquareSum = sumOverClusters(cells.scoreSquareSum, clusters, m);
  return {
    ...neighbourhood,
    performance: meanOverClusters(profile.performance, clusters, m),
    cost: meanOverClusters(profile.cost, clusters, m),
    count,
    standardError: count.map((n, i) => standardError(n, scoreSum[i]!, scoreSquareSum[i]!)),
    terms: {
      performance: meanOverClusters(terms.performance, clusters, m),
      efficiency: meanOverClusters(terms.efficiency, clusters, m),
    },
  };
}

/** Every model's score at one α. */
export function scoresAt(policy: Policy, { terms, clusters, weights }: Lines, alpha: number): Float64Array {
  if (!policy.isLinear) return reciprocalRankScores(policy.terms, alpha, clusters, weights, policy.models.length);
  return terms.performance.map((p, model) => performanceEfficiency(alpha, p, terms.efficiency[model]!));
}
