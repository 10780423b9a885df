import { averageImprovementInQuality, type OperatingPoint } from '../core/frontier.js';

/** A policy whose accuracy and cost may not be observed. */
interface MaybeObserved {
  readonly accuracy: number | null;
  readonly meanCost: number | null;
}

/** The policies whose accuracy and cost are both observed. */
export function operatingPoints<P extends MaybeObserved>(policies: readonly P[]): (P & OperatingPoint)[] {
  return policies.filter(
    (policy): policy is P & OperatingPoint => policy.accuracy !== null && policy.meanCost !== null,
  );
}

/**
 * AIQ of some operating points between the costs of the cheapest and the dearest single model; `null` when those are one, and where no
 * point is observed.
 */
export function aiqAmong(points: readonly MaybeObserved[], models: readonly MaybeObserved[]): number | null {
  const costs = operatingPoints(models).map(({ meanCost }) => meanCost);
  const cheapest = costs.reduce((least, cost) => Math.min(least, cost), Infinity);
  const dearest = costs.reduce((most, cost) => Math.max(most, cost), -Infinity);
  const observed = operatingPoints(points);
  return cheapest < dearest && observed.length > 0 ? averageImprovementInQuality(observed, cheapest, dearest) : null;
}
