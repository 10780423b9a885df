import { describe, expect, it } from 'vitest';
import { fitRouter, Router } from '../../src/index.js';
import { expectRouterError, letterEmbedder, letterVector, simulatedRecords, topicSpace } from '../support.js';
import { priced } from './support.js';

describe('withoutModels', () => {
  it('drops what the model has, and nothing else', () => {
    const router = Router.fromJSON(priced);
    const small = router.withoutModels(['large']);
    expect(small.toJSON()).toEqual({
      ...priced,
      models: ['small'],
      cells: {
        count: [10, 10],
        scoreSum: [3, 8],
        scoreSquareSum: [3, 8],
        costCount: [10, 10],
        costSum: [0.006, 0.006],
        tokenCount: [10, 10],
        inputTokenSum: [1000, 2000],
        outputTokenSum: [400, 200],
      },
      prices: { small: { input: 2, output: 10 } },
    });
    expect(small.route([1, 0]).model).toBe('small');
    expect(router.toJSON()).toEqual(priced);
  });

  it('is the fit without the model on these centroids, byte for byte', async () => {
    const records = simulatedRecords();
    const prices = { large: { input: 1, output: 2 }, small: { input: 3, output: 4 } };
    const centroids = [0, 1, 2].map((topic) => [0, 1, 2, 3, 4].map((i) => (i === topic ? 1 : 0)));
    const options = { centroids, prices };
    const router = await fitRouter(records, topicSpace, options);
    const without = await fitRouter(records, topicSpace, { ...options, excludedModels: ['small'] });
    expect(JSON.stringify(router.withoutModels(['small']))).toBe(JSON.stringify(without));
  });

  it('forgets token sums and prices with the last model that had them', async () => {
    const records = simulatedRecords().map(({ usages, ...record }) => ({
      ...record,
      usages: { large: usages!.large!, small: { cost: 0.001 } },
    }));
    const router = await fitRouter(records, topicSpace, { prices: { large: { input: 1, output: 2 } } });
    const state = router.withoutModels(['large']).toJSON();
    expect(state).not.toHaveProperty('prices');
    expect(state.cells).not.toHaveProperty('tokenCount');
  });

  it('keeps the embedder', async () => {
    const records = ['alpha', 'beta'].map((query) => ({ query, records: { a: 1, b: 0 } }));
    const router = (await fitRouter(records, letterEmbedder)).withoutModels(['a']);
    expect(await router.routeQuery('alpha')).toEqual(router.route(letterVector('alpha')));
  });

  it('refuses strangers, and to be left without a model', async () => {
    const router = Router.fromJSON(priced);
    await expectRouterError(
      () => router.withoutModels(['small', 'huge']),
      'invalid_options',
      'names[1]: expected a model of the router (large, small), got "huge"',
    );
    await expectRouterError(
      () => router.withoutModels(['large', 'small']),
      'invalid_options',
      'names: expected names that leave a model, got those of all',
    );
    await expectRouterError(
      () => router.withoutModels('large' as never),
      'invalid_options',
      'names: expected an array of names, got "large"',
    );
    expect(router.withoutModels([]).toJSON()).toEqual(priced);
  });
});
