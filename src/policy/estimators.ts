import { kernelWeights } from '../core/kernel-weights.js';
import type { Matrix } from '../core/matrix.js';
import type { Cells, Profile } from '../core/profile.js';
import { centredGeometry, ClusterRidge, queryKernel } from '../core/ridge.js';
import type { Estimator } from '../options.js';

/**
 * How what the clusters know becomes what is expected of one query. Every estimator is a linear smoother of the clusters'
 * deviations from a model's overall mean,
 *
 *     p̂_i(x) = p_i + Σ_j ℓ_ij(x) · (p̄_ij − p_i)        costs likewise
 *
 * with p̄_ij the mean of what was observed in cluster j, and the leverages ℓ that make the difference:
 *
 * - `'nearest'`: ℓ_ij = 1/t · n_ij/(n_ij + n₀) for the t nearest clusters (paper, section 2), else 0;
 * - `'kernel'`: ℓ_ij = w_j n_ij / (Σ_j w_j n_ij + n₀), all clusters' sums pooled with smooth weights w;
 * - `'linear'`: ℓ_i = (K + diag(λ/n_i))⁻¹ κ(x), ridge regression on the cluster means.
 */
export interface Smoother {
  /** Weight of each cluster, where the estimator has such weights; the nearest weighs 1. */
  weights(near: Int32Array, squaredDistances: Float64Array): Float64Array;
  /** ℓ_ij of one model's scores, one entry a cluster. */
  leverage(model: number, near: Int32Array, squaredDistances: Float64Array): Float64Array;
  /** What is expected of every model. */
  estimate(near: Int32Array, squaredDistances: Float64Array): Estimate;
}

/** One entry a model. */
export interface Estimate {
  /** p̂: expected score in [0, 1]. */
  readonly performance: Float64Array;
  /** q̂: expected cost in USD; NaN without costs. */
  readonly cost: Float64Array;
}

/**
 * @param sizes - training queries of each cluster
 * @param bandwidth - τ of the kernel, the median squared distance of the training queries to their own centroid
 */
export function createSmoother(
  estimator: Estimator,
  cells: Cells,
  profile: Profile,
  shrinkage: number,
  centroids: Matrix,
  sizes: readonly number[],
  bandwidth: number,
): Smoother {
  switch (estimator) {
    case 'nearest':
      return nearestSmoother(cells, profile, shrinkage);
    case 'kernel':
      return kernelSmoother(cells, profile, shrinkage, bandwidth);
    case 'linear':
      return linearSmoother(cells, profile, centroids, sizes);
  }
}

function nearestSmoother({ count, clusters, models }: Cells, profile: Profile, shrinkage: number): Smoother {
  const weights = (near: Int32Array): Float64Array => {
    const weights = new Float64Array(clusters);
    for (const cluster of near) weights[cluster] = 1;
    return weights;
  };
  const mean = (values: Float64Array, near: Int32Array): Float64Array =>
    Float64Array.from({ length: models }, (_, model) => {
      let sum = 0;
      for (const cluster of near) sum += values[cluster * models + model]!;
      return sum / near.length;
    });
  return {
    weights,
    leverage: (model, near) =>
      weights(near).map((weight, j) => {
        const n = count[j * models + model]!;
        return n === 0 ? 0 : (weight * n) / (n + shrinkage) / near.length;
      }),
    estimate: (near) => ({ performance: mean(profile.performance, near), cost: mean(profile.cost, near) }),
  };
}

function kernelSmoother(cells: Cells, profile: Profile, shrinkage: number, bandwidth: number): Smoother {
  const { models } = cells;
  const weights = (_: Int32Array, distances: Float64Array): Float64Array => kernelWeights(distances, bandwidth);
  /** (Σ_j w_j Σs + n₀ · p) / (Σ_j w_j n + n₀) */
  const pooled = (sums: Float64Array, counts: Float64Array, overall: Float64Array, w: Float64Array): Float64Array =>
    overall.map((mean, model) => {
      let sum = shrinkage * mean;
      let weight = shrinkage;
      w.forEach((wj, j) => {
        sum += wj * sums[j * models + model]!;
        weight += wj * counts[j * models + model]!;
      });
      return weight > 0 ? sum / weight : mean;
    });
  return {
    weights,
    leverage(model, near, distances) {
      const observed = weights(near, distances).map((wj, j) => wj * cells.count[j * models + model]!);
      const total = observed.reduce((sum, value) => sum + value, shrinkage);
      return observed.map((value) => (total > 0 ? value / total : 0));
    },
    estimate(near, distances) {
      const w = weights(near, distances);
      return {
        performance: pooled(cells.scoreSum, cells.count, profile.overallPerformance, w),
        cost: pooled(cells.costSum, cells.costCount, profile.overallCost, w),
      };
    },
  };
}

function linearSmoother(cells: Cells, profile: Profile, centroids: Matrix, sizes: readonly number[]): Smoother {
  const { clusters, models } = cells;
  const geometry = centredGeometry(centroids, sizes);
  const column = (values: Float64Array, model: number): Float64Array =>
    Float64Array.from({ length: clusters }, (_, j) => values[j * models + model]!);
  // Models that were run on the same queries share one factor.
  const ridges = new Map<string, ClusterRidge>();
  const ridgeOf = (counts: Float64Array): ClusterRidge => {
    const key = counts.join();
    const known = ridges.get(key);
    if (known) return known;
    const ridge = new ClusterRidge(geometry, counts);
    ridges.set(key, ridge);
    return ridge;
  };
  const fit = (sums: Float64Array, counts: Float64Array, overall: Float64Array) =>
    Array.from(overall, (mean, model) => {
      const observed = column(counts, model);
      const ridge = ridgeOf(observed);
      const means = column(sums, model).map((sum, j) => sum / observed[j]!);
      const deviations = means.map((value) => (Number.isNaN(value) ? 0 : value - mean));
      const least = means.reduce((a, b) => (b < a ? b : a), Infinity);
      return { mean, least, ridge, coefficients: ridge.solve(deviations) };
    });
  const scores = fit(cells.scoreSum, cells.count, profile.overallPerformance);
  const costs = fit(cells.costSum, cells.costCount, profile.overallCost);
  const predict = ({ mean, coefficients }: { mean: number; coefficients: Float64Array }, kappa: Float64Array): number =>
    coefficients.reduce((sum, coefficient, j) => sum + coefficient * kappa[j]!, mean);
  return {
    weights: (near) => Float64Array.from({ length: clusters }, (_, j) => Number(near.includes(j))),
    leverage: (model, _, distances) => scores[model]!.ridge.solve(queryKernel(geometry, distances)),
    estimate(_, distances) {
      const kappa = queryKernel(geometry, distances);
      return {
        performance: Float64Array.from(scores, (score) => Math.min(1, Math.max(0, predict(score, kappa)))),
        // No query is expected to cost less than the mean of the model's cheapest cluster.
        cost: Float64Array.from(costs, (cost) => Math.max(cost.least, predict(cost, kappa))),
      };
    },
  };
}
