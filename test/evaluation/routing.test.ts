import { describe, expect, it } from 'vitest';
import { picksAt, promisedTraffic, routeTraffic, winningPicks } from '../../src/evaluation/routing.js';
import type { EvaluationProgress, TrafficOptions } from '../../src/index.js';
import { expectRouterError } from '../support.js';
import { fitExample, fitWithoutCosts, type Model } from '../worked-example.js';

/** A query of math, then one of code, and so on. */
const queries = (count: number) => ({
  embeddings: Array.from({ length: count }, (_, i) => [1 - (i % 2), i % 2]),
  places: Array.from({ length: count }, (_, i) => `query ${i}`),
});

describe('routeTraffic', () => {
  it.each([
    [1, [1]],
    [255, [255]],
    [256, [256]],
    [600, [256, 512, 600]],
  ])('tells of %d queries every 256 and at the end, and waits for whoever is told', async (count, expected) => {
    const told: EvaluationProgress[] = [];
    let busy = false;
    const onProgress = async (progress: EvaluationProgress): Promise<void> => {
      expect(busy).toBe(false);
      told.push(progress);
      busy = true;
      await new Promise((resolve) => setTimeout(resolve));
      busy = false;
    };
    const routed = await routeTraffic(await fitExample(), queries(count), { onProgress });
    expect([routed.queries.length, busy]).toEqual([count, false]);
    expect(told).toEqual(expected.map((completed) => ({ stage: 'route', completed, total: count })));
  });

  it('can be aborted, every 256 queries', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    const told: number[] = [];
    const onProgress = ({ completed }: EvaluationProgress): void => {
      told.push(completed);
      controller.abort(reason);
    };
    const routed = routeTraffic(await fitExample(), queries(600), { signal: controller.signal, onProgress });
    await expect(routed).rejects.toBe(reason);
    expect(told).toEqual([256]);
  });

  it('names the query that is wrong, or that nobody can answer', async () => {
    const router = await fitExample();
    const wrong = queries(3);
    wrong.embeddings[1] = [1];
    await expectRouterError(
      () => routeTraffic(router, wrong, {}),
      'invalid_embedding',
      'query 1: embedding: expected 2 dimensions, got 1',
    );
    // Math costs .005 with c.
    await expectRouterError(
      () => routeTraffic(router, queries(3), { constraints: { models: ['c'], maxCost: 0.004 } }),
      'no_eligible_model',
      'query 0: constraints.maxCost: expected at least 0.005, which leaves "c", got 0.004',
    );
    await expectRouterError(
      () => routeTraffic(router, queries(3), { constraints: { minCount: -1 } }),
      'invalid_constraints',
      'constraints.minCount: expected a number of scores ≥ 0, got -1',
    );
  });
});

describe('the models of each query', () => {
  it('are the last winners before an α', () => {
    const winners = [
      [{ alpha: 0, model: 2 }],
      [
        { alpha: 0, model: 0 },
        { alpha: 0.25, model: 1 },
        { alpha: 1, model: 2 },
      ],
    ];
    const picks = [0, 0.2, 0.25, 0.9, 1].map((alpha) => winningPicks(winners, alpha));
    expect(picks).toEqual([0, 0, 1, 1, 2].map((model) => Int32Array.of(2, model)));
  });

  it.each<[string, TrafficOptions<Model>['constraints']]>([
    ['without constraints', {}],
    ['without a model', { exclude: ['a'] }],
    ['with a limit', { maxCost: 0.004 }],
    ['staying with a model', { current: 'b', switchMargin: 0.3 }],
    ['falling back', { minCount: 1e9, fallback: 'b' }],
  ])('are those of a route, at one α and over all: %s', async (_, constraints) => {
    const router = await fitExample();
    const traffic = queries(2);
    const routed = await routeTraffic(router, traffic, { constraints });
    for (let alpha = 0; alpha <= 1; alpha += 1 / 64) {
      const models = router.routeBatch(traffic.embeddings, alpha, constraints).map(({ model }) => model);
      const positions = Int32Array.from(models, (model) => router.models.indexOf(model));
      expect(picksAt(routed, alpha)).toEqual(positions);
      expect(winningPicks(routed.winners!, alpha)).toEqual(positions);
    }
  });
});

it('a policy without costs, or of a rule that is not linear in α, has no winners over α', async () => {
  const routers = [await fitExample({ rule: 'reference' }), await fitWithoutCosts()];
  for (const router of routers) expect((await routeTraffic(router, queries(1), {})).winners).toBeUndefined();
});

it('promised traffic is what the profiles say of those that may answer', async () => {
  const router = await fitExample();
  const traffic = queries(2);
  const routed = await routeTraffic(router, traffic, { constraints: { maxCost: 0.003, models: ['b', 'c'] } });
  // Of a nothing is asked, and c costs .005 on math.
  expect(promisedTraffic(router.models, traffic, routed)).toEqual({
    models: ['a', 'b', 'c'],
    ...traffic,
    datasets: [null],
    datasetOf: Int32Array.of(0, 0),
    textOf: Int32Array.of(0, 1),
    scores: Float64Array.of(NaN, 0.6, NaN, NaN, 0.4, 0.8),
    costs: Float64Array.of(NaN, 0.002, NaN, NaN, 0.002, 0.003),
  });
});
