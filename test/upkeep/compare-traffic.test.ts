import { describe, expect, it } from 'vitest';
import { compareTraffic, fitRouter, type Router } from '../../src/index.js';
import { direction, expectRouterError, record } from '../support.js';

const space = { id: 'plane', dimensions: 2 };
const axes = [0, 90, 180];

/** Clusters at 0°, 90° and 180°, with so many training records each. */
function sized(...sizes: readonly number[]): Promise<Router> {
  const records = sizes.flatMap((size, j) =>
    Array.from({ length: size }, (_, i) => record(`${j} ${i}`, direction(axes[j]! + i / 10), { a: [1, 1] })),
  );
  return fitRouter(records, space, { centroids: axes.slice(0, sizes.length).map(direction), nearestClusters: 1 });
}
const at = (...degrees: number[]): number[][] => degrees.map(direction);

describe('compareTraffic', () => {
  it('gives the shares then and now, and their total variation', async () => {
    const comparison = compareTraffic(await sized(6, 3, 1), at(1, 91, 92, 181));
    expect(comparison).toMatchObject({
      queries: 4,
      clusters: [
        { cluster: 0, then: 0.6, now: 0.25 },
        { cluster: 1, then: 0.3, now: 0.5 },
        { cluster: 2, then: 0.1, now: 0.25 },
      ],
      totalVariation: expect.closeTo(0.35, 12) as number,
    });
  });

  it('has the p-value of all deals, counted out', async () => {
    // 4 + 2 training records, 3 queries: 1 in the first cluster, 2 in the second. Of the 9 labels (5 and 4), 3 are dealt to the traffic:
    // k of the first kind in C(5, k)·C(4, 3 − k) of C(9, 3) = 84 ways: 4, 30, 40, 10. TV = |k/3 − (5 − k)/6| = ½|k − 5/3|:
    // 5/6, 1/3, 1/6, 2/3. At k = 1 and beyond: 4 + 30 + 10 of 84.
    const { pValue, totalVariation } = compareTraffic(await sized(4, 2), at(0, 90, 91), { permutations: 20_000 });
    expect(totalVariation).toBeCloseTo(1 / 3, 12);
    expect(Math.abs(pValue - 44 / 84)).toBeLessThan(0.015);
  });

  it('is sure of a shift that chance does not make, and of none that is none', async () => {
    const router = await sized(200, 100, 50);
    const traffic = (first: number, second: number, third: number): number[][] =>
      at(...Array<number>(first).fill(0), ...Array<number>(second).fill(90), ...Array<number>(third).fill(180));
    expect(compareTraffic(router, traffic(10, 10, 50)).pValue).toBe(0.001);
    expect(compareTraffic(router, traffic(40, 20, 10)).pValue).toBeGreaterThan(0.99);
  });

  it('depends on the seed, and on nothing else', async () => {
    const router = await sized(12, 9, 7);
    const traffic = at(0, 0, 90, 180, 180, 180);
    const p = (seed: number): number => compareTraffic(router, traffic, { seed, permutations: 500 }).pValue;
    expect(p(1)).toBe(p(1));
    expect(new Set([1, 2, 3, 4].map(p)).size).toBeGreaterThan(1);
  });

  it('sees what is new inside an old cluster by its novelty', async () => {
    const router = await sized(20, 20);
    const near = compareTraffic(router, at(1, 91));
    const far = compareTraffic(router, at(-40, 130));
    expect(far.totalVariation).toBe(near.totalVariation);
    expect([near.novel, far.novel, far.novelty]).toEqual([0, 1, 1]);
    expect(near.novelty).toBeLessThan(0.9);
  });

  it('refuses what it cannot compare', async () => {
    const router = await sized(2, 2);
    await expectRouterError(
      () => compareTraffic(router, []),
      'invalid_embedding',
      'embeddings: expected at least one vector, got none',
    );
    await expectRouterError(
      () => compareTraffic(router, at(0), { permutations: 0 }),
      'invalid_options',
      'options.permutations: expected a whole number ≥ 1, got 0',
    );
    await expectRouterError(
      () => compareTraffic(router, at(0), { seed: -1 }),
      'invalid_options',
      'options.seed: expected a whole number from 0 to 4294967295, got -1',
    );
  });
});
