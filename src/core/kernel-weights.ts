/**
 * Weights of all clusters around a query, falling smoothly from the nearest one on (a rational kernel, since `exp` differs
 * between engines):
 *
 *     w_j = 1 / (1 + (d_j² − d_min²)/τ)³
 *
 * The nearest cluster weighs 1. A bandwidth of 0 (every training query on its centroid) leaves the nearest clusters alone.
 *
 * @param squaredDistances - d_j²
 * @param bandwidth - τ ≥ 0, a squared distance: a cluster so much farther than the nearest weighs 1/8
 */
export function kernelWeights(squaredDistances: Float64Array, bandwidth: number): Float64Array {
  const clusters = squaredDistances.length;
  let least = Infinity;
  for (let j = 0; j < clusters; j++) least = Math.min(least, squaredDistances[j]!);
  const weights = new Float64Array(clusters);
  for (let j = 0; j < clusters; j++) {
    const excess = squaredDistances[j]! - least;
    const base = excess === 0 ? 1 : 1 / (1 + excess / bandwidth);
    weights[j] = base * base * base;
  }
  return weights;
}
