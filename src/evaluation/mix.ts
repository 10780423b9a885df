import { nonDecreasingHull } from '../core/frontier.js';
import type { Baselines } from './baselines.js';
import { operatingPoints } from './operating-points.js';

/**
 * One or two single models, drawn at random for each query; the weights sum to 1.
 * @example
 * const { verdict } = await evaluateRouter(router, test, { alpha: 0.8 });
 * for (const { model, weight } of verdict?.at?.mix ?? []) console.log(model, weight); // the weights sum to 1
 */
export type Mix<M extends string = string> = readonly { readonly model: M; readonly weight: number }[];

/**
 * The best random mix of single models that has this mean cost, on their non-decreasing convex hull: what can be had for the
 * money without looking at the queries. At the cost of the best single model and above it is that model, as it is where costs are
 * not known; below the cost of the cheapest one, that one.
 */
export function mixAtCost<M extends string>(
  { models, bestSingle }: Pick<Baselines<M>, 'models' | 'bestSingle'>,
  meanCost: number,
): Mix<M> {
  const hull = nonDecreasingHull(operatingPoints(models));
  if (Number.isNaN(meanCost) || hull.length === 0) return [{ model: bestSingle.model, weight: 1 }];
  const right = hull.findIndex((point) => point.meanCost > meanCost);
  if (right === 0) return [{ model: hull[0]!.model, weight: 1 }];
  const left = hull.at(right - 1)!;
  if (right < 0 || left.meanCost === meanCost) return [{ model: (right < 0 ? hull.at(-1)! : left).model, weight: 1 }];
  const weight = (meanCost - left.meanCost) / (hull[right]!.meanCost - left.meanCost);
  return [
    { model: left.model, weight: 1 - weight },
    { model: hull[right]!.model, weight },
  ];
}
