import type { Baselines } from './baselines.js';
import type { Measured } from '../core/resampled-means.js';
import type { Interval, Lineup } from './intervals.js';
import { mixAtCost, type Mix } from './mix.js';
import type { Setting } from './promise.js';
import { tallyPolicy } from './summary.js';
import type { Traffic } from './traffic.js';

/**
 * `'pays'`: the interval of the gain lies above 0. `'does_not_pay'`: it does not reach above 0. `'unclear'`: neither.
 * @example
 * const words: Record<Answer, string> = { pays: 'yes', does_not_pay: 'no', unclear: 'nobody knows yet' };
 */
export type Answer = 'pays' | 'does_not_pay' | 'unclear';

export function answerOf({ low, high }: Interval): Answer {
  return low > 0 ? 'pays' : high <= 0 ? 'does_not_pay' : 'unclear';
}

/** The mean of {@link gainOverMix} over some settings; those without an observed outcome are left out. */
export function meanGain<M extends string>(
  traffic: Traffic<M>,
  settings: readonly Setting[],
  baselines: Baselines<M>,
  lineup: Lineup<M>,
): (measured: Measured) => number {
  const gains = settings.map(({ picks }) =>
    gainOverMix(lineup.add(picks), mixAtCost(baselines, costOf(traffic, picks)), lineup),
  );
  return (measured) => {
    const known = gains.map((gain) => gain(measured)).filter((value) => !Number.isNaN(value));
    return known.reduce((sum, value) => sum + value, 0) / known.length;
  };
}

/** Equal costs differ by rounding, some 1e-16 of their size. */
const leastRelativeRange = 1e-9;

/**
 * Accuracy of the router minus that of the mix of models a and b that costs as much:
 *
 *     gain = accuracy − (acc_a + (cost − cost_a) / (cost_b − cost_a) · (acc_b − acc_a))
 *
 * a and b are chosen once, on all queries: with hindsight, which favours them. Their weights are those at which the mix costs what the
 * router costs on the same draw, so that a draw of dear queries is not held against either side.
 *
 * @param router - its place in the lineup
 */
export function gainOverMix<M extends string>(
  router: number,
  mix: Mix<M>,
  lineup: Lineup<M>,
): (measured: Measured) => number {
  const [a, b = a] = mix.map(({ model }) => lineup.single(model)) as [number, number?];
  return ({ accuracy, meanCost }) => {
    const range = meanCost[b]! - meanCost[a]!;
    // A draw on which both cost the same knows no weights.
    if (a !== b && Math.abs(range) <= leastRelativeRange * meanCost[b]!) return NaN;
    const weight = a === b ? 0 : (meanCost[router]! - meanCost[a]!) / range;
    return accuracy[router]! - (accuracy[a]! + weight * (accuracy[b]! - accuracy[a]!));
  };
}

/** Mean observed cost of a policy; NaN where none was observed. */
export function costOf(traffic: Traffic, picks: Int32Array): number {
  return tallyPolicy(traffic, (query) => picks[query]!).meanCost;
}
