import { kernelWeights } from '../core/kernel-weights.js';
import type { Matrix } from '../core/matrix.js';
import type { Cells, Profile } from '../core/profile.js';
import { centredGeometry, ClusterRidge, queryKernel } from '../core/ridge.js';
import { addWeighted, meanOverClusters } from '../core/score.js';
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
  /** w_j of every cluster, where the estimator has such weights; the nearest weighs 1. */
  weights(near: Int32Array, squaredDistances: Float64Array): Float64Array;
  /** ℓ_ij of the scores, cluster × model; 0 where nothing was observed. */
  leverages(neighbourhood: Neighbourhood): Float64Array;
  /** What is expected of every model. */
  estimate(neighbourhood: Neighbourhood): Estimate;
}

/** What an estimator looks at. */
interface Neighbourhood {
  /** The near clusters. */
  readonly clusters: Int32Array;
  /** ‖q − c‖² to every cluster. */
  readonly squaredDistances: Float64Array;
  /** w_j of every cluster. */
  readonly clusterWeights: Float64Array;
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
 * @param bandwidth - τ of the kernel, the squared median distance of the training queries, each held out, to their nearest centroid
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
  return {
    weights: (near) => indicatorOf(near, clusters),
    leverages({ clusters: near }) {
      const leverages = new Float64Array(clusters * models);
      for (const cluster of near) {
        for (let cell = cluster * models; cell < (cluster + 1) * models; cell++) {
          const n = count[cell]!;
          if (n > 0) leverages[cell] = n / (n + shrinkage) / near.length;
        }
      }
      return leverages;
    },
    estimate: ({ clusters: near }) => ({
      performance: meanOverClusters(profile.performance, near, models),
      cost: meanOverClusters(profile.cost, near, models),
    }),
  };
}

function kernelSmoother(cells: Cells, profile: Profile, shrinkage: number, bandwidth: number): Smoother {
  const { count, clusters, models } = cells;
  /** Σ_j w_j n + n₀ of each model */
  const weigh = (counts: Float64Array, w: Float64Array): Float64Array =>
    addWeighted(new Float64Array(models).fill(shrinkage), w, counts);
  /** (Σ_j w_j Σs + n₀ · p) / (Σ_j w_j n + n₀) */
  const pooled = (sums: Float64Array, counts: Float64Array, overall: Float64Array, w: Float64Array): Float64Array => {
    const weight = weigh(counts, w);
    const means = new Float64Array(models);
    for (let i = 0; i < models; i++) means[i] = shrinkage * overall[i]!;
    addWeighted(means, w, sums);
    for (let i = 0; i < models; i++) means[i] = weight[i]! > 0 ? means[i]! / weight[i]! : overall[i]!;
    return means;
  };
  return {
    weights: (_, squaredDistances) => kernelWeights(squaredDistances, bandwidth),
    leverages({ clusterWeights: w }) {
      const total = weigh(count, w);
      const leverages = new Float64Array(clusters * models);
      for (let j = 0, cell = 0; j < clusters; j++) {
        for (let i = 0; i < models; i++, cell++) {
          if (total[i]! > 0) leverages[cell] = (w[j]! * count[cell]!) / total[i]!;
        }
      }
      return leverages;
    },
    estimate: ({ clusterWeights: w }) => ({
      performance: pooled(cells.scoreSum, count, profile.overallPerformance, w),
      cost: pooled(cells.costSum, cells.costCount, profile.overallCost, w),
    }),
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
  const predict = (
    { mean, coefficients }: { mean: number; coefficients: Float64Array },
    kappa: Float64Array,
  ): number => {
    let sum = mean;
    for (let j = 0; j < clusters; j++) sum += coefficients[j]! * kappa[j]!;
    return sum;
  };
  return {
    weights: (near) => indicatorOf(near, clusters),
    leverages({ squaredDistances }) {
      const kappa = queryKernel(geometry, squaredDistances);
      const leverages = new Float64Array(clusters * models);
      const solved = new Map<ClusterRidge, Float64Array>();
      scores.forEach(({ ridge }, model) => {
        const solution = solved.get(ridge) ?? ridge.solve(kappa);
        solved.set(ridge, solution);
        for (let j = 0; j < clusters; j++) leverages[j * models + model] = solution[j]!;
      });
      return leverages;
    },
    estimate({ squaredDistances }) {
      const kappa = queryKernel(geometry, squaredDistances);
      return {
        performance: Float64Array.from(scores, (score) => Math.min(1, Math.max(0, predict(score, kappa)))),
        // No query is expected to cost less than the mean of the model's cheapest cluster.
        cost: Float64Array.from(costs, (cost) => Math.max(cost.least, predict(cost, kappa))),
      };
    },
  };
}

/** 1 for some clusters, 0 for the others. */
function indicatorOf(near: Int32Array, clusters: number): Float64Array {
  const indicator = new Float64Array(clusters);
  for (const cluster of near) indicator[cluster] = 1;
  return indicator;
}
