import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitRouter, Router, routerFromStatistics, type Estimator, type RoutingRecord } from '../../src/index.js';
import { lines } from '../../src/policy/lines.js';
import { near } from '../../src/policy/near.js';
import { policyOf } from '../../src/router.js';
import { direction, record, simulatedRecords, topicSpace } from '../support.js';

const estimators: readonly Estimator[] = ['nearest', 'kernel', 'linear'];
const space = { id: 'plane', dimensions: 2 };

/** A log with gaps: model b was run on half of the records, c near one direction only. */
function gappyRecords(seed: number): RoutingRecord[] {
  return Array.from({ length: 90 }, (_, i) => {
    const angle = (i * 37 + seed * 11) % 180;
    return record(`q${i}`, direction(angle), {
      a: [(i * 7) % 3 === 0 ? 0 : 1, 0.002 + (i % 5) / 1000],
      b: i % 2 === 0 ? [i % 3 === 0 ? 1 : 0, 0.001] : [null, null],
      c: angle < 60 || i === 0 ? [i % 4 === 0 ? 0 : 1, 0.0005] : [null, null],
    });
  });
}

describe.each(estimators)('the estimator %s', (estimator) => {
  it('is the linear smoother that its leverages say: p̂ = p + Σ ℓ (p̄ − p)', async () => {
    for (const seed of [1, 2, 3]) {
      const router = await fitRouter(gappyRecords(seed), space, { estimator, clusters: 6 });
      const policy = policyOf(router);
      const { cells, profile, smoother } = policy;
      for (const angle of [3, 58, 91, 140, 177]) {
        const neighbourhood = near(policy, direction(angle), 'embedding');
        const { performance } = lines(policy, neighbourhood);
        const leverages = smoother.leverages(neighbourhood);
        router.models.forEach((_, model) => {
          const overall = profile.overallPerformance[model]!;
          let expected = overall;
          for (let cell = model; cell < leverages.length; cell += cells.models) {
            const leverage = leverages[cell]!;
            if (cells.count[cell]! > 0) expected += leverage * (cells.scoreSum[cell]! / cells.count[cell]! - overall);
            else expect(leverage).toBe(0);
          }
          expect(performance[model]).toBeCloseTo(Math.min(1, Math.max(0, expected)), 9);
        });
      }
    }
  });

  it('expects what can be: scores in [0, 1], costs above 0, and never a number that is none', () => {
    const embedding = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 2 });
    return fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 99 }),
        fc.array(embedding, { maxLength: 8 }),
        async (seed, queries) => {
          const router = await fitRouter(gappyRecords(seed), space, { estimator, clusters: 5 });
          for (const query of queries.filter((values) => Math.hypot(...values) > 1e-3)) {
            for (const { performance, cost, count, standardError, score } of router.route(query).ranking) {
              expect(performance).toBeGreaterThanOrEqual(0);
              expect(performance).toBeLessThanOrEqual(1);
              expect(cost).toBeGreaterThan(0);
              expect(count).toBeGreaterThan(0);
              expect(standardError).toBeGreaterThan(0);
              expect(score).not.toBeNaN();
            }
          }
        },
      ),
      { numRuns: 15, seed: 5 },
    );
  });

  it('sees topics: what is good at one is expected to be good there', async () => {
    const router = await fitRouter(simulatedRecords(), topicSpace, { estimator, clusters: 6 });
    const expected = (query: number[]): number =>
      router.route(query, 1).ranking.find(({ model }) => model === 'small')!.performance;
    expect(expected([1, 0, 0, 0, 0])).toBeGreaterThan(expected([0, 1, 0, 0, 0]) + 0.2);
  });

  it('decides alike after its JSON', async () => {
    const router = await fitRouter(simulatedRecords(), topicSpace, { estimator });
    const loaded = Router.fromJSON(JSON.parse(JSON.stringify(router)));
    expect(loaded.route([1, 2, 3, 0, 0])).toEqual(router.route([1, 2, 3, 0, 0]));
  });
});

describe('the standard error', () => {
  it('is that of the mean of clusters that is shown, not of their pooled scores', async () => {
    // Two scores (0, 1) in one cluster, a hundred 1s in the other. The mean of the two clusters' means is .75, and half of it hangs on the two:
    // σ² = ½/(1 + 99) = .005; √(¼ · (½ + .005)/2² + ¼ · .005/100²) = .17766. Pooled, it would be √(.9902/101/102) = .0098.
    const records = [
      record('x0', [1, 0], { a: [0, 1] }),
      record('x1', [1, 0], { a: [1, 1] }),
      ...Array.from({ length: 100 }, (_, i) => record(`y${i}`, [0, 1], { a: [1, 1] })),
    ];
    const centroids = [
      [1, 0],
      [0, 1],
    ];
    const options = { centroids, nearestClusters: 2, shrinkage: 0, estimator: 'nearest' } as const;
    const [ranked] = (await fitRouter(records, space, options)).route([1, 1]).ranking;
    expect(ranked).toMatchObject({ performance: 0.75, count: 102 });
    expect(ranked.standardError).toBeCloseTo(Math.sqrt((0.505 / 4 + 0.005 / 10_000) / 4), 12);
  });

  it('is unknown where no cluster has two scores', async () => {
    const router = await fitRouter([record('x', [1, 0], { a: [1, 1] })], space);
    expect(router.route([1, 0]).ranking[0].standardError).toBeNull();
  });
});

