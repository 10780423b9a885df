import { alphaBetween } from '../core/tradeoff.js';
import type { OperatingPoint } from '../core/frontier.js';
import type { CurvePoint, TradeoffCurve } from './curve.js';
import { operatingPoints } from './operating-points.js';
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

/** What α is to achieve on a curve's traffic. */
export type AlphaTarget<M extends string = string> =
  /** The highest accuracy at a mean cost of at most so many USD a query. */
  | { readonly maxMeanCost: number }
  /** The least cost at an accuracy of at least so much, in [0, 1]. */
  | { readonly minPerformance: number }
  /** The least cost at no less than this single model's accuracy. */
  | { readonly matchModel: M }
  /** The highest accuracy where this model takes at most such a share of the queries, in [0, 1]. */
  | { readonly shareOf: M; readonly atMost: number }
  /**
   * The greatest mean cost that goes at most this share of the way from the least to the greatest on the curve, in [0, 1]: a dial that
   * moves evenly, where α itself has long stretches on which nothing changes.
   */
  | { readonly spend: number };

/** A point of the curve with the α to route at. */
export type TunedPoint<M extends string = string> = CurvePoint<M> & OperatingPoint;

/**
 * Finds the α that meets a target, exactly: it looks at every breakpoint of the curve. The answer lies in the middle between two
 * breakpoints, where rounding cannot tip a decision; among equally good stretches of α the longest is taken.
 *
 * What a measured curve promises it keeps on the curve's own traffic; on other traffic expect the usual regression to the mean.
 *
 * @throws RouterError `invalid_options` for a malformed target, and where no α meets it: the message gives the nearest value
 * that some α reaches
 */
export function alphaFor<M extends string>(curve: TradeoffCurve<M>, target: AlphaTarget<NoInfer<M>>): TunedPoint<M> {
  parse(curveCheck(), curve, 'invalid_options', 'curve');
  const stretches = operatingPoints(curve.breakpoints.map((point, i) => stretchOf(point, curve.breakpoints[i + 1])));
  if (stretches.length === 0) {
    throw mismatch('invalid_options', 'curve', 'a breakpoint with an observed accuracy and cost', 'none');
  }
  const { isMet, order, unmet } = readTarget(curve, stretches, target);
  const [best] = stretches.filter(isMet).sort((a, b) => order(a, b) || b.length - a.length);
  if (!best) throw unmet();
  const { alpha, accuracy, meanCost, shares, length } = best;
  return { alpha: alphaBetween(alpha, alpha + length), accuracy, meanCost, shares };
}

/** What is read of a curve, which may have been saved as JSON. */
function curveCheck(): Check<object> {
  const point = { accuracy: nullish(unitInterval), meanCost: nullish(nonNegative) };
  return object({
    breakpoints: array(object({ alpha: unitInterval, ...point, shares: byName(unitInterval, 'an object by model') })),
    models: array(object({ model: text(), ...point })),
  });
}

type Stretch<M extends string> = CurvePoint<M> & { readonly length: number };
type MeasuredStretch<M extends string> = Stretch<M> & OperatingPoint;

function stretchOf<M extends string>(point: CurvePoint<M>, next: CurvePoint<M> | undefined): Stretch<M> {
  return { ...point, length: (next?.alpha ?? 1) - point.alpha };
}

interface Criterion<M extends string> {
  readonly isMet: (point: MeasuredStretch<M>) => boolean;
  /** Best first. */
  readonly order: (a: OperatingPoint, b: OperatingPoint) => number;
  readonly unmet: () => Error;
}

const mostAccurate = (a: OperatingPoint, b: OperatingPoint): number =>
  b.accuracy - a.accuracy || a.meanCost - b.meanCost;
const cheapest = (a: OperatingPoint, b: OperatingPoint): number => a.meanCost - b.meanCost || b.accuracy - a.accuracy;
const dearest = (a: OperatingPoint, b: OperatingPoint): number => b.meanCost - a.meanCost || b.accuracy - a.accuracy;

function readTarget<M extends string>(
  curve: TradeoffCurve<M>,
  points: readonly MeasuredStretch<M>[],
  target: AlphaTarget<M>,
): Criterion<M> {
  const { maxMeanCost, minPerformance, matchModel, shareOf, atMost, spend } = parseTarget(curve, target);
  const costs = points.map(({ meanCost }) => meanCost);
  if (maxMeanCost !== undefined) {
    return {
      isMet: (point) => point.meanCost <= maxMeanCost,
      order: mostAccurate,
      unmet: () => unreachable('maxMeanCost', `at least ${least(costs)}, the least mean cost of any α`, maxMeanCost),
    };
  }
  if (spend !== undefined) {
    // Written so that both ends are exact.
    const budget = (1 - spend) * least(costs) + spend * greatest(costs);
    return {
      isMet: (point) => point.meanCost <= Math.max(budget, least(costs)),
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
  const shareOfModel = ({ shares }: MeasuredStretch<M>): number => shares[shareOf as M];
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
    shareOf: model,
    atMost: unitInterval,
    spend: unitInterval,
  });
  const parsed = parse(check, target, 'invalid_options', 'target');
  const keys = Object.keys(parsed).sort().join(' and ');
  if (!['maxMeanCost', 'minPerformance', 'matchModel', 'atMost and shareOf', 'spend'].includes(keys)) {
    const expected = 'maxMeanCost, minPerformance, matchModel, spend, or shareOf with atMost';
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
