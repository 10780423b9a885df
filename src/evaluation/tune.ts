import { alphaBetween } from '../core/tradeoff.js';
import type { OperatingPoint } from '../core/frontier.js';
import type { CurvePoint, TradeoffCurve } from './curve.js';
import {
  accept,
  array,
  byName,
  describe,
  list,
  mismatch,
  nonNegative,
  nullish,
  object,
  parse,
  partialObject,
  text,
  unitInterval,
  type Check,
} from '../validation.js';

/**
 * What α is to achieve on a curve's traffic.
 * @example
 * const target: AlphaTarget<'large' | 'small'> = { shareOf: 'large', atMost: 0.5 };
 * const { alpha } = alphaFor(curve, target);
 */
export type AlphaTarget<M extends string = string> =
  /** The highest accuracy at a mean cost of at most so many USD a query. */
  | { readonly maxMeanCost: number }
  /** The least cost at an accuracy of at least so much, in [0, 1]. */
  | { readonly minPerformance: number }
  /** The least cost at no less than this single model's accuracy. */
  | { readonly matchModel: M }
  /** The least cost at no less than this share of the most accurate single model's accuracy, in [0, 1]. */
  | { readonly retain: number }
  /** The highest accuracy where this model takes at most such a share of the queries, in [0, 1]. */
  | { readonly shareOf: M; readonly atMost: number }
  /**
   * The greatest mean cost that goes at most this share of the way from the least to the greatest on the curve, in [0, 1]: a dial that
   * moves evenly, where α itself has long stretches on which nothing changes.
   */
  | { readonly spend: number };

/**
 * A point of the curve with the α to route at.
 * @example
 * const { alpha, accuracy, meanCost, shares }: TunedPoint = alphaFor(curve, { spend: 0.3 });
 */
export type TunedPoint<M extends string = string> = CurvePoint<M> & OperatingPoint;

/**
 * Finds the α that meets a target, exactly: it looks at every breakpoint of the curve. The answer lies in the middle between two
 * breakpoints, where rounding cannot tip a decision; among equally good stretches of α the longest is taken.
 *
 * What a measured curve promises it keeps on the curve's own traffic; on other traffic expect the usual regression to the mean.
 *
 * @throws RouterError `invalid_options` for a malformed target, and where no α meets it: the message gives the nearest value
 * that some α reaches
 * @example
 * const { alpha, accuracy, meanCost } = alphaFor(curve, { maxMeanCost: 0.005 });
 * const decision = router.route(embedding, alpha);
 */
export function alphaFor<M extends string>(curve: TradeoffCurve<M>, target: AlphaTarget<NoInfer<M>>): TunedPoint<M> {
  parse(curveCheck(), curve, 'invalid_options', 'curve');
  const found = findStretch(curve, stretchesOf(curve), target);
  if (found instanceof Error) throw found;
  const { accuracy, meanCost, shares } = found.point;
  return { alpha: middleOf(found), accuracy, meanCost, shares };
}

/** What is read of a curve, which may have been saved as JSON. */
function curveCheck(): Check<object> {
  const point = { accuracy: nullish(unitInterval), meanCost: nullish(nonNegative) };
  return object({
    breakpoints: array(object({ alpha: unitInterval, ...point, shares: byName(unitInterval, 'an object by model') })),
    models: array(object({ model: text(), ...point })),
  });
}

/** An operating point of a curve, and the length of the α on which it holds. */
export interface Stretch<M extends string = string> {
  readonly point: TunedPoint<M>;
  readonly length: number;
}

/** The stretches of a curve on which accuracy and cost are known. */
export function stretchesOf<M extends string>({ breakpoints }: TradeoffCurve<M>): Stretch<M>[] {
  return breakpoints.flatMap((point, i) => {
    const isKnown = point.accuracy !== null && point.meanCost !== null;
    const length = (breakpoints[i + 1]?.alpha ?? 1) - point.alpha;
    return isKnown ? [{ point: point as TunedPoint<M>, length }] : [];
  });
}

export function middleOf({ point: { alpha }, length }: Stretch): number {
  return alphaBetween(alpha, alpha + length);
}

/**
 * The stretch that meets a target best.
 *
 * @param stretches - those of the curve
 * @returns an error that says what can be had where none meets it
 * @throws RouterError `invalid_options` for a malformed target
 */
export function findStretch<M extends string>(
  curve: TradeoffCurve<M>,
  stretches: readonly Stretch<M>[],
  target: AlphaTarget<NoInfer<M>>,
): Stretch<M> | Error {
  if (stretches.length === 0) {
    throw mismatch('invalid_options', 'curve', 'a breakpoint with an observed accuracy and cost', 'none');
  }
  const points = stretches.map(({ point }) => point);
  const { isMet, order, unmet } = readTarget(curve, points, target);
  let best: Stretch<M> | undefined;
  for (const stretch of stretches) {
    if (!isMet(stretch.point)) continue;
    if (!best || (order(stretch.point, best.point) || best.length - stretch.length) < 0) best = stretch;
  }
  return best ?? unmet();
}

