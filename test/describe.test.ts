import { describe, expect, it } from 'vitest';
import { describeRouter, fitRouter } from '../src/index.js';
import { fitExample, fitWithoutCosts } from './worked-example.js';

describe('describeRouter', () => {
  it('lays every cluster open', async () => {
    const { alpha, clusters } = describeRouter(await fitExample(), 0.5);
    expect(alpha).toBe(0.5);
    expect(clusters.map(({ cluster, size, unobserved }) => [cluster, size, unobserved])).toEqual([
      [0, 1, []],
      [1, 1, []],
    ]);
    const [math, code] = clusters;
    // Math at α = .5: a (−.5 + 1)/2 = .25, b (.5 + 2/3)/2 = .583, c (1 − 1/3)/2 = .333; nobody is beaten in both.
    expect(math!.ranking.map(({ model }) => model)).toEqual(['b', 'c', 'a']);
    expect(math!.ranking[0]!.score).toBeCloseTo(7 / 12, 12);
    expect(math!.paretoOptimal).toEqual(['a', 'b', 'c']);
    // Code: a (.5 + 1)/2 = .75, b (0 + 2/3)/2 = .333, c (1 + 1/3)/2 = .667; b is worse and dearer than a.
    expect(code!.ranking.map(({ model }) => model)).toEqual(['a', 'c', 'b']);
    expect(code!.paretoOptimal).toEqual(['a', 'c']);
    expect(code!.ranking[0]).toMatchObject({ performance: 0.6, cost: 0.001, count: 1, standardError: null });
  });

  it('agrees with a route that looks at one cluster', async () => {
    for (const rule of ['global', 'paper'] as const) {
      const router = await fitExample({ rule });
      for (const alpha of [0, 0.3, 1]) {
        const [math, code] = describeRouter(router, alpha).clusters;
        expect(math!.ranking).toEqual(router.route([1, 0], alpha).ranking);
        expect(code!.ranking).toEqual(router.route([0, 1], alpha).ranking);
      }
    }
    const reference = await fitExample({ rule: 'reference' });
    expect(describeRouter(reference).clusters[0]!.ranking.map(({ model }) => model)).toEqual(
      reference.route([1, 0]).ranking.map(({ model }) => model),
    );
  });

  it('keeps apart what is not observed, and gives standard errors', async () => {
    const embedding = [1, 0];
    const records = [
      { query: '1', embedding, records: { a: 1, b: 1 } },
      { query: '2', embedding, records: { a: 0 } },
      { query: '3', embedding: [0, 1], records: { a: 1 } },
    ];
    const centroids = [embedding, [0, 1]];
    const router = await fitRouter(records, { id: 'axes', dimensions: 2 }, { centroids, shrinkage: 0 });
    const [first, second] = describeRouter(router).clusters;
    // Scores 1 and 0: √((1 − 1/2)/1/2) = 1/2. One score elsewhere: its variance, 1/2, is all that is known.
    expect(first!.ranking.find(({ model }) => model === 'a')!.standardError).toBeCloseTo(0.5, 12);
    expect(second!.ranking[0]!.standardError).toBeCloseTo(Math.SQRT1_2, 12);
    expect(second!.ranking.map(({ model }) => model)).toEqual(['a']);
    expect(second!.unobserved).toEqual(['b']);
    expect(second!.ranking[0]!.cost).toBeNull();
  });

  it('refuses an α that a route refuses', async () => {
    const router = await fitExample();
    expect(() => describeRouter(router, 2)).toThrow('alpha: expected a number from 0 to 1, got 2');
    expect(describeRouter(router).alpha).toBe(0.6);
    const message = 'alpha: expected 1 in a router fitted without costs, got 0.5';
    const performanceOnly = await fitWithoutCosts();
    expect(() => describeRouter(performanceOnly, 0.5)).toThrow(message);
    expect(describeRouter(performanceOnly).clusters[0]!.paretoOptimal).toEqual(['c']);
  });
});
