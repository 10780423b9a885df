import type { Baselines } from './baselines.js';
import { answerOf, costOf, gainOverMix, type Answer } from './gain.js';
import type { Interval, Lineup, Statistic } from './intervals.js';
import { mixAtCost, type Mix } from './mix.js';
import type { AlphaPicks } from './routing.js';
import { sayAlphaVerdict } from './sentence.js';
import type { Traffic } from './traffic.js';

/**
 * Whether routing pays at one α; intervals as in `Verdict`.
 * @example
 * const { verdict } = await evaluateRouter(router, test, { alpha: 0.8 });
 * console.log(verdict?.at?.sentence);
 */
export interface AlphaVerdict<M extends string = string> {
  /** By the interval of `gain`. */
  readonly answer: Answer;
  readonly alpha: number;
  /** Macro accuracy of the router minus that of the {@link mix}. */
  readonly gain: Interval;
  /**
   * What the router is measured against: the best that costs as much without looking at the queries, a random mix of at most two
   * single models on the hull of all of them. At the cost of the best single model and above it is that model; below the cost of the
   * cheapest one, that one.
   */
  readonly mix: Mix<M>;
  /** Macro accuracy of the router minus that of the best single model. */
  readonly accuracyDifference: Interval;
  /** Mean cost of the router minus that of the best single model, USD a query; `null` without costs. */
  readonly costDifference: Interval | null;
  /** All of it in words. */
  readonly sentence: string;
}

/** Takes its place in a lineup, and gives what is to be estimated and how that is read. */
export function judgeAlpha<M extends string>(
  traffic: Traffic<M>,
  { alpha, picks }: AlphaPicks,
  baselines: Baselines<M>,
  lineup: Lineup<M>,
): { differences: Statistic; verdict: (intervals: readonly Interval[]) => AlphaVerdict<M> | null } {
  const { bestSingle } = baselines;
  const mix = mixAtCost(baselines, costOf(traffic, picks));
  const router = lineup.add(picks);
  const best = lineup.single(bestSingle.model);
  const gainOf = gainOverMix(router, mix, lineup);
  return {
    differences: (measured) => [
      gainOf(measured),
      measured.accuracy[router]! - measured.accuracy[best]!,
      measured.meanCost[router]! - measured.meanCost[best]!,
    ],
    verdict: (intervals) => {
      const [gain, accuracyDifference, costInterval] = intervals as [Interval, Interval, Interval];
      if (Number.isNaN(gain.estimate)) return null;
      const answer = answerOf(gain);
      const costDifference = Number.isNaN(costInterval.estimate) ? null : costInterval;
      const sentence = sayAlphaVerdict(answer, alpha, gain, mix, accuracyDifference, costDifference, bestSingle);
      return { answer, alpha, gain, mix, accuracyDifference, costDifference, sentence };
    },
  };
}
