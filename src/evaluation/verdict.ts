import { judgeAlpha, type AlphaVerdict } from './alpha-verdict.js';
import type { Baselines } from './baselines.js';
import { answerOf, meanGain, type Answer } from './gain.js';
import { estimateIntervals, Lineup, type BootstrapSettings, type Interval, type Statistic } from './intervals.js';
import type { Promised } from './promise.js';
import { assembleRetention, keptShares, type Retention } from './retention.js';
import type { AlphaPicks } from './routing.js';
import { sayVerdict } from './sentence.js';
import type { Traffic } from './traffic.js';

/**
 * Whether routing pays: is the router more accurate than what single models offer for the same money? Every α in it is chosen by
 * what the router itself promises on the held-out queries, never by their outcomes. All intervals are 95 % percentile intervals of a
 * paired bootstrap over queries, stratified by dataset: all policies are measured on the same draws.
 * @example
 * const { verdict } = await evaluateRouter(router, test);
 * if (verdict?.answer === 'pays') console.log(verdict.gain.low, verdict.sentence);
 */
export interface Verdict<M extends string = string> {
  /** `'pays'`: the interval of `gain` lies above 0. `'does_not_pay'`: it does not reach above 0. `'unclear'`: neither. */
  readonly answer: Answer;
  /**
   * Macro accuracy of the router minus that of the best random mix of single models that costs as much: the mean over 19 α, those
   * that `alphaFor(tradeoffCurve(router, embeddings), { spend })` gives for 0.05, 0.1, …, 0.95. For the rule `'reference'` they are
   * chosen among 0, 0.05, …, 1. Where the router or the queries have no costs, α = 1 is judged alone,
   * beside the best single model.
   */
  readonly gain: Interval;
  /** What it costs to keep a share of the best model's accuracy, for each share of the option `retain`. */
  readonly retention: readonly Retention[];
  /** The most accurate single model on these queries: chosen with hindsight, so a harder mark than the model one would have chosen. */
  readonly bestSingle: M;
  readonly resamples: number;
  /** `answer`, `gain` and one of `retention` in words. */
  readonly sentence: string;
  /** The judgement of one α, where the option `alpha` names one. */
  readonly at: AlphaVerdict<M> | null;
}

/**
 * Judges a router on measured traffic.
 *
 * @param retain - the shares that `promised.retaining` is about
 * @param at - the α that the caller named, if any
 * @returns `null` where no score of the router's answers is observed
 */
export async function judge<M extends string>(
  traffic: Traffic<M>,
  baselines: Baselines<M>,
  promised: Promised,
  retain: readonly number[],
  at: AlphaPicks | undefined,
  settings: BootstrapSettings,
): Promise<Verdict<M> | null> {
  const { bestSingle } = baselines;
  const lineup = new Lineup(traffic);
  const gainOf = meanGain(traffic, promised.spends, baselines, lineup);
  const kept = promised.retaining.map((setting) => keptShares(setting, bestSingle.model, lineup));
  const named = at && judgeAlpha(traffic, at, baselines, lineup);
  const statistics: Statistic[] = [(measured) => [gainOf(measured)], named?.differences ?? (() => []), ...kept];
  const [[gain], differences, ...shares] = (await estimateIntervals(
    traffic,
    lineup.policies,
    statistics,
    settings,
  )) as [[Interval], Interval[], ...Interval[][]];
  if (Number.isNaN(gain.estimate)) return null;

  const answer = answerOf(gain);
  const retention = retain.map((share, i) => assembleRetention(share, promised.retaining[i], shares[i]!));
  const queries = new Set(traffic.textOf).size;
  const withCosts = bestSingle.meanCost !== null;
  return {
    answer,
    gain,
    retention,
    bestSingle: bestSingle.model,
    resamples: settings.resamples,
    sentence: sayVerdict(answer, gain, retention, bestSingle.model, queries, withCosts),
    at: named?.verdict(differences) ?? null,
  };
}
