import type { Steps } from '../core/steps.js';
import { winnersOverAlpha, type Winner } from '../core/tradeoff.js';
import { finish } from '../finish.js';
import { selectCandidates, type Candidates } from '../policy/candidates.js';
import { parseConstraints } from '../policy/constraints.js';
import { winnerAt } from '../policy/decision.js';
import { lines, type Lines } from '../policy/lines.js';
import { nearOfEach } from '../policy/near.js';
import type { Policy } from '../policy/policy.js';
import { policyOf, type Router } from '../router.js';
import type { Traffic, TrafficOptions } from './traffic.js';

/** What a router makes of one query, before α is chosen. */
interface RoutedQuery {
  readonly lines: Lines;
  readonly candidates: Candidates;
}

/** What a router makes of some traffic: one distance pass a query, and every α after that costs no distance. */
export interface RoutedTraffic {
  readonly policy: Policy;
  readonly queries: readonly RoutedQuery[];
  /** The models of each query over α; `undefined` where the policy has no exact curve. */
  readonly winners: readonly (readonly Winner[])[] | undefined;
}

/** Queries routed between two calls of `onProgress`. */
const queriesPerReport = 256;

/** @throws RouterError as a route, naming the query; the signal's reason when aborted */
export async function routeTraffic<M extends string>(
  router: Router<M>,
  { embeddings, places }: Pick<Traffic, 'embeddings' | 'places'>,
  { constraints = {}, signal, onProgress }: TrafficOptions<M>,
): Promise<RoutedTraffic> {
  const policy = policyOf(router);
  const filters = parseConstraints(policy, constraints);
  const placeOf = (query: number): string => `${places[query]}: embedding`;
  const queries: RoutedQuery[] = [];
  const winners = obstacleToCurve(policy) === undefined ? ([] as Winner[][]) : undefined;
  for (const neighbourhood of nearOfEach(policy, embeddings, placeOf)) {
    const own = lines(policy, neighbourhood, filters.inputTokens);
    const query = { lines: own, candidates: selectCandidates(policy, own, filters, placeOf(queries.length)) };
    queries.push(query);
    winners?.push(winnersOf(query));
    if (queries.length % queriesPerReport !== 0 && queries.length !== embeddings.length) continue;
    signal?.throwIfAborted();
    await onProgress?.({ stage: 'route', completed: queries.length, total: embeddings.length });
  }
  return { policy, queries, winners };
}

/** Runs what reads routed traffic, letting others in: the last word of the routing is said again after each of its steps. */
export function afterRouting<Result, M extends string>(
  steps: Steps<Result>,
  { queries: { length } }: RoutedTraffic,
  { signal, onProgress }: TrafficOptions<M>,
): Promise<Result> {
  return finish(steps, signal, () => onProgress?.({ stage: 'route', completed: length, total: length }));
}

/** Why a policy has no exact curve over α, if it has none. */
export function obstacleToCurve({ isLinear, withCosts }: Policy): string | undefined {
  if (!withCosts) return 'no costs';
  return isLinear ? undefined : "the rule 'reference'";
}

/** An α, and the model of each query there. */
export interface AlphaPicks {
  readonly alpha: number;
  readonly picks: Int32Array;
}

/** The model of each query at one α. */
export function picksAt({ policy, queries }: RoutedTraffic, alpha: number): Int32Array {
  return Int32Array.from(queries, ({ lines, candidates }) => winnerAt(policy, lines, candidates, alpha));
}

/** The same from the winners over α: the last one before it. */
export function winningPicks(winners: readonly (readonly Winner[])[], alpha: number): Int32Array {
  return Int32Array.from(winners, (own) => {
    let last = own.length - 1;
    while (own[last]!.alpha > alpha) last--;
    return own[last]!.model;
  });
}

/** The models of one query over all α; for policies linear in α. */
export function winnersOf({ lines: { terms }, candidates: { eligible, lead } }: RoutedQuery): Winner[] {
  return winnersOverAlpha(
    eligible.map((model, i) => ({
      model,
      performance: terms.performance[model]!,
      efficiency: terms.efficiency[model]!,
      lead: i === 0 ? lead : 0,
    })),
  );
}

/**
 * The same queries with what the policy expects in place of outcomes: scores, and costs in USD; not observed where a model is no candidate.
 * They are one dataset, since a router knows none.
 */
export function promisedTraffic<M extends string>(
  models: readonly M[],
  { embeddings, places }: Pick<Traffic, 'embeddings' | 'places'>,
  { queries }: RoutedTraffic,
): Traffic<M> {
  const scores = new Float64Array(queries.length * models.length).fill(NaN);
  const costs = scores.slice();
  queries.forEach(({ lines, candidates }, query) => {
    for (const model of candidates.eligible) {
      scores[query * models.length + model] = lines.performance[model]!;
      costs[query * models.length + model] = lines.cost[model]!;
    }
  });
  return {
    models,
    embeddings,
    places,
    datasets: [null],
    datasetOf: new Int32Array(queries.length),
    textOf: Int32Array.from(queries.keys()),
    scores,
    costs,
  };
}