describe("the scale of 'global'", () => {
  const oneHot = { centroids: [direction(0), direction(90)], shrinkage: 0, nearestClusters: 1 };

  it('is not the noise of equal costs: the better model wins at every α above 0', async () => {
    const records = Array.from({ length: 30 }, (_, i) =>
      record(`q${i}`, direction(90 * (i % 2)), { better: [i % 5 === 0 ? 0 : 1, 0.1], worse: [i % 2, 0.1] }),
    );
    const router = await fitRouter(records, space, oneHot);
    for (const alpha of [0.01, 0.5, 0.87]) expect(router.route([1, 0], alpha).model).toBe('better');
  });

  it('does not blow up specialists that are equally good overall: they flip in the middle', async () => {
    // Each is right on its own topic and costs .002 there against .001 elsewhere: p̃ 1 or 0, q̃ 1 or 0, and the flip is at α = ½.
    const records = Array.from({ length: 40 }, (_, i) => {
      const first = i % 2 === 0;
      const own = (mine: boolean): [number, number] => [mine ? 1 : 0, mine ? 0.002 : 0.001];
      // One of them is a little better, so that the overall means are not quite equal.
      const left = own(first);
      return record(`q${i}`, direction(first ? 0 : 90), { left: i === 1 ? [1, 0.001] : left, right: own(!first) });
    });
    const router = await fitRouter(records, space, oneHot);
    expect(router.route([1, 0], 0.51).model).toBe('left');
    expect(router.route([1, 0], 0.49).model).toBe('right');
    expect(router.route([1, 0], 1).ranking.map(({ score }) => score)).toEqual([1, 0]);
  });
});

it("the kernel's weights are of squared distances: 1/(1 + Δ/τ)³", () => {
  const row = { count: 9, scoreSquareSum: 0, costCount: 9, costSum: 9 };
  const router = routerFromStatistics({
    embedding: space,
    centroids: [
      [1, 0],
      [0, 1],
    ],
    statistics: [
      { ...row, cluster: 0, model: 'a', scoreSum: 9, scoreSquareSum: 9 },
      { ...row, cluster: 1, model: 'a', scoreSum: 0 },
    ],
    // τ is the square of their median, 1.
    distanceQuantiles: Array.from({ length: 101 }, (_, percent) => percent / 50),
    options: { estimator: 'kernel', shrinkage: 0, nearestClusters: 2 },
  });
  // ‖q − c‖² is 0 and 2, so the weights are 1 and 1/27; a is right in the first cluster only.
  const { clusters, ranking } = router.route([1, 0], 1);
  expect(clusters.map(({ distance }) => distance)).toEqual([0, Math.SQRT2]);
  expect(clusters[0]!.weight).toBeCloseTo(27 / 28, 12);
  expect(clusters[1]!.weight).toBeCloseTo(1 / 28, 12);
  expect(ranking[0].performance).toBeCloseTo(27 / 28, 12);
  expect(ranking[0].count).toBeCloseTo(9 + 9 / 27, 12);
});

it.each(['nearest', 'kernel'] as const)(
  'a fallback that was never run near the query is expected to do as everywhere, and is as uncertain: %s',
  (estimator) => {
    const row = { count: 4, scoreSum: 2, scoreSquareSum: 2, costCount: 4, costSum: 4 };
    const router = routerFromStatistics({
      embedding: space,
      centroids: [
        [1, 0],
        [0, 1],
      ],
      statistics: [
        { ...row, cluster: 0, model: 'a' },
        { ...row, cluster: 1, model: 'a' },
        { ...row, cluster: 1, model: 'b', costSum: 8 },
      ],
      // So narrow that the other cluster weighs nothing at all.
      distanceQuantiles: new Array<number>(101).fill(1e-60),
      options: { estimator, shrinkage: 0, nearestClusters: 1 },
    });
    const [b] = router.route([1, 0], 1, { exclude: ['a'], fallback: 'b' }).ranking;
    expect([b.performance, b.cost, b.count]).toEqual([0.5, 2, 0]);
    // Four scores, two of them 1: SS = 2 − 2²/4 = 1, σ² = 1/3, and the error √((SS + σ²)/4²).
    expect(b.standardError).toBeCloseTo(Math.sqrt((1 + 1 / 3) / 16), 12);
  },
);

it.each(['nearest', 'kernel'] as const)(
  'the largest shrinkage leaves the overall means, even of the largest costs: %s',
  async (estimator) => {
    const records = Array.from({ length: 4 }, (_, i) =>
      record(`q${i}`, direction(i < 2 ? 0 : 90), { a: [i < 1 ? 1 : 0, i < 2 ? 1e50 : 0] }),
    );
    const options = { centroids: [direction(0), direction(90)], shrinkage: 1e50, estimator };
    const [{ performance, cost }] = (await fitRouter(records, space, options)).route([1, 0]).ranking;
    expect([performance, cost! / 1e50]).toEqual([0.25, 0.5]);
  },
);
