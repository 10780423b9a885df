import type { Profile } from './profile.js';

/**
 * How performance and cost are brought to one scale. `'overall'` is what `'global'` was in states of version 1, and keeps their
 * decisions as they were.
 * @example
 * const rule: ScoringRule = 'paper';
 * const successor = router.withOptions({ rule, estimator: 'nearest' });
 */
export type ScoringRule = 'global' | 'paper' | 'reference' | 'overall';

/**
 * The performance–efficiency score of Avengers-Pro (paper, section 2):
 *
 *     x = α · p̃ + (1 − α) · (1 − q̃)
 *
 * @param alpha - α ∈ [0, 1]: 1 looks at performance only, 0 at cost only
 * @param performance - p̃, normalised performance
 * @param efficiency - 1 − q̃, one minus normalised cost
 */
export function performanceEfficiency(alpha: number, performance: number, efficiency: number): number {
  return alpha * performance + (1 - alpha) * efficiency;
}

/** The two terms of the score, per cluster × model (row-major): A_ij = p̃_ij and B_ij = 1 − q̃_ij. */
export interface ScoreTerms {
  readonly performance: Float64Array;
  readonly efficiency: Float64Array;
}

/**
 * Normalises a profile by a scoring rule. Without any cost (a router of performance only, scored at α = 1) the
 * efficiencies are 0.
 *
 * - `'global'`, `'overall'`: one scale everywhere, see {@link scaleOf}.
 * - `'paper'`: min and max over the models inside each cluster (paper, section 2).
 * - `'reference'`: the authors' released code: performance as `'paper'` (but 1 where it is constant),
 *   cost divided by the cluster's dearest model, both over the models observed in the cluster.
 */
export function scoreTerms(profile: Profile, rule: ScoringRule): ScoreTerms {
  const scale = scaleOf(profile, rule);
  if (scale) return termsOnScale(profile, scale);
  const terms = rule === 'paper' ? paperTerms(profile) : referenceTerms(profile);
  return hasCosts(profile) ? terms : { ...terms, efficiency: new Float64Array(terms.efficiency.length) };
}

/** One exchange rate between performance and cost: the ranges [min, max] that become 0 … 1. */
export interface Scale {
  readonly performance: readonly [worst: number, best: number];
  /** USD; `undefined` without costs. */
  readonly cost: readonly [cheapest: number, dearest: number] | undefined;
}

/**
 * The scale of the rules that have one everywhere; `undefined` for the others.
 *
 * - `'global'`: min and max over all observed cells, cluster × model. It collapses only where every cell is alike.
 * - `'overall'`: min and max over the models' means on all records. It collapses for equal prices, and for specialists that are
 *   equally good overall.
 */
export function scaleOf(profile: Profile, rule: ScoringRule): Scale | undefined {
  const { performance, cost, count, costCount, overallPerformance, overallCost } = profile;
  const isObserved = (counts: Float64Array) => (_: number, cell: number) => counts[cell]! > 0;
  switch (rule) {
    case 'global':
      return {
        performance: extent(performance.filter(isObserved(count))),
        cost: hasCosts(profile) ? extent(cost.filter(isObserved(costCount))) : undefined,
      };
    case 'overall':
      return {
        performance: extent(overallPerformance),
        cost: hasCosts(profile) ? extent(overallCost) : undefined,
      };
    default:
      return undefined;
  }
}

/** p̃ = (p − min)/(max − min), q̃ likewise: what is expected of a query may lie outside [0, 1]. */
export function termsOnScale(
  { performance, cost }: { readonly performance: Float64Array; readonly cost: Float64Array },
  scale: Scale,
): ScoreTerms {
  const terms = { performance: new Float64Array(performance.length), efficiency: new Float64Array(cost.length) };
  const [worst, best] = scale.performance;
  for (let i = 0; i < performance.length; i++) terms.performance[i] = minMax(performance[i]!, worst, best);
  if (!scale.cost) return terms;
  const [cheapest, dearest] = scale.cost;
  for (let i = 0; i < cost.length; i++) terms.efficiency[i] = 1 - minMax(cost[i]!, cheapest, dearest);
  return terms;
}

function hasCosts({ overallCost }: Profile): boolean {
  return !overallCost.every(Number.isNaN);
}

/** p̃_ij = (p_ij − min_i p_ij) / (max_i p_ij − min_i p_ij), q̃ likewise. */
function paperTerms({ performance, cost, clusters, models }: Profile): ScoreTerms {
  const terms = { performance: new Float64Array(performance.length), efficiency: new Float64Array(cost.length) };
  for (let cluster = 0; cluster < clusters; cluster++) {
    const row = cluster * models;
    const [worst, best] = extent(performance.subarray(row, row + models));
    const [cheapest, dearest] = extent(cost.subarray(row, row + models));
    for (let cell = row; cell < row + models; cell++) {
      terms.performance[cell] = minMax(performance[cell]!, worst, best);
      terms.efficiency[cell] = 1 - minMax(cost[cell]!, cheapest, dearest);
    }
  }
  return terms;
}

