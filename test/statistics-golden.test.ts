import { describe, expect, it } from 'vitest';
import { shareEntropy } from '../src/core/entropy.js';
import { kernelWeights } from '../src/core/kernel-weights.js';
import { normalQuantile } from '../src/core/normal.js';
import { distanceQuantiles } from '../src/core/novelty.js';
import { cellDeviations } from '../src/core/profile.js';
import { quantile } from '../src/core/quantile.js';
import { softmaxWeights } from '../src/core/score.js';
import { estimateIntervals, type Interval } from '../src/evaluation/intervals.js';
import { compareTraffic, routerFromStatistics } from '../src/index.js';
import golden from './fixtures/statistics-golden.json';

const close = (values: readonly number[], digits: number): unknown[] =>
  values.map((value) => expect.closeTo(value, digits) as unknown);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe("NumPy's quantiles", () => {
  it.each(golden.quantiles)('of $values.length values', ({ values, shares, quantiles, percent }) => {
    const sorted = Float64Array.from(values).sort();
    expect(shares.map((share) => quantile(sorted, share))).toEqual(close(quantiles, 12));
    expect([...distanceQuantiles(Float64Array.from(values), 101)]).toEqual(close(percent, 12));
  });
});

/** The interval of the difference of two policies, one model each, by 20,000 resamples; every query is a record of its own. */
async function pairedInterval(datasets: readonly { first: number[]; second: number[] }[]): Promise<Interval> {
  const queries = datasets.flatMap(({ first, second }, dataset) =>
    first.map((score, i) => ({ dataset, scores: [score, second[i]!] })),
  );
  const traffic = {
    models: ['first', 'second'],
    places: [],
    embeddings: [],
    datasets: datasets.map((_, i) => `${i}`),
    datasetOf: Int32Array.from(queries, ({ dataset }) => dataset),
    textOf: Int32Array.from(queries.keys()),
    scores: Float64Array.from(queries.flatMap(({ scores }) => scores)),
    costs: new Float64Array(2 * queries.length).fill(NaN),
  };
  const policies = [0, 1].map((model) => new Int32Array(queries.length).fill(model));
  const settings = { resamples: 20_000, seed: 42, signal: undefined, onProgress: undefined };
  const [[interval]] = (await estimateIntervals(
    traffic,
    policies,
    [({ accuracy }) => [accuracy[0]! - accuracy[1]!]],
    settings,
  )) as [[Interval]];
  return interval;
}

describe('the paired bootstrap', () => {
  it('has the interval of all 6⁶ resamples of six queries, to four standard errors of 20,000', async () => {
    const { first, second, estimate, within } = golden.exactBootstrap;
    const interval = await pairedInterval([{ first, second }]);
    expect(interval.estimate).toBeCloseTo(estimate, 12);
    [interval.low, interval.high].forEach((end, i) => {
      const [least, most] = within[i]!;
      expect(end).toBeGreaterThanOrEqual(least! - 1e-12);
      expect(end).toBeLessThanOrEqual(most! + 1e-12);
    });
  });

  it("has SciPy's interval of the mean over two datasets", async () => {
    const { datasets, estimate, standardError, interval } = golden.bootstrap;
    const { estimate: own, low, high } = await pairedInterval(datasets);
    expect(own).toBeCloseTo(estimate, 12);
    // The standard error of a quantile of R draws is √(p(1 − p)/R) over the density there, .0584/σ of a normal distribution at
    // p = .025: √(.025·.975/20,000)/.0584 = .019 σ, and .006 σ of SciPy's 200,000. Five times .02.
    expect(Math.abs(low - interval[0]!)).toBeLessThan(0.1 * standardError);
    expect(Math.abs(high - interval[1]!)).toBeLessThan(0.1 * standardError);
  });
});

it("the estimator 'linear' predicts what scikit-learn's Ridge does, weighted by observations", () => {
  const { centroids, queries, sizes, counts, scoreSums, costSums, performance, cost } = golden.ridge;
  const statistics = counts.flatMap((own, cluster) =>
    own.map((count, model) => {
      const scoreSum = scoreSums[cluster]![model]!;
      const scoreSquareSum = count === 0 ? 0 : (scoreSum + scoreSum ** 2 / count) / 2;
      const costSum = costSums[cluster]![model]!;
      return { cluster, model: `model ${model}`, count, scoreSum, scoreSquareSum, costCount: count, costSum };
    }),
  );
  const router = routerFromStatistics({
    embedding: { id: 'golden', dimensions: centroids[0]!.length },
    centroids,
    statistics,
    clusterSizes: sizes,
    options: { estimator: 'linear' },
  });
  queries.forEach((query, i) => {
    const { ranking } = router.route(query);
    for (const model of [0, 1]) {
      const own = ranking.find((entry) => entry.model === `model ${model}`)!;
      expect(own.performance).toBeCloseTo(performance[i]![model]!, 9);
      expect(own.cost).toBeCloseTo(cost[i]![model]!, 9);
    }
  });
  // The golden is not all clamps.
  expect(performance.flat().filter((value) => value > 0 && value < 1).length).toBeGreaterThan(12);
});

describe('weights of clusters', () => {
  const { distances, softmax, bandwidth, kernel } = golden.weights;

  it.each(softmax)("are SciPy's softmax, β = $beta", ({ beta, weights }) => {
    const near = Int32Array.from(distances.keys());
    expect([...softmaxWeights(Float64Array.from(distances), near, beta)]).toEqual(close(weights, 14));
  });

  it("are scikit-learn's rational quadratic kernel", () => {
    expect([...kernelWeights(Float64Array.from(distances), bandwidth)]).toEqual(close(kernel, 12));
  });
});

it.each(golden.permutations)("SciPy's exact permutation test of $then and $now", (test) => {
  const axes = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  const router = routerFromStatistics({
    embedding: { id: 'axes', dimensions: 3 },
    centroids: axes,
    statistics: axes.map((_, cluster) => ({
      cluster,
      model: 'a',
      count: 1,
      scoreSum: 1,
      scoreSquareSum: 1,
      costCount: 0,
      costSum: 0,
    })),
    clusterSizes: test.then,
  });
  const traffic = test.now.flatMap((size, cluster) => Array.from({ length: size }, () => axes[cluster]!));
  const { totalVariation, pValue } = compareTraffic(router, traffic, { permutations: 20_000 });
  expect(totalVariation).toBeCloseTo(test.totalVariation, 8);
  // Four standard errors of a share of 20,000.
  expect(Math.abs(pValue - test.pValue)).toBeLessThan(4 * Math.sqrt((test.pValue * (1 - test.pValue)) / 20_000));
});

it("SciPy's standard error of a mean, entropy in bits, and quantiles of the normal distribution", () => {
  const { scores, shares, entropy, levels, normalQuantiles } = golden.moments;
  const of = (value: number): Float64Array => Float64Array.of(value);
  const [deviations] = cellDeviations({
    clusters: 1,
    models: 1,
    count: of(scores.length),
    scoreSum: of(sum(scores)),
    scoreSquareSum: of(sum(scores.map((score) => score * score))),
    ...{ costCount: of(0), costSum: of(0), tokenCount: of(0), inputTokenSum: of(0), outputTokenSum: of(0) },
  });
  expect(Math.sqrt(deviations!) / scores.length).toBeCloseTo(golden.moments.standardError, 12);
  expect(shareEntropy(shares)).toBeCloseTo(entropy, 12);
  expect(levels.map(normalQuantile)).toEqual(close(normalQuantiles, 11));
});
