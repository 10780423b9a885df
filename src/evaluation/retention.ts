import type { Interval, Lineup, Statistic } from './intervals.js';
import type { Setting } from './promise.js';

/**
 * What it costs to keep a share of the best single model's accuracy. Where no α promises to, all but `retain` is `null`.
 * @example
 * const { verdict } = await evaluateRouter(router, test, { retain: [0.95] });
 * const [kept] = verdict?.retention ?? [];
 * if (kept) console.log(kept.alpha, kept.accuracy?.estimate, kept.cost?.estimate);
 */
export interface Retention {
  /** The share that is to be kept, in [0, 1]. */
  readonly retain: number;
  /** The cheapest α that promises it: chosen by what the router expects of these queries, not by their outcomes. */
  readonly alpha: number | null;
  /** What the router expects there, as shares of what it expects of the single model that it expects to be best. */
  readonly promised: { readonly accuracy: number; readonly cost: number | null } | null;
  /** Measured accuracy there, as a share of the best single model's; `null` also where nothing was observed. */
  readonly accuracy: Interval | null;
  /** Measured mean cost there, likewise; `null` also without costs. */
  readonly cost: Interval | null;
}

/** Accuracy and mean cost at a setting over those of the best single model; no figures where there is no setting. */
export function keptShares<M extends string>(
  setting: Setting | undefined,
  bestSingle: M,
  lineup: Lineup<M>,
): Statistic {
  if (!setting) return () => [];
  const router = lineup.add(setting.picks);
  const best = lineup.single(bestSingle);
  return ({ accuracy, meanCost }) => [accuracy[router]! / accuracy[best]!, meanCost[router]! / meanCost[best]!];
}

/** @param intervals - those of {@link keptShares} */
export function assembleRetention(
  retain: number,
  setting: Setting | undefined,
  [accuracy, cost]: readonly Interval[],
): Retention {
  if (!setting) return { retain, alpha: null, promised: null, accuracy: null, cost: null };
  return { retain, alpha: setting.alpha, promised: setting.promised, accuracy: known(accuracy!), cost: known(cost!) };
}

/** Costs of 0 make shares of nothing, on all queries or on some draws. */
function known(interval: Interval): Interval | null {
  const { estimate, low, high } = interval;
  return [estimate, low, high].every(Number.isFinite) ? interval : null;
}
