import { describe, expect, it } from 'vitest';
import { chooseQueries, fitRouter } from '../../src/index.js';
import { direction, expectRouterError, record, simulatedRecords, topicSpace } from '../support.js';

describe('chooseQueries', () => {
  it('takes the clusters by their share, and each from the centre outwards', async () => {
    const records = axes().map((degrees, i) => record(`q${i}`, direction(degrees), { a: [1, 1] }));
    const router = await fitRouter(
      records,
      { id: 'plane', dimensions: 2 },
      { centroids: [direction(0), direction(90)] },
    );
    // Six queries near 0°, two near 90°. Seats by n/(taken + ½): 12, 4 | 4 | 2.4, 4/3 | …: the first, then a tie of 4 and 4, then 2.4.
    const embeddings = axes().map(direction);
    const chosen = chooseQueries(router, embeddings, 8);
    const sides = chosen.map((query) => (query < 6 ? 'x' : 'y')).join('');
    expect(['xxyxxyxx', 'xyxxxxyx', 'xxyxxxyx', 'xyxxxyxx']).toContain(sides);
    expect(chosen.filter((query) => query < 6)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(chosen.filter((query) => query >= 6)).toEqual([6, 7]);
  });

  it('begins with what fewer would be', async () => {
    const records = simulatedRecords();
    const router = await fitRouter(records, topicSpace, { clusters: 7 });
    const embeddings = records.map(({ embedding }) => embedding!);
    const all = chooseQueries(router, embeddings, 120, { seed: 3 });
    expect([...all].sort((a, b) => a - b)).toEqual(embeddings.map((_, i) => i));
    for (const count of [0, 1, 17, 60])
      expect(chooseQueries(router, embeddings, count, { seed: 3 })).toEqual(all.slice(0, count));
    // Every cluster has its share, to less than one query.
    const clusterOf = (query: number): number => router.route(embeddings[query]!).clusters[0]!.cluster;
    const share = (queries: readonly number[], cluster: number): number =>
      queries.filter((query) => clusterOf(query) === cluster).length / queries.length;
    for (let cluster = 0; cluster < 7; cluster++) {
      expect(Math.abs(share(all.slice(0, 60), cluster) - share(all, cluster)) * 60).toBeLessThan(1);
    }
  });

  it('breaks ties by the seed', async () => {
    const records = Array.from({ length: 40 }, (_, i) => record(`q${i}`, direction(90 * (i % 4)), { a: [1, 1] }));
    const router = await fitRouter(records, { id: 'plane', dimensions: 2 }, { clusters: 4 });
    const embeddings = records.map(({ embedding }) => embedding!);
    const chosen = [1, 2, 3].map((seed) => chooseQueries(router, embeddings, 4, { seed }));
    expect(chosen[0]).toEqual(chooseQueries(router, embeddings, 4, { seed: 1 }));
    expect(new Set(chosen.map(String)).size).toBe(3);
    for (const queries of chosen) expect(new Set(queries.map((query) => query % 4)).size).toBe(4);
  });

  it('refuses more than there are', async () => {
    const router = await fitRouter(simulatedRecords(), topicSpace);
    for (const count of [2, -1, 0.5, NaN]) {
      await expectRouterError(
        () => chooseQueries(router, [[1, 0, 0, 0, 0]], count),
        'invalid_options',
        `count: expected a whole number from 0 to 1, the number of queries, got ${count}`,
      );
    }
    await expectRouterError(
      () => chooseQueries(router, [], 0),
      'invalid_embedding',
      /^embeddings: expected at least one vector/,
    );
  });
});

function axes(): number[] {
  return [0, 1, 2, 3, 4, 5, 90, 91];
}
