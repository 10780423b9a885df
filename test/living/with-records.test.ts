import { describe, expect, it } from 'vitest';
import { fitRouter, Router, type RoutingRecord } from '../../src/index.js';
import { direction, expectRouterError, letterEmbedder, record, simulatedRecords, topicSpace } from '../support.js';
import { axes, firstPart, secondPart, sumsOfBoth } from './support.js';

const space = { id: 'plane', dimensions: 2 };
const fit = (records: readonly RoutingRecord[]): Promise<Router> => fitRouter(records, space, { centroids: axes });

describe('router.withRecords', () => {
  it('adds sums and sizes at the nearest centroid, and brings new models', async () => {
    const router = await fit(firstPart);
    const before = JSON.stringify(router);
    const richer = await router.withRecords(secondPart);
    const { models, cells, clusters } = richer.toJSON();
    expect(models).toEqual(['a', 'b', 'c']);
    expect(cells).toEqual(sumsOfBoth);
    expect(clusters.size).toEqual([2, 1]);
    expect(clusters.distanceQuantiles).toEqual(router.toJSON().clusters.distanceQuantiles);
    expect(JSON.stringify(router)).toBe(before);
    expect(JSON.stringify(Router.fromJSON(JSON.parse(JSON.stringify(richer))))).toBe(JSON.stringify(richer));
  });

  it('is the fit on these centroids of all records, but for the distances', async () => {
    const own = { centroids: [0, 1, 2].map((topic) => [0, 1, 2, 3, 4].map((i) => Number(i === topic))) };
    const records = simulatedRecords();
    const whole = (await fitRouter(records, topicSpace, own)).toJSON();
    const part = await fitRouter(records.slice(0, 70), topicSpace, own);
    const grown = (await part.withRecords(records.slice(70))).toJSON();
    expect(grown.clusters.size).toEqual(whole.clusters.size);
    expect(grown.cells.count).toEqual(whole.cells.count);
    grown.cells.costSum.forEach((sum, cell) => {
      expect(sum).toBeCloseTo(whole.cells.costSum[cell]!, 12);
    });
  });

  it('embeds only what carries no embedding, and keeps the embedder', async () => {
    const texts: string[] = [];
    const embedder = {
      ...letterEmbedder,
      embed: (queries: readonly string[]) => {
        texts.push(...queries);
        return letterEmbedder.embed(queries);
      },
    };
    const records = Array.from({ length: 20 }, (_, i) => ({ query: `q${i}`, records: { a: 1, b: i % 2 } }));
    const router = await fitRouter(records, embedder);
    texts.length = 0;
    const embedding = (await letterEmbedder.embed(['y']))[0]!;
    const richer = await router.withRecords([
      { query: 'x', records: { a: 0 } },
      { query: 'y', records: { b: 0 }, embedding },
    ]);
    expect(texts).toEqual(['x']);
    expect((await richer.routeQuery('q1')).router).toBe(richer.fingerprint);
  });

  it('prices tokens by its own prices, and by those that are given first', async () => {
    const priced = (name: string, input_tokens: number): RoutingRecord => ({
      query: name,
      embedding: direction(0),
      records: { a: 1 },
      usages: { a: { input_tokens, output_tokens: 0 } },
    });
    const router = await fitRouter([priced('x', 100)], space, {
      centroids: axes,
      prices: { a: { input: 1, output: 1 } },
    });
    expect((await router.withRecords([priced('y', 200)])).toJSON().cells.costSum[0]).toBeCloseTo(300 / 1e6, 15);
    const dearer = await router.withRecords([priced('y', 200)], { prices: { a: { input: 2, output: 1 } } });
    expect(dearer.toJSON().cells.costSum[0]).toBeCloseTo(500 / 1e6, 15);
    expect(dearer.toJSON().prices).toEqual({ a: { input: 2, output: 1 } });
  });

  it('names what is wrong, and stops when told', async () => {
    const router = await fit(firstPart);
    const wrong: [unknown, object, 'invalid_records' | 'invalid_options' | 'embedder_missing', string][] = [
      [[], {}, 'invalid_records', 'records: expected at least one record, got 0'],
      [5, {}, 'invalid_records', 'records: expected an iterable of records, got 5'],
      [
        [{ query: 'x', embedding: [1, 0], records: { a: 7 } }],
        {},
        'invalid_records',
        'records[0].records.a: expected a score in [0, 1], a boolean or null, got 7',
      ],
      [
        [record('y', direction(0), { d: [null, 1] })],
        {},
        'invalid_records',
        'records: expected a score of "d" in at least one record, got none',
      ],
      [
        [record('y', direction(0), { d: [1, null] })],
        {},
        'invalid_records',
        'records: expected a cost of "d" in at least one record, or its prices, as other models have one, got none',
      ],
      [
        firstPart,
        { concurency: 3 },
        'invalid_options',
        /^options: expected only the keys .*, got the key "concurency"$/ as never,
      ],
      [
        [{ query: 'x', records: { a: 1 } }],
        {},
        'embedder_missing',
        'records[0].embedding: expected an embedding, as "plane" cannot embed, got none',
      ],
    ];
    for (const [records, options, code, message] of wrong) {
      await expectRouterError(() => router.withRecords(records as RoutingRecord[], options), code, message);
    }
    const reason = new Error('enough');
    await expect(router.withRecords(firstPart, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
