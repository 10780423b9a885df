import { quantile } from './quantile.js';

/** `count` quantiles of some distances, from 0 % to 100 % in equal steps. */
export function distanceQuantiles(distances: Float64Array, count: number): Float64Array {
  const sorted = distances.slice().sort();
  return Float64Array.from({ length: count }, (_, i) => quantile(sorted, i / (count - 1)));
}

/**
 * How far out a query lies: the share of training queries that, held out, are nearer to a centroid, in [0, 1],
 * linear between the stored quantiles. 1: farther than all of them.
 *
 * @param quantiles - ascending, from 0 % to 100 %
 */
export function novelty(distance: number, quantiles: ArrayLike<number>): number {
  let above = 0;
  while (above < quantiles.length && quantiles[above]! < distance) above++;
  return shareBelow(above, distance, quantiles);
}

/** The same with the training queries that lie as far. */
function shareUpTo(distance: number, quantiles: ArrayLike<number>): number {
  let above = 0;
  while (above < quantiles.length && quantiles[above]! <= distance) above++;
  return shareBelow(above, distance, quantiles);
}

/** @param above - the first quantile beyond the distance */
function shareBelow(above: number, distance: number, quantiles: ArrayLike<number>): number {
  if (above === 0) return 0;
  if (above === quantiles.length) return 1;
  const below = quantiles[above - 1]!;
  return (above - 1 + (distance - below) / (quantiles[above]! - below)) / (quantiles.length - 1);
}

/**
 * Quantiles of several samples together, from the quantiles of each. Their mixture has the distribution
 *
 *     F(x) = Σ_s w_s F_s(x) / Σ_s w_s
 *
 * with F_s linear between the sample's own quantiles, so F is right to one step of them. It is inverted exactly.
 *
 * @param samples - ascending, from 0 % to 100 % in equal steps
 * @param weights - w, the size of each sample
 */
export function mixQuantiles(
  samples: readonly ArrayLike<number>[],
  weights: readonly number[],
  count: number,
): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mixed = (share: (sample: ArrayLike<number>) => number): number =>
    samples.reduce((sum, sample, s) => sum + weights[s]! * share(sample), 0) / total;
  const values = Float64Array.from(new Set(samples.flatMap((sample) => Array.from(sample)))).sort();
  // Where a sample has equal quantiles, F jumps at their value: between the two it is that value.
  const below = values.map((value) => mixed((sample) => novelty(value, sample)));
  const upTo = values.map((value) => mixed((sample) => shareUpTo(value, sample)));
  let k = 0;
  return Float64Array.from({ length: count }, (_, i) => {
    const share = i / (count - 1);
    while (upTo[k]! < share) k++;
    if (below[k]! <= share) return values[k]!;
    const [from, to] = [upTo[k - 1]!, below[k]!];
    const value = values[k - 1]! + ((share - from) / (to - from)) * (values[k]! - values[k - 1]!);
    return Math.min(value, values[k]!);
  });
}

/**
 * How far a training query would lie from its nearest centroid, had it not been there when the clusters were made. A mean of n
 * rows without one of them, x, lies at (n·c − x)/(n − 1), and so farther from x than c by n/(n − 1); another centroid may then be
 * nearer:
 *
 *     min(‖x − c‖ · n/(n − 1), min over the others ‖x − c'‖)
 *
 * What else would change, that its neighbours might go to other clusters without it, is left out.
 *
 * @param own - ‖x − c‖
 * @param size - n; a query alone in its cluster has the others only
 * @param other - distance to the nearest other centroid; Infinity where there is none
 */
export function leaveOneOutDistance(own: number, size: number, other: number): number {
  if (size > 1) return Math.min((own * size) / (size - 1), other);
  return other < Infinity ? other : own;
}
