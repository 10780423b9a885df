import { quantile } from './quantile.js';

/** `count` quantiles of some distances, from 0 % to 100 % in equal steps. */
export function distanceQuantiles(distances: Float64Array, count: number): Float64Array {
  const sorted = distances.slice().sort();
  return Float64Array.from({ length: count }, (_, i) => quantile(sorted, i / (count - 1)));
}

/**
 * How far out a query lies: the share of training queries that are nearer to their own centroid, in [0, 1],
 * linear between the stored quantiles. 1: farther than all of them.
 *
 * @param quantiles - ascending, from 0 % to 100 %
 */
export function novelty(distance: number, quantiles: ArrayLike<number>): number {
  let above = 0;
  while (above < quantiles.length && quantiles[above]! < distance) above++;
  if (above === 0) return 0;
  if (above === quantiles.length) return 1;
  const below = quantiles[above - 1]!;
  return (above - 1 + (distance - below) / (quantiles[above]! - below)) / (quantiles.length - 1);
}
