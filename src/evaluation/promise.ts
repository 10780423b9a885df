import type { Steps } from '../core/steps.js';
import { byAccuracy } from './baselines.js';
import { assembleCurve, measureCurve } from './curve.js';
import { picksAt, promisedTraffic, winningPicks, type AlphaPicks, type RoutedTraffic } from './routing.js';
import type { Traffic } from './traffic.js';
import { findStretch, middleOf, stretchesOf, type AlphaTarget } from './tune.js';

/** An α that was chosen by what the router promises on some queries, never by their outcomes. */
export interface Setting extends AlphaPicks {
  /** Promised, as shares of what is promised of the single model that is expected to be best. */
  readonly promised: { readonly accuracy: number; readonly cost: number | null };
}

/** What a router promises on some queries over the whole dial. */
export interface Promised {
  /** One for each spend that the verdict is about; only α = 1 where the router or the queries have no costs. */
  readonly spends: readonly Setting[];
  /** The cheapest that promises each share of the best model's accuracy; `undefined` where none does. */
  readonly retaining: readonly (Setting | undefined)[];
}

/** The shares of the way from the least to the greatest promised mean cost at which routing is judged. */
const spends = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);

/**
 * Reads a router's promise on some queries. Where the rule is linear in α it is that of
 *
 *     alphaFor(tradeoffCurve(router, embeddings), { spend }) and { retain }
 *
 * for the rule `'reference'` that at α = 0, 1/20, …, 1; without costs there is α = 1 alone.
 *
 * @param allowed - positions of the models that constraints allow by name
 * @param retain - shares of the best model's accuracy
 */
export function* readPromise(
  traffic: Traffic,
  routed: RoutedTraffic,
  allowed: readonly number[],
  retain: readonly number[],
): Steps<Promised> {
  const promised = promisedTraffic(traffic.models, traffic, routed);
  const curve = assembleCurve(false, promised, yield* measureCurve(promised, routed), allowed);
  yield true;
  const best = [...curve.models].sort(byAccuracy)[0]!;
  const setting = (alpha: number, accuracy: number, meanCost: number | null): Setting => ({
    alpha,
    picks: routed.winners ? winningPicks(routed.winners, alpha) : picksAt(routed, alpha),
    promised: {
      // Where every model is expected to fail, all of that is kept.
      accuracy: best.accuracy === 0 ? 1 : accuracy / best.accuracy!,
      cost: best.meanCost ? meanCost! / best.meanCost : null,
    },
  });
  const last = setting(1, curve.breakpoints.at(-1)!.accuracy!, curve.breakpoints.at(-1)!.meanCost);
  if (!routed.policy.withCosts) {
    return { spends: [last], retaining: retain.map((share) => (last.promised.accuracy >= share ? last : undefined)) };
  }
  const stretches = stretchesOf(curve);
  const meet = (target: AlphaTarget): Setting | undefined => {
    const found = findStretch(curve, stretches, target);
    if (found instanceof Error) return undefined;
    const { alpha, accuracy, meanCost } = found.point;
    return setting(routed.winners ? middleOf(found) : alpha, accuracy, meanCost);
  };
  function* meetEach(targets: readonly AlphaTarget[]): Steps<(Setting | undefined)[]> {
    const met: (Setting | undefined)[] = [];
    for (const target of targets) {
      met.push(meet(target));
      yield true;
    }
    return met;
  }
  const dial = spends.map((spend) => ({ spend }));
  return {
    spends: traffic.costs.every(Number.isNaN) ? [last] : ((yield* meetEach(dial)) as Setting[]),
    retaining: yield* meetEach(retain.map((share) => ({ retain: share }))),
  };
}
