import { describe, expect, it } from 'vitest';
import type { Profile } from '../../src/core/profile.js';
import {
  addWeighted,
  meanOverClusters,
  performanceEfficiency,
  reciprocalRankScores,
  scoreTerms,
  selectNearest,
  softmaxWeights,
  toDotProductDistances,
} from '../../src/core/score.js';

/** Two clusters, three models; the third was not observed in cluster 1. */
const profile: Profile = {
  clusters: 2,
  models: 3,
  performance: Float64Array.of(0.9, 0.5, 0.7, 0.6, 0.6, 0.6),
  cost: Float64Array.of(4, 1, 2, 8, 2, 2),
  count: Float64Array.of(5, 5, 5, 5, 5, 0),
  costCount: Float64Array.of(5, 5, 5, 5, 5, 0),
  overallPerformance: Float64Array.of(0.8, 0.5, 0.6),
  overallCost: Float64Array.of(6, 1, 2),
};

const close = (values: readonly number[]): unknown[] => values.map((value) => expect.closeTo(value, 12) as unknown);

describe('performanceEfficiency', () => {
  it('is α · p̃ + (1 − α) · (1 − q̃)', () => {
    expect(performanceEfficiency(0.25, 0.8, 0.4)).toBeCloseTo(0.25 * 0.8 + 0.75 * 0.4, 15);
    expect(performanceEfficiency(1, 0.8, 0.4)).toBe(0.8);
    expect(performanceEfficiency(0, 0.8, 0.4)).toBe(0.4);
  });
});

describe('scoreTerms', () => {
  it("'paper': min–max inside each cluster, 0.5 in a constant column", () => {
    const { performance, efficiency } = scoreTerms(profile, 'paper');
    expect([...performance]).toEqual(close([1, 0, 0.5, 0.5, 0.5, 0.5]));
    expect([...efficiency]).toEqual(close([0, 1, 2 / 3, 0, 1, 1]));
  });

  it("'paper': each cluster has a range of its own", () => {
    const performance = Float64Array.of(1, 0, 0.2, 0.6);
    const cost = Float64Array.of(3, 1, 2, 4);
    const two = { ...profile, models: 2, performance, cost, count: cost, costCount: cost };
    const terms = scoreTerms({ ...two, overallPerformance: cost, overallCost: cost }, 'paper');
    expect([...terms.performance]).toEqual([1, 0, 0, 1]);
    expect([...terms.efficiency]).toEqual([0, 1, 1, 0]);
  });

  it("'global': min–max over all observed cells", () => {
    const wide = { ...profile, performance: Float64Array.of(0.9, 0.5, 0.7, 0.6, 0.6, 0.1) };
    const { performance, efficiency } = scoreTerms(wide, 'global');
    // The last cell was not observed: (p − .5)/.4 and 1 − (q − 1)/7.
    expect([...performance]).toEqual(close([1, 0, 0.5, 0.25, 0.25, -1]));
    expect([...efficiency]).toEqual(close([4 / 7, 1, 6 / 7, 0, 6 / 7, 6 / 7]));
  });

  it("'global': costs that differ by rounding only are one cost, and tell nothing", () => {
    const sums = { ...profile, cost: Float64Array.of(0.1, 0.1 + 2e-17, 0.1, 0.1, 0.1 + 4e-17, 0.1) };
    expect([...scoreTerms(sums, 'global').efficiency]).toEqual(new Array<number>(6).fill(0.5));
    // A difference of one millionth is one.
    const close = { ...profile, cost: Float64Array.of(0.1, 0.1000001, 0.1, 0.1, 0.1, 0.1) };
    expect([...scoreTerms(close, 'global').efficiency]).toEqual([1, 0, 1, 1, 1, 1]);
  });

  it('a range is one from a billionth of the largest value on, however small that is', () => {
    const ranged = (least: number, most: number): number[] => {
      const cost = Float64Array.of(least, most);
      const two = { ...profile, clusters: 1, models: 2, performance: cost, cost, count: cost, costCount: cost };
      return [...scoreTerms({ ...two, overallCost: cost, overallPerformance: cost }, 'paper').efficiency];
    };
    expect(ranged(0.001, 0.001 * (1 + 1e-8))).toEqual([1, 0]);
    expect(ranged(0.001, 0.001 * (1 + 1e-10))).toEqual([0.5, 0.5]);
    expect(ranged(1000, 1000 * (1 + 1e-8))).toEqual([1, 0]);
  });

  it("'overall': min–max over the overall means, so values may leave [0, 1]", () => {
    const { performance, efficiency } = scoreTerms(profile, 'overall');
    // (p − .5)/.3 and 1 − (q − 1)/5.
    expect([...performance]).toEqual(close([4 / 3, 0, 2 / 3, 1 / 3, 1 / 3, 1 / 3]));
    expect([...efficiency]).toEqual(close([0.4, 1, 0.8, -0.4, 0.8, 0.8]));
  });

  it("'overall': 0.5 where all models are equal overall", () => {
    const equal = {
      ...profile,
      overallPerformance: Float64Array.of(0.5, 0.5, 0.5),
      overallCost: Float64Array.of(2, 2, 2),
    };
    const { performance, efficiency } = scoreTerms(equal, 'overall');
    expect([...performance, ...efficiency]).toEqual(new Array<number>(12).fill(0.5));
  });

  it("'reference': constant performance is 1, cost over the dearest, unobserved cells skipped", () => {
    const { performance, efficiency } = scoreTerms(profile, 'reference');
    expect([...performance]).toEqual([...close([1, 0, 0.5, 1, 1]), NaN]);
    expect([...efficiency]).toEqual([...close([0, 0.75, 0.5, 0, 0.75]), NaN]);
    const free = scoreTerms({ ...profile, cost: new Float64Array(6) }, 'reference');
    expect([...free.efficiency.subarray(0, 3)]).toEqual([1, 1, 1]);
  });

  it('has efficiency 0 without any cost', () => {
    const costless = { ...profile, cost: new Float64Array(6).fill(NaN), overallCost: new Float64Array(3).fill(NaN) };
    for (const rule of ['global', 'overall', 'paper', 'reference'] as const) {
      expect([...scoreTerms(costless, rule).efficiency]).toEqual(new Array<number>(6).fill(0));
    }
  });
});

