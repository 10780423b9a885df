import { shareEntropy } from '../core/entropy.js';
import type { Steps } from '../core/steps.js';
import { parseAlpha } from '../policy/constraints.js';
import { picksAt, type RoutedTraffic } from './routing.js';
import { sharesOf, summarize, tallyPolicy, type PolicySummary } from './summary.js';
import type { Traffic } from './traffic.js';

/**
 * What the router achieves at one α.
 * @example
 * const [point] = (await evaluateRouter(router, test, { alphas: [0.8] })).points;
 * if (point) console.log(point.accuracy, point.meanCost, point.shares.large);
 */
export interface EvaluationPoint<M extends string = string> extends PolicySummary {
  readonly alpha: number;
  /** Share of the queries that each model takes; they sum to 1. */
  readonly shares: { readonly [model in M]: number };
  /** Shannon entropy of the shares in bits: 0 when one model takes all, log₂ m when m models share equally. */
  readonly shareEntropy: number;
}

/** A point, and what it is made of. */
export interface MeasuredPoint<M extends string> {
  readonly point: EvaluationPoint<M>;
  /** The model of each query. */
  readonly picks: Int32Array;
}

/**
 * What the router achieves at some α, put into rising order; a step for each.
 *
 * @throws RouterError `invalid_alpha`
 */
export function* measurePoints<M extends string>(
  traffic: Traffic<M>,
  routed: RoutedTraffic,
  alphas: readonly number[],
): Steps<MeasuredPoint<M>[]> {
  const { models } = traffic;
  const measured: MeasuredPoint<M>[] = [];
  for (const alpha of [...new Set(alphas)].sort((a, b) => a - b)) {
    const picks = picksAt(routed, parseAlpha(routed.policy, alpha));
    const counts = new Int32Array(models.length);
    for (const model of picks) counts[model]! += 1;
    const shares = sharesOf(models, counts);
    const summary = summarize(
      tallyPolicy(traffic, (query) => picks[query]!),
      traffic,
    );
    const entropy = shareEntropy(Object.values<number>(shares));
    measured.push({ point: { alpha, ...summary, shares, shareEntropy: entropy }, picks });
    yield true;
  }
  return measured;
}
