import { describe, expect, it } from 'vitest';
import { fitRouter, Router, type RevisableOptions } from '../../src/index.js';
import { expectRouterError, simulatedRecords, topicSpace } from '../support.js';
import { priced, unpriced } from './support.js';

describe('withOptions', () => {
  it('reads the same sums in another way', () => {
    const router = Router.fromJSON(unpriced);
    const { defaultAlpha, ...changes }: Partial<RevisableOptions> = {
      estimator: 'nearest',
      nearestClusters: 2,
      shrinkage: 0,
      defaultAlpha: 0.25,
    };
    const revised = router.withOptions({ ...changes, defaultAlpha: 0.25 });
    // The mean of the clusters' means, .9 and .8.
    expect(revised.route([1, 0], 1).ranking[0]).toMatchObject({
      model: 'large',
      performance: expect.closeTo(0.85, 12),
    });
    expect(revised.route([1, 0]).alpha).toBe(defaultAlpha);
    expect(revised.toJSON()).toEqual({ ...unpriced, options: { ...unpriced.options, ...changes, defaultAlpha } });
    expect(router.toJSON()).toEqual(unpriced);
  });

  it.each<Partial<RevisableOptions>>([
    { rule: 'paper', estimator: 'nearest' },
    { rule: 'reference', estimator: 'nearest', beta: 3 },
    { estimator: 'linear', shrinkage: 2 },
  ])('gives the router that was fitted so: %o', async (options) => {
    const shared = { clusters: 4, defaultAlpha: 0.5 };
    const router = await fitRouter(simulatedRecords(), topicSpace, shared);
    const direct = await fitRouter(simulatedRecords(), topicSpace, { ...shared, ...options });
    expect(JSON.stringify(router.withOptions(options))).toBe(JSON.stringify(direct));
  });

  it('leaves what is not named, or undefined', () => {
    const router = Router.fromJSON(unpriced);
    expect(router.withOptions({}).fingerprint).toBe(router.fingerprint);
  });

  it.each<[options: object, message: string]>([
    [{ rule: 'paper' }, "options.estimator: expected 'nearest' with the rule 'paper', got 'kernel'"],
    [{ shrinkage: -1 }, 'options.shrinkage: expected a number from 0 to 1e50, got -1'],
    [{ nearestClusters: 3 }, 'options.nearestClusters: expected at most the 2 clusters, got 3'],
    [
      { clusters: 2 },
      'options: expected only the keys rule, estimator, shrinkage, nearestClusters, beta, defaultAlpha, got the key "clusters"',
    ],
  ])('refuses %o', async (options, message) => {
    await expectRouterError(() => Router.fromJSON(unpriced).withOptions(options), 'invalid_options', message);
  });

  it('refuses what the sums cannot answer', async () => {
    await expectRouterError(
      () => Router.fromJSON(priced).withOptions({ estimator: 'kernel' }),
      'invalid_options',
      "options.estimator: expected another estimator in a router without the 101 quantiles of distances, whose median it needs, got 'kernel'",
    );
    const free = await fitRouter([{ query: 'q', records: { a: 1 }, embedding: [1, 0] }], { id: 'x', dimensions: 2 });
    await expectRouterError(
      () => free.withOptions({ defaultAlpha: 0.5 }),
      'invalid_options',
      'options.defaultAlpha: expected 1 in a router without costs, got 0.5',
    );
  });
});