describe('the near clusters', () => {
  it('are those with the least distance, nearest first, ties by number', () => {
    expect([...selectNearest(Float64Array.of(3, 1, 2, 1, 5), 3)]).toEqual([1, 3, 2]);
    expect([...selectNearest(Float64Array.of(1, 1, 1), 2)]).toEqual([0, 1]);
    expect([...selectNearest(Float64Array.of(5, 4, 3, 2, 1), 5)]).toEqual([4, 3, 2, 1, 0]);
    expect([...selectNearest(Float64Array.of(2, 1, 3), 1)]).toEqual([1]);
  });

  it('are those however often a nearer one comes', () => {
    expect([...selectNearest(Float64Array.of(5, 4, 3, 2, 1), 2)]).toEqual([4, 3]);
    expect([...selectNearest(Float64Array.of(5, 1, 4, 2, 3), 3)]).toEqual([1, 3, 4]);
  });

  it('are averaged without weights', () => {
    expect([...meanOverClusters(profile.cost, Int32Array.of(0, 1), 3)]).toEqual([6, 1.5, 2]);
  });

  it('have dot-product distances 1 − q·c in the reference rule', () => {
    // q = (1, 0), c = (.6, .2): ‖q − c‖² = .16 + .04, ‖c‖² = .4, q·c = .6.
    const distances = Float64Array.of(0.2);
    toDotProductDistances(distances, Float64Array.of(0.4));
    expect(distances[0]).toBeCloseTo(0.4, 15);
  });

  it('are weighted by softmax(−β · distance) in the reference rule', () => {
    const weights = softmaxWeights(Float64Array.of(0.5, 0.2), Int32Array.of(1, 0), 9);
    const ratio = Math.exp(-9 * 0.3);
    expect([...weights]).toEqual(close([1 / (1 + ratio), ratio / (1 + ratio)]));
    expect([...softmaxWeights(Float64Array.of(800, 900), Int32Array.of(0, 1), 9)]).toEqual([1, 0]);
  });
});

it('addWeighted adds the rows of a cluster × model column, each with its weight', () => {
  const sums = addWeighted(Float64Array.of(1, 2), Float64Array.of(2, 0.5), Float64Array.of(1, 10, 4, 8));
  expect([...sums]).toEqual([1 + 2 + 2, 2 + 20 + 4]);
});

describe('reciprocalRankScores', () => {
  it('sums w / (rank + 1), ties in the order of the models, unobserved cells skipped', () => {
    const terms = scoreTerms(profile, 'reference');
    // α = 1. Cluster 0 ranks 0, 2, 1; cluster 1 has 0 and 1 tied and no model 2.
    const scores = reciprocalRankScores(terms, 1, Int32Array.of(0, 1), Float64Array.of(0.75, 0.25), 3);
    expect([...scores]).toEqual(close([0.75 + 0.25, 0.75 / 3 + 0.25 / 2, 0.75 / 2]));
  });
});
