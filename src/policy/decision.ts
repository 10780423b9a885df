import { describe, mismatch } from '../validation.js';
import { exclusionReason, type ExclusionReason, type RouteConstraints } from './constraints.js';
import { evidenceOf, priorLines, scoresAt, type Evidence, type Expectation, type Lines } from './lines.js';
import type { Policy } from './policy.js';

/** A candidate with what the near clusters know of it. */
export interface RankedModel<M extends string = string> {
  readonly model: M;
  /** Performance–efficiency score, the mean over the near clusters (rule `'reference'`: a sum of weighted reciprocal ranks). */
  readonly score: number;
  /** Expected score in [0, 1], by the router's `estimator`. */
  readonly performance: number;
  /** Expected cost in USD, likewise; `null` in a router without costs. */
  readonly cost: number | null;
  /**
   * Scores observed in the near clusters (estimator `'kernel'`: in all clusters, each counted by its cluster's weight, the nearest
   * cluster's being 1).
   */
  readonly count: number;
  /** Standard error of `performance`, from the spread of the observed scores; `null` where no cluster has two of this model. */
  readonly standardError: number | null;
}

/** Where a query goes, and why. */
export interface RouteDecision<M extends string = string> {
  /** The winner: `ranking[0].model`. */
  readonly model: M;
  /** The trade-off that was used. */
  readonly alpha: number;
  /** `'query'`: decided on the query's embedding. */
  readonly basis: 'query';
  /** Score gap between the winner and the runner-up; `null` when there is none. Below 0 where the runner-up is better, but to be avoided. */
  readonly margin: number | null;
  /** All candidates, best first: the ladder of fallbacks. */
  readonly ranking: readonly RankedModel<M>[];
  /** The models that were no candidates, in the order of the router's models. */
  readonly excluded: readonly { readonly model: M; readonly reason: ExclusionReason }[];
  /**
   * The nearest clusters, nearest first; weights sum to 1. `distance` is Euclidean between unit-length query and centroid (rule
   * `'reference'`: 1 − their dot product). Farther clusters count as well with the estimators `'kernel'`, where `weight` is that beside the
   * other clusters listed, and `'linear'`, which has no weights: they are equal.
   */
  readonly clusters: readonly { readonly cluster: number; readonly distance: number; readonly weight: number }[];
  /**
   * Share of training queries that lie nearer to their own centroid than this query to its nearest; 1: farther than all. `null` in
   * a router that was made without distances.
   */
  readonly novelty: number | null;
  /** The router that decided, by its `fingerprint`: with its saved state the decision can be made again. */
  readonly router: string;
}

/** Where queries go when nothing is known of them; see `Router.prior`. */
export interface PriorDecision<M extends string = string> extends Omit<
  RouteDecision<M>,
  'basis' | 'clusters' | 'novelty'
> {
  /** `'prior'`: no query was looked at. */
  readonly basis: 'prior';
}

/** The models that constraints leave, and why they take the others. */
export interface Candidates<M extends string = string> {
  /** Positions of the models, in the order in which ties are broken: higher performance, then lower cost, then name. */
  readonly eligible: readonly number[];
  /** Those to avoid, in the same order, where others are eligible. */
  readonly avoided: readonly number[];
  readonly excluded: readonly { readonly model: M; readonly reason: ExclusionReason }[];
}

/**
 * The candidates of one query; they do not depend on α.
 *
 * @param place - what the query is called in a message
 * @throws RouterError `no_eligible_model`
 */
export function selectCandidates<M extends string>(
  { models, withCosts }: Policy<M>,
  { performance, cost, observed }: Expectation,
  constraints: RouteConstraints,
  place: string,
): Candidates<M> {
  const eligible: number[] = [];
  const excluded: { model: M; reason: ExclusionReason }[] = [];
  models.forEach((model, i) => {
    const candidate = {
      model,
      performance: performance[i]!,
      cost: withCosts ? cost[i]! : null,
      count: observed[i]!,
    };
    const reason = exclusionReason(constraints, candidate);
    if (reason) excluded.push({ model, reason });
    else eligible.push(i);
  });
  if (eligible.length === 0) {
    const reasons = excluded.map(({ model, reason }) => `${describe(model)} ${reason}`).join(', ');
    throw mismatch('no_eligible_model', place, 'a model that meets the constraints', `none (${reasons})`);
  }
  eligible.sort((a, b) => performance[b]! - performance[a]! || (withCosts ? cost[a]! - cost[b]! : 0));
  const isAvoided = (i: number): boolean => constraints.avoid?.includes(models[i]!) === true;
  if (eligible.every(isAvoided)) return { eligible, avoided: [], excluded };
  return { eligible: eligible.filter((i) => !isAvoided(i)), avoided: eligible.filter(isAvoided), excluded };
}

/** The winner at an α: the first of the highest scores in the order of ties. */
export function winnerAt(policy: Policy, lines: Lines, { eligible }: Candidates, alpha: number): number {
  const scores = scoresAt(policy, lines, alpha);
  return eligible.reduce((winner, model) => (scores[model]! > scores[winner]! ? model : winner));
}

/** Steps 5 and 6 of the method (paper, section 2): the model with the highest x = α·p̃ + (1 − α)·(1 − q̃). */
export function decide<M extends string>(
  policy: Policy<M>,
  lines: Lines,
  alpha: number,
  constraints: RouteConstraints,
  place: string,
): RouteDecision<M> {
  const candidates = selectCandidates(policy, lines, constraints, place);
  const { clusters, distances, weights, novelty } = lines;
  const scores = scoresAt(policy, lines, alpha);
  const { model, ...ranked } = rank(policy, lines, candidates, scores, (model) => evidenceOf(policy, lines, model));
  // In the order of the type: a logged decision begins with what matters.
  return {
    model,
    alpha,
    basis: 'query',
    ...ranked,
    clusters: Array.from(clusters, (cluster, i) => ({ cluster, distance: distances[i]!, weight: weights[i]! })),
    novelty,
    router: policy.fingerprint,
  };
}

/** The decision on a query of which nothing is known: by the models' means on all records. */
export function decidePrior<M extends string>(
  policy: Policy<M>,
  alpha: number,
  constraints: RouteConstraints,
): PriorDecision<M> {
  const { expectation, scores, evidence } = priorLines(policy, alpha);
  const candidates = selectCandidates(policy, expectation, constraints, 'prior');
  const { model, ...ranked } = rank(policy, expectation, candidates, scores, evidence);
  return { model, alpha, basis: 'prior', ...ranked, router: policy.fingerprint };
}

function rank<M extends string>(
  { models, withCosts }: Policy<M>,
  { performance, cost }: Expectation,
  { eligible, avoided, excluded }: Candidates<M>,
  scores: Float64Array,
  evidenceFor: (model: number) => Evidence,
): Pick<RouteDecision<M>, 'model' | 'margin' | 'ranking' | 'excluded'> {
  // Stable sorts: what scores alike stays in the order of ties.
  const byScore = (a: number, b: number): number => scores[b]! - scores[a]!;
  const ranking = [...[...eligible].sort(byScore), ...[...avoided].sort(byScore)].map((i): RankedModel<M> => {
    const { count, standardError } = evidenceFor(i);
    return {
      model: models[i]!,
      score: scores[i]!,
      performance: performance[i]!,
      cost: withCosts ? cost[i]! : null,
      count,
      standardError: Number.isNaN(standardError) ? null : standardError,
    };
  });
  const [winner, runnerUp] = ranking;
  return {
    model: winner!.model,
    margin: runnerUp ? winner!.score - runnerUp.score : null,
    ranking,
    excluded,
  };
}
