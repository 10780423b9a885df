import type { RouterEvaluation } from 'pareto-router';
import { isMeasured, type Place } from './evaluated.js';

/**
 * What can be had for the money without looking at the queries: the non-decreasing concave hull of the single models, by rising
 * cost. On a side of it two models are mixed at random.
 */
export function hullOfModels({ baselines }: RouterEvaluation): Place[] {
  const models = baselines.models.filter(isMeasured).sort((a, b) => a.meanCost - b.meanCost || b.accuracy - a.accuracy);
  const hull: Place[] = [];
  for (const { accuracy, meanCost } of models) {
    if (accuracy <= (hull.at(-1)?.accuracy ?? -Infinity)) continue;
    while (hull.length >= 2 && isBelow(hull.at(-1)!, hull.at(-2)!, { accuracy, meanCost })) hull.pop();
    hull.push({ accuracy, meanCost });
  }
  return hull;
}

/** Whether a place lies on or under the line from another to a third. */
function isBelow(place: Place, from: Place, to: Place): boolean {
  const rise = (to.accuracy - from.accuracy) * (place.meanCost - from.meanCost);
  return (place.accuracy - from.accuracy) * (to.meanCost - from.meanCost) <= rise;
}

/** Places on the sides of a hull, close enough to look straight or, over logarithmic costs, bent. */
export function alongHull(hull: readonly Place[]): Place[] {
  const parts = 24;
  return hull.flatMap((from, i) => {
    const to = hull[i + 1];
    if (!to) return [from];
    return Array.from({ length: parts }, (_, part) => ({
      accuracy: from.accuracy + (part / parts) * (to.accuracy - from.accuracy),
      meanCost: from.meanCost + (part / parts) * (to.meanCost - from.meanCost),
    }));
  });
}
