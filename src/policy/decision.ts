import { selectCandidates, type Candidates, type FallbackReason } from './candidates.js';
import type { ExclusionReason, RouteConstraints } from './constraints.js';
import { priorLines, scoresAt, type Expectation, type Lines } from './lines.js';
import type { Policy } from './policy.js';

/**
 * A candidate with what the near clusters know of it.
 * @example
 * const [first, second]: readonly RankedModel[] = router.route(embedding).ranking;
 * if (second) console.log(first.model, 'beside', second.model, second.performance, second.cost);
 */
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

/**
 * Where a query goes, and why.
 * @example
 * const { model, ranking, novelty }: RouteDecision = router.route(embedding, 0.7);
 * const ladder = ranking.map(({ model }) => model); // whom to ask when a call fails
 */
export interface RouteDecision<M extends string = string> {
  /** The winner: `ranking[0].model`. */
  readonly model: M;
  /** The trade-off that was used. */
  readonly alpha: number;
  /** `'query'`: decided on the query's embedding. */
  readonly basis: 'query';
  /**
   * Score gap between the first and the second of the ranking; `null` when there is no second. Below 0 where the second scores higher,
   * but is to be avoided, or stands behind a fallback or the current model.
   */
  readonly margin: number | null;
  /** Why the `fallback` of the constraints was taken; `null` where it was not. */
  readonly fallback: FallbackReason | null;
  /** Whether the `current` model stays although another scores higher: by no more than `switchMargin`. */
  readonly kept: boolean;
  /** The chosen model, then all other candidates, best first: the ladder to walk down when a call fails. */
  readonly ranking: readonly [RankedModel<M>, ...RankedModel<M>[]];
  /** The models that were no candidates, in the order of the router's models. */
  readonly excluded: readonly { readonly model: M; readonly reason: ExclusionReason }[];
  /**
   * The nearest clusters, nearest first; weights sum to 1. `distance` is Euclidean between unit-length query and centroid (rule
   * `'reference'`: 1 − their dot product). Farther clusters count as well with the estimators `'kernel'`, where `weight` is that beside the
   * other clusters listed, and `'linear'`, which has no weights: they are equal.
   */
  readonly clusters: readonly { readonly cluster: number; readonly distance: number; readonly weight: number }[];
  /**
   * Share of training queries that, held out, lie nearer to a centroid than this query; 1: farther than all. `null` in
   * a router that was made without distances.
   */
  readonly novelty: number | null;
  /** The router that decided, by its `fingerprint`: with its saved state the decision can be made again. */
  readonly router: string;
}

/**
 * Where queries go when nothing is known of them; see `Router.prior`.
 * @example
 * const { model, basis }: PriorDecision = router.prior(0.7); // basis: 'prior'
 */
export interface PriorDecision<M extends string = string> extends Omit<
  RouteDecision<M>,
  'basis' | 'clusters' | 'novelty'
> {
  /** `'prior'`: no query was looked at. */
  readonly basis: 'prior';
}

/** The winner at an α: the first of the highest scores in the order of ties, the current model's raised by its lead. */
export function winnerAt(policy: Policy, lines: Lines, candidates: Candidates, alpha: number): number {
  return winnerOf(scoresAt(policy, lines, alpha), candidates);
}

function winnerOf(scores: Float64Array, { eligible, lead }: Candidates): number {
  let winner = eligible[0]!;
  let highest = scores[winner]! + lead;
  for (const model of eligible) {
    if (scores[model]! > highest) [winner, highest] = [model, scores[model]!];
  }
  return winner;
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
  const { distances, weights, novelty } = lines;
  const scores = scoresAt(policy, lines, alpha);
  const { model, margin, fallback, kept, ranking, excluded } = rank(policy, lines, candidates, scores);
  const clusters: RouteDecision['clusters'][number][] = [];
  lines.clusters.forEach((cluster, i) => clusters.push({ cluster, distance: distances[i]!, weight: weights[i]! }));
  // In the order of the type: a logged decision begins with what matters.
  return {
    model,
    alpha,
    basis: 'query',
    margin,
    fallback,
    kept,
    ranking,
    excluded,
    clusters,
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
  const { expectation, scores } = priorLines(policy, alpha, constraints.inputTokens);
  const candidates = selectCandidates(policy, expectation, constraints, 'prior');
  const { model, ...ranked } = rank(policy, expectation, candidates, scores);
  return { model, alpha, basis: 'prior', ...ranked, router: policy.fingerprint };
}

function rank<M extends string>(
  { models, withCosts }: Policy<M>,
  { performance, cost, evidence }: Expectation,
  candidates: Candidates<M>,
  scores: Float64Array,
): Pick<RouteDecision<M>, 'model' | 'margin' | 'fallback' | 'kept' | 'ranking' | 'excluded'> {
  const { eligible, behind, excluded, fallback } = candidates;
  const { count, standardError } = evidence();
  const show = (i: number): RankedModel<M> => ({
    model: models[i]!,
    score: scores[i]!,
    performance: performance[i]!,
    cost: withCosts ? cost[i]! : null,
    count: count[i]!,
    standardError: Number.isNaN(standardError[i]) ? null : standardError[i]!,
  });
  const winner = winnerOf(scores, candidates);
  const ranking: [RankedModel<M>, ...RankedModel<M>[]] = [show(winner)];
  for (const tier of [eligible, ...behind]) {
    // A stable sort: what scores alike stays in the order of ties.
    const order = tier.filter((i) => i !== winner).sort((a, b) => scores[b]! - scores[a]!);
    for (const i of order) ranking.push(show(i));
  }
  const [{ model, score }, second] = ranking;
  return {
    model,
    margin: second ? score - second.score : null,
    fallback,
    kept: eligible.some((i) => scores[i]! > score),
    ranking,
    excluded,
  };
}
