import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  centroidsFromNpy,
  fitRouter,
  referenceSettings,
  routerFromStatistics,
  statisticsFromAvengersPro,
  type ClusterStatistics,
  type RouterStatistics,
} from '../../src/index.js';
import { expectRouterError, letterEmbedder, simulatedRecords, topicSpace } from '../support.js';

const plane = { id: 'plane', dimensions: 2 };
const centroids = [
  [1, 0],
  [0, 1],
];
const row = (own: Partial<ClusterStatistics> = {}): ClusterStatistics => ({
  cluster: 0,
  model: 'a',
  count: 2,
  scoreSum: 1,
  scoreSquareSum: 1,
  costCount: 2,
  costSum: 0.4,
  ...own,
});

describe('routerFromStatistics', () => {
  it('is the direct fit on these centroids, given all that the fit knew', async () => {
    const own = [0, 1, 2].map((topic) => [0, 1, 2, 3, 4].map((i) => Number(i === topic)));
    const direct = await fitRouter(simulatedRecords(), topicSpace, { centroids: own });
    const { models, cells, clusters, embedding } = direct.toJSON();
    const statistics = cells.count.map((count, cell) => ({
      cluster: Math.floor(cell / models.length),
      model: models[cell % models.length]!,
      count,
      scoreSum: cells.scoreSum[cell]!,
      scoreSquareSum: cells.scoreSquareSum[cell]!,
      costCount: cells.costCount[cell]!,
      costSum: cells.costSum[cell]!,
      tokenCount: cells.tokenCount![cell],
      inputTokenSum: cells.inputTokenSum![cell],
      outputTokenSum: cells.outputTokenSum![cell],
    }));
    const { id, dimensions } = embedding;
    const router = routerFromStatistics({
      embedding: { id, dimensions },
      centroids: own,
      statistics: statistics.reverse(),
      clusterSizes: clusters.size,
      ...(clusters.distanceQuantiles && { distanceQuantiles: clusters.distanceQuantiles }),
    });
    expect(router.fingerprint).toBe(direct.fingerprint);
  });

  it('adds rows of one cell up, counts in bigint, and takes the most observed as sizes', () => {
    const statistics = [
      row(),
      row({ count: 3n, scoreSum: 3, scoreSquareSum: 3, costCount: 1n, costSum: 0.5 }),
      row({ cluster: 1n, model: 'b', count: 1, costCount: 4n }),
    ];
    const state = routerFromStatistics({ embedding: plane, centroids, statistics }).toJSON();
    expect(state.models).toEqual(['a', 'b']);
    expect(state.cells.count).toEqual([5, 0, 0, 1]);
    expect(state.cells.scoreSum).toEqual([4, 0, 0, 1]);
    expect(state.cells.costCount).toEqual([3, 0, 0, 4]);
    expect(state.cells.costSum[0]).toBeCloseTo(0.9, 15);
    expect(state.clusters).toEqual({ size: [5, 4] });
    expect(state.options).toMatchObject({ clusters: 2, nearestClusters: 2, estimator: 'nearest', defaultAlpha: 0.7 });
  });

  it('takes SUM as SQL gives it: a bigint of whole numbers, null of nothing', () => {
    const nothing = { costCount: 0n, costSum: null, tokenCount: 0n, inputTokenSum: null, outputTokenSum: null };
    const statistics = [
      row({
        count: 4n,
        scoreSum: 3n,
        scoreSquareSum: 3n,
        costSum: 1n,
        tokenCount: 2n,
        inputTokenSum: 0.5,
        outputTokenSum: 7n,
      }),
      row({ cluster: 1n, count: 1n, ...nothing }),
      row({ cluster: 1n, model: 'b', count: 0n, scoreSum: null, scoreSquareSum: null }),
      row({ cluster: 0n, model: 'b', ...nothing }),
    ];
    const { cells } = routerFromStatistics({ embedding: plane, centroids, statistics }).toJSON();
    expect(cells).toEqual({
      count: [4, 2, 1, 0],
      scoreSum: [3, 1, 1, 0],
      scoreSquareSum: [3, 1, 1, 0],
      costCount: [2, 0, 0, 2],
      costSum: [1, 0, 0, 0.4],
      tokenCount: [2, 0, 0, 0],
      inputTokenSum: [0.5, 0, 0, 0],
      outputTokenSum: [7, 0, 0, 0],
    });
  });

  it('takes the vector space of a router with its canary, so that the embedder can be verified', async () => {
    const records = ['alpha', 'beta'].map((query) => ({ query, records: { a: 1 } }));
    const { embedding } = (await fitRouter(records, letterEmbedder)).toJSON();
    const own = [new Array<number>(8).fill(1)];
    const statistics = [row({ costCount: 0, costSum: null })];
    const router = routerFromStatistics({ embedding, centroids: own, statistics }, letterEmbedder);
    await expect(router.verifyEmbedder()).resolves.toBeUndefined();
    const other = {
      ...letterEmbedder,
      embed: (texts: readonly string[]) => letterEmbedder.embed(texts.map(() => 'h')),
    };
    const strange = routerFromStatistics({ embedding, centroids: own, statistics }, other);
    await expectRouterError(
      () => strange.verifyEmbedder(),
      'embedder_mismatch',
      /^embedder "letters": expected a cosine/,
    );
  });

  it('knows no novelty without distances, and none of its own α without costs', () => {
    const free = [row({ costCount: 0, costSum: 0 })];
    const router = routerFromStatistics({ embedding: plane, centroids, statistics: free });
    expect(router.route([1, 0])).toMatchObject({ model: 'a', alpha: 1, novelty: null });
  });

  it("routes with the authors' exported clusters", () => {
    const fixture = new URL('../fixtures/formats/balance_metrics.json', import.meta.url);
    const router = routerFromStatistics({
      embedding: plane,
      centroids: centroidsFromNpy(npy([1, 0, 0, 1])),
      statistics: statisticsFromAvengersPro(readFileSync(fixture, 'utf8')),
      options: { ...referenceOptions, nearestClusters: 1 },
    });
    // Cluster 0 has seen gpt-5 only; in cluster 1 cost 0.0005 beside 0.003 outweighs .5 beside 1 at α = .3.
    expect(router.route([1, 0], 0.3).ranking.map(({ model }) => model)).toEqual(['gpt-5']);
    expect(router.route([0, 1], 0.3).model).toBe('qwen3');
    expect(router.route([0, 1], 1).model).toBe('gpt-5');
  });

  it.each<[string, Partial<RouterStatistics>, string]>([
    [
      'a cluster that is none',
      { statistics: [row({ cluster: 2 })] },
      'statistics[0].cluster: expected the position of one of the 2 centroids, got 2',
    ],
    [
      'a count that is none',
      { statistics: [row(), row({ count: 1.5 })] },
      'statistics[1].count: expected a whole number ≥ 0, at most 2^53, got 1.5',
    ],
    [
      'a sum that is missing where something was counted',
      { statistics: [row({ costCount: 2n, costSum: null })] },
      'statistics[0].costSum: expected a number, as costCount is 2, got null',
    ],
    [
      'a sum that is none',
      { statistics: [row({ tokenCount: 1, inputTokenSum: -1n })] },
      'statistics[0].inputTokenSum: expected a finite number ≥ 0, or null, got -1n',
    ],
    [
      'rows that cannot be read',
      {
        statistics: (function* () {
          yield row();
          throw new Error('the connection is lost');
        })(),
      },
      'statistics: expected a value that can be read, got the error: the connection is lost',
    ],
    [
      'dimensions that no embedding has',
      { embedding: { id: 'vast', dimensions: 2 ** 31 } },
      'statistics.embedding.dimensions: expected a whole number from 1 to 65536, got 2147483648',
    ],
    ['no rows', { statistics: [] }, 'statistics: expected at least one row, got none'],
    [
      'what is no row',
      { statistics: [5 as never] },
      'statistics[0]: expected a row with cluster, model and sums, got 5',
    ],
    ['other dimensions', { centroids: [[1, 0, 0]] }, 'centroids[0]: expected 2 dimensions, got 3'],
    [
      'an unknown option',
      { options: { clusters: 2 } as never },
      /^statistics\.options: expected only the keys .*, got the key "clusters"$/ as never,
    ],
  ])('refuses %s', async (_, own, message) => {
    const statistics = { embedding: plane, centroids, statistics: [row()], ...own };
    await expectRouterError(() => routerFromStatistics(statistics), 'invalid_options', message);
  });

  it('refuses sums that contradict each other', async () => {
    const statistics = [row({ scoreSum: 3 })];
    await expectRouterError(
      () => routerFromStatistics({ embedding: plane, centroids, statistics }),
      'invalid_state',
      /scoreSum/,
    );
    const quantiles = { embedding: plane, centroids, statistics: [row()], options: { estimator: 'kernel' } } as const;
    await expectRouterError(() => routerFromStatistics(quantiles), 'invalid_state', /distanceQuantiles/);
  });
});

const { rule, beta, shrinkage } = referenceSettings;
const referenceOptions = { rule, beta, shrinkage };

/** A 2 × 2 array of Float64 as numpy.save writes it. */
function npy(values: readonly number[]): Uint8Array {
  const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }".padEnd(117) + '\n';
  const bytes = Buffer.alloc(128 + 8 * values.length);
  bytes.write('\x93NUMPY\x01\x00', 'latin1');
  bytes.writeUInt16LE(118, 8);
  bytes.write(header, 10, 'latin1');
  values.forEach((value, i) => bytes.writeDoubleLE(value, 128 + 8 * i));
  return bytes;
}