interface Criterion<M extends string> {
  readonly isMet: (point: TunedPoint<M>) => boolean;
  /** Best first. */
  readonly order: (a: OperatingPoint, b: OperatingPoint) => number;
  readonly unmet: () => Error;
}

/** Costs nearer than this to each other are one: rounding, which depends on the order of the queries, tells them apart. */
const costResolution = 1e-12;

function compareCosts(a: OperatingPoint, b: OperatingPoint): number {
  const difference = a.meanCost - b.meanCost;
  return Math.abs(difference) <= costResolution * Math.max(a.meanCost, b.meanCost) ? 0 : difference;
}

const mostAccurate = (a: OperatingPoint, b: OperatingPoint): number => b.accuracy - a.accuracy || compareCosts(a, b);
const cheapest = (a: OperatingPoint, b: OperatingPoint): number => compareCosts(a, b) || b.accuracy - a.accuracy;
const dearest = (a: OperatingPoint, b: OperatingPoint): number => compareCosts(b, a) || b.accuracy - a.accuracy;

function readTarget<M extends string>(
  curve: TradeoffCurve<M>,
  points: readonly TunedPoint<M>[],
  target: AlphaTarget<M>,
): Criterion<M> {
  const { maxMeanCost, minPerformance, matchModel, retain, shareOf, atMost, spend } = parseTarget(curve, target);
  const costs = points.map(({ meanCost }) => meanCost);
  if (maxMeanCost !== undefined) {
    return {
      isMet: (point) => point.meanCost <= maxMeanCost,
      order: mostAccurate,
      unmet: () => unreachable('maxMeanCost', `at least ${least(costs)}, the least mean cost of any α`, maxMeanCost),
    };
  }
  if (spend !== undefined) {
    const budget = (1 - spend) * least(costs) + spend * greatest(costs);
    return {
      isMet: (point) => point.meanCost <= budget * (1 + costResolution),
      order: dearest,
      unmet: () => unreachable('spend', 'a share from 0 to 1', spend),
    };
  }
  const highest = greatest(points.map(({ accuracy }) => accuracy));
  if (minPerformance !== undefined) {
    return {
      isMet: (point) => point.accuracy >= minPerformance,
      order: cheapest,
      unmet: () => unreachable('minPerformance', `at most ${highest}, the highest accuracy of any α`, minPerformance),
    };
  }
  if (matchModel !== undefined) {
    const accuracy = curve.models.find(({ model }) => model === matchModel)?.accuracy ?? Infinity;
    const got = `${describe(matchModel)} at ${accuracy === Infinity ? 'none observed' : accuracy}`;
    return {
      isMet: (point) => point.accuracy >= accuracy,
      order: cheapest,
      unmet: () => unreachable('matchModel', `a model of an accuracy of at most ${highest}, the highest of any α`, got),
    };
  }
  if (retain !== undefined) {
    const best = greatest(curve.models.map(({ accuracy }) => accuracy ?? -Infinity));
    const expected = `at most ${highest / best}, the highest share of the best model's accuracy of any α`;
    return {
      isMet: (point) => point.accuracy >= retain * best,
      order: cheapest,
      unmet: () => unreachable('retain', expected, retain),
    };
  }
  const shareOfModel = ({ shares }: TunedPoint<M>): number => shares[shareOf as M];
  const lowest = least(points.map(shareOfModel));
  return {
    isMet: (point) => shareOfModel(point) <= atMost!,
    order: mostAccurate,
    unmet: () => unreachable('atMost', `at least ${lowest}, the least share of any α`, atMost!),
  };
}

function unreachable(key: string, expected: string, got: number | string): Error {
  return mismatch('invalid_options', `target.${key}`, expected, String(got));
}

/** Exactly one of the forms of {@link AlphaTarget}. */
function parseTarget<M extends string>({ models }: TradeoffCurve<M>, target: AlphaTarget<M>) {
  const names = models.map(({ model }) => model);
  const model = accept<string>(`a model of the curve (${list(names)})`, (value) => names.includes(value as M));
  const check = partialObject({
    maxMeanCost: nonNegative,
    minPerformance: unitInterval,
    matchModel: model,
    retain: unitInterval,
    shareOf: model,
    atMost: unitInterval,
    spend: unitInterval,
  });
  const parsed = parse(check, target, 'invalid_options', 'target');
  const keys = Object.keys(parsed).sort().join(' and ');
  if (!['maxMeanCost', 'minPerformance', 'matchModel', 'retain', 'atMost and shareOf', 'spend'].includes(keys)) {
    const expected = 'maxMeanCost, minPerformance, matchModel, retain, spend, or shareOf with atMost';
    throw mismatch('invalid_options', 'target', expected, keys || 'none of them');
  }
  return parsed;
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b));
}

function greatest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b));
}
