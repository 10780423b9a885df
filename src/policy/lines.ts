import { standardErrorsOfSmoother } from '../core/profile.js';
import {
  addWeighted,
  meanOverClusters,
  performanceEfficiency,
  reciprocalRankScores,
  scaleOf,
  sumOverClusters,
  termsOnScale,
  type ScoreTerms,
} from '../core/score.js';
import type { Estimate } from './estimators.js';
import type { Neighbourhood } from './near.js';
import type { Policy } from './policy.js';

/** What is expected of every model, one entry a model. */
export interface Expectation extends Estimate {
  /** Scores observed in the clusters that count: without any, a model is no candidate. */
  readonly observed: Float64Array;
  /** See {@link Neighbourhood}; 1 where no query is known. */
  readonly novelty: number | null;
  /** How well the performances are founded: computed when it is first asked for, since it is dearer than they are. */
  readonly evidence: () => Evidence;
}

/** What is expected of every model on one query. */
export interface Lines extends Neighbourhood, Expectation {
  /** The score as a line over α, A at α = 1 and B at α = 0; meaningless for the rule `'reference'`. */
  readonly terms: ScoreTerms;
}

/**
 * Step 6 of the method, second half: what the clusters tell of this query. With one exchange rate everywhere, the estimates are
 * put on it; the rules that normalise inside each cluster average their terms over the near ones. Either way x is linear in α:
 *
 *     x_i(α) = α · A_i + (1 − α) · B_i
 *
 * @param inputTokens - of the prompt, where its own costs are to be expected; only with one exchange rate everywhere
 */
export function lines(policy: Policy, neighbourhood: Neighbourhood, inputTokens?: number): Lines {
  const { smoother, scale, terms, cells, models } = policy;
  const { clusters, distances, weights, squaredDistances, clusterWeights, novelty } = neighbourhood;
  const m = models.length;
  const { performance, cost } = smoother.estimate(neighbourhood);
  const estimate = {
    performance,
    cost:
      inputTokens === undefined
        ? cost
        : costOfPrompt(policy, inputTokens, policy.outputTokens.smoother.estimate(neighbourhood).cost),
  };
  let evidence: Evidence | undefined;
  // Written out: in few dimensions a route would wait for the spreads.
  return {
    clusters,
    distances,
    weights,
    squaredDistances,
    clusterWeights,
    novelty,
    performance: estimate.performance,
    cost: estimate.cost,
    observed: sumOverClusters(cells.count, clusters, m),
    evidence: () => (evidence ??= evidenceOf(policy, neighbourhood)),
    terms: scale
      ? termsOnScale(estimate, scale)
      : {
          performance: meanOverClusters(terms.performance, clusters, m),
          efficiency: meanOverClusters(terms.efficiency, clusters, m),
        },
  };
}

/**
 * What a prompt of known length is expected to cost, in USD; NaN for a model without a price or token counts:
 *
 *     q_i = (price_in · inputTokens + price_out · t_i) / 10⁶
 *
 * @param outputTokens - t_i
 */
function costOfPrompt({ models, state }: Policy, inputTokens: number, outputTokens: Float64Array): Float64Array {
  const { prices = {} } = state;
  return Float64Array.from(models, (model, i) => {
    const price = Object.hasOwn(prices, model) ? prices[model] : undefined;
    return price ? (price.input * inputTokens + price.output * outputTokens[i]!) / 1e6 : NaN;
  });
}

/** Every model's score at one α. */
export function scoresAt(policy: Policy, { terms, clusters, weights }: Lines, alpha: number): Float64Array {
  if (!policy.isLinear) return reciprocalRankScores(policy.terms, alpha, clusters, weights, policy.models.length);
  return scoresOf(terms, alpha);
}

/** x = α·A + (1 − α)·B of every model. */
function scoresOf({ performance, efficiency }: ScoreTerms, alpha: number): Float64Array {
  const scores = new Float64Array(performance.length);
  for (let i = 0; i < scores.length; i++) scores[i] = performanceEfficiency(alpha, performance[i]!, efficiency[i]!);
  return scores;
}

/** How well the estimates are founded, one entry a model. */
export interface Evidence {
  /** Σ_j w_j n_ij: observed scores, each counted by the weight of its cluster, the nearest cluster's being 1. */
  readonly count: Float64Array;
  /** Of the estimate, from the spread of the scores; NaN where no cluster has two. */
  readonly standardError: Float64Array;
}

function evidenceOf({ smoother, cells, scoreDeviations }: Policy, neighbourhood: Neighbourhood): Evidence {
  return {
    count: addWeighted(new Float64Array(cells.models), neighbourhood.clusterWeights, cells.count),
    standardError: standardErrorsOfSmoother(cells, scoreDeviations, smoother.leverages(neighbourhood)),
  };
}

/**
 * What is expected where no query is known: each model's means on all records, on the scale of the rule (the rules that normalise inside each
 * cluster: on that of the overall means).
 */
export function priorLines(
  policy: Policy,
  alpha: number,
  inputTokens?: number,
): { expectation: Expectation; scores: Float64Array } {
  const { profile, cells, state, scoreDeviations } = policy;
  const { rule } = state.options;
  const { overallPerformance: performance, models } = profile;
  const cost =
    inputTokens === undefined
      ? profile.overallCost
      : costOfPrompt(policy, inputTokens, policy.outputTokens.profile.overallCost);
  const everyCluster = Int32Array.from({ length: cells.clusters }, (_, j) => j);
  const observed = sumOverClusters(cells.count, everyCluster, models);
  const terms = termsOnScale({ performance, cost }, scaleOf(profile, rule) ?? scaleOf(profile, 'overall')!);
  const noLeverages = new Float64Array(cells.clusters * models);
  const evidence = (): Evidence => ({
    count: observed,
    standardError: standardErrorsOfSmoother(cells, scoreDeviations, noLeverages),
  });
  return {
    expectation: { performance, cost, observed, novelty: 1, evidence },
    scores: scoresOf(terms, alpha),
  };
}
