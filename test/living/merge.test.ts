import { describe, expect, it } from 'vitest';
import { fitRouter, mergeRouters, Router, type RouterState, type RoutingRecord } from '../../src/index.js';
import { direction, expectRouterError, letterEmbedder, record, simulatedRecords, topicSpace } from '../support.js';
import { axes, firstPart, priced, secondPart, sumsOfBoth, unpriced } from './support.js';

const space = { id: 'plane', dimensions: 2 };
const fit = (records: readonly RoutingRecord[], options: object = {}): Promise<Router> =>
  fitRouter(records, space, { centroids: axes, ...options });

describe('mergeRouters', () => {
  it('adds sums and sizes, and unites models', async () => {
    const router = mergeRouters([await fit(firstPart), await fit(secondPart)]);
    const { models, cells, clusters } = router.toJSON();
    expect(models).toEqual(['a', 'b', 'c']);
    expect(cells).toEqual(sumsOfBoth);
    expect(clusters.size).toEqual([2, 1]);
  });

  it('is the direct fit, but for the distances', async () => {
    const records = simulatedRecords();
    const options = { centroids: [0, 1, 2].map((topic) => [0, 1, 2, 3, 4].map((i) => Number(i === topic))) };
    const parts = [0, 1, 2].map((part) => records.filter((_, i) => i % 3 === part));
    const routers = await Promise.all(parts.map((part) => fitRouter(part, topicSpace, options)));
    const merged = mergeRouters(routers).toJSON();
    const direct = (await fitRouter(records, topicSpace, options)).toJSON();
    // Every part is one topic, and so one cluster: no sum is split.
    const { clusters, ...rest } = direct;
    expect(merged).toMatchObject({ ...rest, clusters: { size: clusters.size } });
    const novelties = merged.clusters.distanceQuantiles!.map((distance) => noveltyIn(direct, distance));
    novelties.forEach((novelty, i) => {
      expect(Math.abs(novelty - i / 100)).toBeLessThanOrEqual(0.02);
    });
  });

  it('does not depend on the order', async () => {
    const [a, b, c] = [await fit(firstPart), await fit(secondPart), await fit([...firstPart, ...secondPart])];
    const expected = mergeRouters([a, b, c]).fingerprint;
    expect(mergeRouters([c, a, b]).fingerprint).toBe(expected);
    expect(mergeRouters([b, c, a]).fingerprint).toBe(expected);
  });

  it('of one router is that router, and of equal distances has them', () => {
    const router = Router.fromJSON(unpriced);
    expect(mergeRouters([router]).fingerprint).toBe(router.fingerprint);
    const twice = mergeRouters([router, router]).toJSON();
    expect(twice.clusters).toEqual({ ...unpriced.clusters, size: [20, 20] });
    expect(twice.cells.count).toEqual([20, 20, 20, 20]);
  });

  it('does not know a novelty that one of them does not know', () => {
    const changed = { ...unpriced.options, estimator: 'nearest', shrinkage: 0 } as const;
    const known = Router.fromJSON({ ...unpriced, options: changed });
    const router = mergeRouters([known, Router.fromJSON(priced)]);
    expect(router.route([1, 0]).novelty).toBeNull();
    expect(router.toJSON().prices).toEqual(priced.prices);
    expect(router.toJSON().embedding.canary).toBe(unpriced.embedding.canary);
  });

  it('keeps the least of what only tells how the centroids were found', async () => {
    const merged = mergeRouters([
      await fit(firstPart, { seed: 7, restarts: 3, maxIterations: 9, beta: 4 }),
      await fit(secondPart, { seed: 8, restarts: 2, maxIterations: 99 }),
    ]);
    expect(merged.toJSON().options).toMatchObject({ seed: 7, restarts: 2, maxIterations: 9, beta: 4 });
  });

  it('takes the default α of those with costs', async () => {
    const free = await fit([record('free', direction(0), { a: [1, null] })]);
    const paid = await fit(firstPart, { defaultAlpha: 0.4 });
    expect(mergeRouters([free, paid]).toJSON().options.defaultAlpha).toBe(0.4);
    expect(mergeRouters([free, free]).toJSON().options.defaultAlpha).toBe(1);
  });

  it('has the embedder of the first that can embed', async () => {
    const records = [{ query: 'alpha', records: { a: 1 } }];
    const options = { centroids: [new Array<number>(8).fill(1)] };
    const embedding = await fitRouter(records, letterEmbedder, options);
    const loaded = Router.fromJSON(embedding.toJSON());
    expect((await mergeRouters([loaded, embedding]).routeQuery('beta')).model).toBe('a');
    await expectRouterError(() => mergeRouters([loaded, loaded]).routeQuery('beta'), 'embedder_missing', /^router: /);
  });

  it('refuses routers that do not belong together, by place', async () => {
    const base = await fit(firstPart);
    const refuses = (
      routers: unknown,
      message: string,
      code: 'invalid_options' | 'embedder_mismatch' = 'invalid_options',
    ) => expectRouterError(() => mergeRouters(routers as Router[]), code, message);
    await refuses([], 'routers: expected at least one router, got none');
    await refuses(base, 'routers: expected an array of routers, got an object');
    const trap = new Proxy([base], {
      get(target, key) {
        if (key === '0') throw new Error('a trap');
        return Reflect.get(target, key) as unknown;
      },
    });
    await refuses(trap, 'routers[0]: expected a value that can be read, got the error: a trap');
    await refuses(
      new Array(2 ** 32 - 1),
      'routers[0]: expected a router made by fitRouter or Router.fromJSON, got undefined',
    );
    await refuses([base, {}], 'routers[1]: expected a router made by fitRouter or Router.fromJSON, got an object');
    await refuses(
      [base, await fit(firstPart, { centroids: [direction(1), direction(90)] })],
      'routers[1]: expected the centroids of routers[0], to the last bit, got others',
    );
    await refuses(
      [base, await fit(firstPart, { shrinkage: 3 })],
      'routers[1].options.shrinkage: expected 10, as routers[0].options has it, got 3',
    );
    await refuses(
      [base, await fit(firstPart, { defaultAlpha: 0.5 })],
      'routers[1].options.defaultAlpha: expected 0.7, as routers[0].options has it, got 0.5',
    );
    const reference = { rule: 'reference', beta: 9 };
    await refuses(
      [await fit(firstPart, reference), await fit(firstPart, { ...reference, beta: 8 })],
      'routers[1].options.beta: expected 9, as routers[0].options has it, got 8',
    );
    await refuses(
      [base, await fitRouter(firstPart, { id: 'other', dimensions: 2 }, { centroids: axes })],
      'routers[1]: expected the vector space "plane" of routers[0], got "other"',
      'embedder_mismatch',
    );
    await refuses(
      [base, await fit([record('free', direction(0), { d: [1, null] })])],
      'routers: expected a cost of "d" in one of them, as other models have one, got none',
    );
    await refuses(
      [Router.fromJSON(priced), Router.fromJSON(priced).withPrices({ large: { input: 1, output: 2 } })],
      'routers[1].prices.large: expected { input: 20, output: 100 }, as another of them has it (see withPrices), got { input: 1, output: 2 }',
    );
    const embedding = { ...unpriced.embedding, canary: 'AAAAAAAAgD8AAIA/AAAAAA==' };
    await refuses(
      [Router.fromJSON(unpriced), Router.fromJSON({ ...unpriced, embedding })],
      'routers[1]: expected a cosine of at least 0.98 with the canary text 0 of routers[0], got 0.000',
      'embedder_mismatch',
    );
  });
});

/** The share of quantiles below a distance, linear between them: written anew. */
function noveltyIn(state: RouterState, distance: number): number {
  const quantiles = state.clusters.distanceQuantiles!;
  const below = quantiles.filter((quantile) => quantile < distance).length;
  if (below === 0 || below === quantiles.length) return Number(below > 0);
  const [from, to] = [quantiles[below - 1]!, quantiles[below]!];
  return (below - 1 + (distance - from) / (to - from)) / 100;
}