/** p̃_ij as in the paper, 1 in a constant column; q̃_ij = q_ij / max_i q_ij. Unobserved cells keep NaN and are skipped. */
function referenceTerms({ performance, cost, count, clusters, models }: Profile): ScoreTerms {
  const terms = {
    performance: new Float64Array(performance.length).fill(NaN),
    efficiency: new Float64Array(cost.length).fill(NaN),
  };
  for (let cluster = 0; cluster < clusters; cluster++) {
    const observed: number[] = [];
    for (let cell = cluster * models; cell < (cluster + 1) * models; cell++) if (count[cell]! > 0) observed.push(cell);
    const [worst, best] = extent(observed.map((cell) => performance[cell]!));
    const [, dearest] = extent(observed.map((cell) => cost[cell]!));
    for (const cell of observed) {
      terms.performance[cell] = isConstant(worst, best) ? 1 : minMax(performance[cell]!, worst, best);
      terms.efficiency[cell] = 1 - (dearest === 0 ? 0 : cost[cell]! / dearest);
    }
  }
  return terms;
}

/** (value − min) / (max − min); a constant column tells nothing: 0.5 for all. */
function minMax(value: number, min: number, max: number): number {
  return isConstant(min, max) ? 0.5 : (value - min) / (max - min);
}

/** Sums of equal numbers differ by rounding, some 1e-16 of their size: far below this floor, as real differences lie far above it. */
const leastRelativeRange = 1e-9;

function isConstant(min: number, max: number): boolean {
  return !(max - min > leastRelativeRange * max);
}

function extent(values: Iterable<number>): [min: number, max: number] {
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return [min, max];
}

/**
 * Turns squared Euclidean distances between unit-length queries and centroids into the distance of the authors' released
 * code, in place:
 *
 *     1 − q·c = (1 + ‖q − c‖² − ‖c‖²) / 2        since ‖q‖ = 1
 */
export function toDotProductDistances(squaredDistances: Float64Array, centroidSquaredNorms: Float64Array): void {
  for (let j = 0; j < squaredDistances.length; j++) {
    squaredDistances[j] = (1 + squaredDistances[j]! - centroidSquaredNorms[j]!) / 2;
  }
}

/** The `count` clusters with the least distance, nearest first; ties by cluster number. */
export function selectNearest(distances: Float64Array, count: number): Int32Array {
  const near = new Int32Array(count);
  let found = 0;
  for (let cluster = 0; cluster < distances.length; cluster++) {
    const distance = distances[cluster]!;
    if (found === count && distance >= distances[near[count - 1]!]!) continue;
    let place = found < count ? found++ : count - 1;
    for (; place > 0 && distance < distances[near[place - 1]!]!; place--) near[place] = near[place - 1]!;
    near[place] = cluster;
  }
  return near;
}

/** Each model's sum over the near clusters of a cluster × model column. */
export function sumOverClusters(values: Float64Array, near: Int32Array, models: number): Float64Array {
  const sums = new Float64Array(models);
  for (const cluster of near) {
    const row = cluster * models;
    for (let model = 0; model < models; model++) sums[model]! += values[row + model]!;
  }
  return sums;
}

/** Each model's unweighted mean over the near clusters of a cluster × model column. */
export function meanOverClusters(values: Float64Array, near: Int32Array, models: number): Float64Array {
  const means = sumOverClusters(values, near, models);
  for (let model = 0; model < models; model++) means[model]! /= near.length;
  return means;
}

/** Adds to each model's sum that of a cluster × model column over all clusters, each with its weight: Σ_j w_j v_ij. */
export function addWeighted(sums: Float64Array, weights: Float64Array, values: Float64Array): Float64Array {
  const models = sums.length;
  for (let j = 0, cell = 0; j < weights.length; j++) {
    const weight = weights[j]!;
    for (let model = 0; model < models; model++, cell++) sums[model]! += weight * values[cell]!;
  }
  return sums;
}

/**
 * Weights of the near clusters in the authors' released code, w = softmax(−β · distance), summing to 1.
 *
 * @param near - nearest first: distances are taken relative to its first, so that nothing under- or overflows
 */
export function softmaxWeights(distances: Float64Array, near: Int32Array, beta: number): Float64Array {
  const nearest = distances[near[0]!]!;
  const weights = Float64Array.from(near, (cluster) => Math.exp(-beta * (distances[cluster]! - nearest)));
  const sum = weights.reduce((total, weight) => total + weight);
  return weights.map((weight) => weight / sum);
}

/**
 * Each model's score in the authors' released code: every near cluster j ranks its observed models by x (ties in the
 * order of the models), and
 *
 *     score_i = Σ_j w_j / (rank_ij + 1)        rank from 0
 */
export function reciprocalRankScores(
  { performance, efficiency }: ScoreTerms,
  alpha: number,
  near: Int32Array,
  weights: Float64Array,
  models: number,
): Float64Array {
  const scores = new Float64Array(models);
  near.forEach((cluster, place) => {
    const ranked: { model: number; x: number }[] = [];
    for (let model = 0; model < models; model++) {
      const cell = cluster * models + model;
      const x = performanceEfficiency(alpha, performance[cell]!, efficiency[cell]!);
      if (!Number.isNaN(x)) ranked.push({ model, x });
    }
    ranked.sort((a, b) => b.x - a.x);
    ranked.forEach(({ model }, rank) => {
      scores[model]! += weights[place]! / (rank + 1);
    });
  });
  return scores;
}
