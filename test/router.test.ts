import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { fitRouter, flipPoints, Router, type RouteConstraints, type RouterState } from '../src/index.js';
import {
  expectRouterError,
  letterEmbedder,
  letterVector,
  direction,
  record,
  simulatedRecords,
  topicSpace,
} from './support.js';

const v1 = JSON.parse(readFileSync(new URL('fixtures/router-state-v1.json', import.meta.url), 'utf8')) as RouterState;
const space = { id: 'plane', dimensions: 2 };

/** Two clusters on the axes: `c` was never run near the second; `b` is cheap, `a` is good. */
function handMade(options: object = {}): Promise<Router> {
  const records = [
    record('x1', direction(0), { a: [1, 3], b: [0, 1], c: [1, 2] }),
    record('x2', direction(2), { a: [1, 5], b: [1, 1], c: [0, 2] }),
    record('y1', direction(90), { a: [1, 8], b: [1, 2] }),
    record('y2', direction(88), { a: [0, 8], b: [1, 2] }),
  ];
  const centroids = [direction(1), direction(89)];
  return fitRouter(records, space, { centroids, nearestClusters: 1, shrinkage: 0, rule: 'paper', ...options });
}

describe('route', () => {
  it('gives the decision worked out by hand', async () => {
    const router = await handMade();
    const decision = router.route([2, 0], 0.75);
    // Cluster 0: p = (1, .5, .5), q = (4, 1, 2); p̃ = (1, 0, 0), 1 − q̃ = (0, 1, 2/3). Scores .75, .25, 1/6.
    // Half a chord: 2 sin(½°) from the centroid at 1°.
    expect(decision).toEqual({
      model: 'a',
      basis: 'query',
      alpha: 0.75,
      margin: expect.closeTo(0.5, 12),
      fallback: null,
      kept: false,
      ranking: [
        // Pooled variances: a, b (0 + ½)/(1 + 1) = ¼ each, c ½/1. Of a mean of two: √((SS + σ²)/2²).
        { model: 'a', score: 0.75, performance: 1, cost: 4, count: 2, standardError: 0.25 },
        {
          model: 'b',
          score: 0.25,
          performance: 0.5,
          cost: 1,
          count: 2,
          standardError: expect.closeTo(Math.sqrt(0.75) / 2, 12),
        },
        { model: 'c', score: expect.closeTo(1 / 6, 12), performance: 0.5, cost: 2, count: 2, standardError: 0.5 },
      ],
      excluded: [],
      clusters: [{ cluster: 0, distance: expect.closeTo(2 * Math.sin(Math.PI / 360), 7), weight: 1 }],
      novelty: expect.any(Number) as number,
      router: router.fingerprint,
    });
  });

  it('never picks a model that was not run nearby', async () => {
    const router = await handMade();
    const decision = router.route(direction(90), 0);
    expect(decision.excluded).toEqual([{ model: 'c', reason: 'unobserved' }]);
    expect(decision.ranking.map(({ model }) => model)).toEqual(['b', 'a']);
    const both = await handMade({ nearestClusters: 2 });
    expect(both.route(direction(90)).excluded).toEqual([]);
    await expectRouterError(
      () => router.route(direction(90), 0, { models: ['c'] }),
      'no_eligible_model',
      'constraints.models: expected one of "a", "b", got "c"',
    );
  });

  it('breaks ties by performance, then cost, then name', async () => {
    const tied = async (outcomes: Parameters<typeof record>[2]): Promise<string[]> => {
      const router = await fitRouter([record('q', [1, 0], outcomes)], space, { rule: 'paper', shrinkage: 0 });
      return router.route([1, 0], 0.5).ranking.map(({ model }) => model);
    };
    // p̃ and 1 − q̃ are (1, 0) and (0, 1): both score .5.
    expect(await tied({ cheap: [0, 1], good: [1, 2] })).toEqual(['good', 'cheap']);
    expect(await tied({ c: [1, 1], b: [1, 1], a: [1, 1] })).toEqual(['a', 'b', 'c']);
  });

  it('prefers the cheaper of two that score and perform alike', async () => {
    // At α = 1 only performance counts.
    const router = await fitRouter([record('q', [1, 0], { a: [1, 2], b: [1, 1], c: [0, 1] })], space);
    expect(router.route([1, 0], 1).ranking.map(({ model }) => model)).toEqual(['b', 'a', 'c']);
  });

  it('looks at the near clusters by Euclidean distance, with equal weights', async () => {
    const router = await fitRouter(simulatedRecords(), topicSpace, {
      clusters: 5,
      nearestClusters: 3,
      estimator: 'nearest',
    });
    const { clusters } = router.route([1, 1, 0, 0, 0]);
    expect(clusters.map(({ weight }) => weight)).toEqual([1 / 3, 1 / 3, 1 / 3]);
    const distances = clusters.map(({ distance }) => distance);
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
  });

  it('says how far out a query lies', async () => {
    const router = await fitRouter(simulatedRecords(), topicSpace, { clusters: 3 });
    expect(router.route([0, 0, 0, 0, -1]).novelty).toBe(1);
    expect(router.route([1, 0, 0, 0.06, 0.1]).novelty).toBeLessThan(0.5);
  });

  it('takes any array-like of numbers, of any length but zero', async () => {
    const router = await handMade();
    const expected = router.route([0.6, 0.8]);
    expect(router.route(Float32Array.of(3, 4))).toEqual(expected);
    expect(router.route(Float64Array.of(0.006, 0.008))).toEqual(expected);
    expect(router.route({ length: 2, 0: 6, 1: 8 })).toEqual(expected);
  });

  it('works with one record and one model', async () => {
    const router = await fitRouter([{ query: 'q', records: { only: 1 }, embedding: [1, 0] }], space);
    const decision = router.route([0, 1]);
    expect(decision.model).toBe('only');
    expect(decision.margin).toBeNull();
    expect(decision.ranking).toEqual([
      { model: 'only', score: 0.5, performance: 1, cost: null, count: 1, standardError: null },
    ]);
  });

  it("weighs clusters by softmax in the rule 'reference'", async () => {
    const router = await handMade({ rule: 'reference', nearestClusters: 2, beta: 9 });
    const { clusters } = router.route(direction(45), 1);
    expect(clusters.map(({ weight }) => weight)).toEqual([expect.closeTo(0.5, 5), expect.closeTo(0.5, 5)]);
    expect(clusters[0]!.distance).toBeCloseTo(1 - Math.cos((44 * Math.PI) / 180), 6);
    const near = router.route(direction(1), 1).clusters;
    const ratio = Math.exp(-9 * (1 - Math.cos((88 * Math.PI) / 180)));
    expect(near.map(({ weight }) => weight)).toEqual([
      expect.closeTo(1 / (1 + ratio), 5),
      expect.closeTo(ratio / (1 + ratio), 5),
    ]);
  });
});

describe('a router of performance only', () => {
  const records = simulatedRecords().map((record) => ({ ...record, usages: {} }));

  it('routes at α = 1 with unknown costs', async () => {
    for (const rule of ['global', 'paper', 'reference'] as const) {
      const router = await fitRouter(records, topicSpace, { rule });
      const decision = router.route([0, 1, 0, 0, 0]);
      expect(decision.alpha).toBe(1);
      expect(decision.model).toBe('large');
      expect(decision.ranking.map(({ cost }) => cost)).toEqual([null, null]);
      expect(Router.fromJSON(JSON.parse(JSON.stringify(router))).route([0, 1, 0, 0, 0])).toEqual(decision);
    }
  });

  it('refuses what needs a cost', async () => {
    const router = await fitRouter(records, topicSpace);
    await expectRouterError(
      () => router.route([0, 1, 0, 0, 0], 0.5),
      'invalid_alpha',
      'alpha: expected 1 in a router fitted without costs, got 0.5',
    );
    await expectRouterError(
      () => router.route([0, 1, 0, 0, 0], 1, { maxCost: 1 }),
      'invalid_constraints',
      'constraints.maxCost: expected no limit in a router fitted without costs, got 1',
    );
    await expectRouterError(
      () => fitRouter(records, topicSpace, { defaultAlpha: 0.5 }),
      'invalid_options',
      'options.defaultAlpha: expected 1, as no record carries a cost, got 0.5',
    );
  });
});

describe('constraints', () => {
  it.each<[RouteConstraints, string[], Record<string, string>]>([
    [{}, ['a', 'b', 'c'], {}],
    [{ models: ['b', 'a', 'not known'] }, ['a', 'b'], { c: 'not_allowed' }],
    [{ exclude: ['a', 'not known'] }, ['b', 'c'], { a: 'excluded' }],
    [{ maxCost: 2 }, ['b', 'c'], { a: 'max_cost' }],
    [{ minPerformance: 0.6 }, ['a'], { b: 'min_performance', c: 'min_performance' }],
    [{ models: ['a', 'b'], exclude: ['c', 'b'] }, ['a'], { b: 'excluded', c: 'not_allowed' }],
    [{ maxCost: Infinity, minPerformance: 0 }, ['a', 'b', 'c'], {}],
  ])('%o leave %o', async (constraints, candidates, reasons) => {
    const router = await handMade();
    const decision = router.route([1, 0], 0.75, constraints);
    expect(decision.ranking.map(({ model }) => model)).toEqual(candidates);
    expect(Object.fromEntries(decision.excluded.map(({ model, reason }) => [model, reason]))).toEqual(reasons);
    const unconstrained = router.route([1, 0], 0.75).ranking;
    expect(decision.ranking).toEqual(unconstrained.filter(({ model }) => candidates.includes(model)));
  });

  it('leave none: an error that says why', async () => {
    const router = await handMade();
    await expectRouterError(
      () => router.route([1, 0], 0.5, { maxCost: 1.5, minPerformance: 0.9, exclude: ['c'] }),
      'no_eligible_model',
      'constraints.maxCost: expected at least 4, which leaves "a", got 1.5',
    );
    await expectRouterError(
      () =>
        router.routeBatch(
          [
            [1, 0],
            [0, 1],
          ],
          0.5,
          { models: ['c'] },
        ),
      'no_eligible_model',
      'embeddings[1]: constraints.models: expected one of "a", "b", got "c"',
    );
  });

  it.each<[unknown, string]>([
    [null, 'constraints: expected an object, got null'],
    [7, 'constraints: expected an object, got 7'],
    [['a'], 'constraints: expected an object, got an array of 1'],
    [
      { model: 'a' },
      'constraints: expected only the keys models, exclude, avoid, maxCost, minPerformance, minCount, notWorseThan, maxNovelty, ' +
        'fallback, current, switchMargin, inputTokens, got the key "model"',
    ],
    [{ models: 'a' }, 'constraints.models: expected an array of model names, got "a"'],
    [{ models: ['a', 3] }, 'constraints.models[1]: expected a model name, got 3'],
    [{ exclude: {} }, 'constraints.exclude: expected an array of model names, got an object'],
    [{ maxCost: -1 }, 'constraints.maxCost: expected USD a query, a number ≥ 0, got -1'],
    [{ maxCost: NaN }, 'constraints.maxCost: expected USD a query, a number ≥ 0, got NaN'],
    [{ maxCost: '1' }, 'constraints.maxCost: expected USD a query, a number ≥ 0, got "1"'],
    [{ minPerformance: 90 }, 'constraints.minPerformance: expected a number from 0 to 1, got 90'],
  ])('%o are refused', async (constraints, message) => {
    const router = await handMade();
    await expectRouterError(
      () => router.route([1, 0], 0.5, constraints as RouteConstraints),
      'invalid_constraints',
      message,
    );
  });

  it('may be given as undefined', async () => {
    const router = await handMade();
    const undefinedConstraints: Required<RouteConstraints> = {
      models: undefined,
      exclude: undefined,
      avoid: undefined,
      maxCost: undefined,
      minPerformance: undefined,
      minCount: undefined,
      notWorseThan: undefined,
      maxNovelty: undefined,
      fallback: undefined,
      current: undefined,
      switchMargin: undefined,
      inputTokens: undefined,
    };
    expect(router.route([1, 0], undefined, undefinedConstraints)).toEqual(router.route([1, 0]));
  });
});

describe('malformed α and embeddings', () => {
  it.each([-0.1, 1.1, NaN, Infinity, '0.5', null, true])('α = %o', async (alpha) => {
    const router = await handMade();
    const shown = typeof alpha === 'string' ? `"${alpha}"` : String(alpha);
    const message = `alpha: expected a number from 0 to 1, got ${shown}`;
    await expectRouterError(() => router.route([1, 0], alpha as number), 'invalid_alpha', message);
    await expectRouterError(() => router.routeBatch([[1, 0]], alpha as number), 'invalid_alpha', message);
  });

  it.each<[unknown, string]>([
    [undefined, 'expected an array of numbers, got undefined'],
    ['1, 0', 'expected an array of numbers, got "1, 0"'],
    [[1, 0, 0], 'expected 2 dimensions, got 3'],
    [[], 'expected 2 dimensions, got 0'],
    [[0, 0], 'expected a vector with a direction, got zeros only'],
  ])('embedding = %o', async (embedding, message) => {
    const router = await handMade();
    await expectRouterError(() => router.route(embedding as number[]), 'invalid_embedding', `embedding: ${message}`);
    await expectRouterError(
      () => router.routeBatch([[1, 0], embedding as number[]]),
      'invalid_embedding',
      `embeddings[1]: ${message}`,
    );
  });

  it('a batch that is no array', async () => {
    const router = await handMade();
    await expectRouterError(
      () => router.routeBatch(7 as never),
      'invalid_embedding',
      'embeddings: expected an array of vectors, got 7',
    );
  });
});

describe('routeBatch', () => {
  it('gives the decisions of route, one by one', async () => {
    for (const rule of ['global', 'paper', 'reference'] as const) {
      const router = await fitRouter(simulatedRecords(), topicSpace, { rule, clusters: 7 });
      const embeddings = Array.from({ length: 150 }, (_, i) => [i % 7, i % 5, i % 3, 1, (i % 11) / 3]);
      expect(router.routeBatch(embeddings, 0.4)).toEqual(embeddings.map((embedding) => router.route(embedding, 0.4)));
    }
  });

  it('of nothing is nothing', async () => {
    expect((await handMade()).routeBatch([])).toEqual([]);
  });

  it('says which embedding a getter of the array hides', async () => {
    const router = await handMade();
    const embeddings = [[1, 0], []];
    const cause = new Error('gone');
    Object.defineProperty(embeddings, 1, {
      get() {
        throw cause;
      },
    });
    await expectRouterError(
      () => router.routeBatch(embeddings),
      'invalid_embedding',
      'embeddings[1]: expected a value that can be read, got the error: gone',
    );
  });
});

describe('prior', () => {
  it('decides by the means over all records, and says so', async () => {
    const router = await handMade({ rule: 'global' });
    // p: a 3/4, b 3/4, c 1/2; q: a 6, b 1.5, c 2. Cells observed: p from .5 to 1, q from 1 to 8.
    const decision = router.prior(0.5);
    expect(decision.basis).toBe('prior');
    expect(decision.model).toBe('b');
    const score = (p: number, q: number): number => 0.5 * ((p - 0.5) / 0.5) + 0.5 * (1 - (q - 1) / 7);
    expect(decision.ranking.map(({ model, count }) => [model, count])).toEqual([
      ['b', 4],
      ['c', 2],
      ['a', 4],
    ]);
    expect(decision.ranking.map(({ score }) => score)).toEqual([
      expect.closeTo(score(0.75, 1.5), 12),
      expect.closeTo(score(0.5, 2), 12),
      expect.closeTo(score(0.75, 6), 12),
    ]);
    expect(decision.margin).toBeCloseTo(score(0.75, 1.5) - score(0.5, 2), 12);
    // b scored (0, 1) and (1, 1): σ² = ½/2, and of the mean of all four √((½ + ¼ + ¼)/4²).
    expect(decision.ranking[0].standardError).toBeCloseTo(0.25, 12);
    expect(router.prior(1, { models: ['c'] }).ranking.map(({ model }) => model)).toEqual(['c']);
    await expectRouterError(() => router.prior(2), 'invalid_alpha', 'alpha: expected a number from 0 to 1, got 2');
    await expectRouterError(() => router.prior(1, { maxCost: 1 }), 'no_eligible_model', /^prior: /);
  });

  it.each(['paper', 'reference', 'overall'] as const)(
    'takes the scale of the overall means with the rule %s',
    async (rule) => {
      const router = await handMade({ rule });
      // At α = 0 the cheapest (1.5), at α = 1 the best (a and b, .75: the cheaper).
      expect(router.prior(0).model).toBe('b');
      expect(router.prior(1).ranking.map(({ score }) => score)).toEqual([1, 1, 0]);
    },
  );
});

describe('fingerprint', () => {
  it('is that of the state, on every decision, before and after its JSON', async () => {
    const router = await handMade();
    expect(router.fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect([router.route([1, 0]), router.prior(), ...router.routeBatch([[0, 1]])].map(({ router }) => router)).toEqual(
      Array(3).fill(router.fingerprint),
    );
    expect(Router.fromJSON(JSON.parse(JSON.stringify(router))).fingerprint).toBe(router.fingerprint);
    const reversed = (value: unknown): unknown =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, entry]) => [key, reversed(entry)]),
          )
        : value;
    expect(Router.fromJSON(reversed(router.toJSON())).fingerprint).toBe(router.fingerprint);
  });

  it('is another for another state, whichever field differs', async () => {
    const fitted = (await handMade({ estimator: 'nearest', rule: 'global' })).toJSON();
    // Room for other sums that do not contradict the rest.
    const count = fitted.cells.count.map((value) => 3 * value);
    const clusters = { ...fitted.clusters, size: [9, 9] };
    const state: RouterState = { ...fitted, cells: { ...fitted.cells, count }, clusters };
    const changes: ((draft: { -readonly [K in keyof RouterState]: RouterState[K] }) => void)[] = [
      (draft) => (draft.models = ['a', 'b', 'd']),
      (draft) => (draft.centroids = draft.centroids.replace(/./, (letter) => (letter === 'A' ? 'B' : 'A'))),
      (draft) => (draft.embedding = { ...draft.embedding, id: 'other' }),
      ...Object.entries({
        nearestClusters: 2,
        rule: 'paper',
        estimator: 'kernel',
        beta: 1,
        shrinkage: 1,
        defaultAlpha: 0,
      }).map(([key, value]) => (draft: { options: RouterState['options'] }) => {
        draft.options = { ...draft.options, [key]: value };
      }),
      ...(Object.entries(state.cells) as [string, number[]][]).map(
        ([name, values]) =>
          (draft: { cells: RouterState['cells'] }) => {
            draft.cells = {
              ...draft.cells,
              [name]: values.map((value) =>
                name.endsWith('ount') ? value + 1 : value * (name === 'scoreSquareSum' ? 0.75 : 1.25),
              ),
            };
          },
      ),
      (draft) => (draft.clusters = { ...draft.clusters, size: [9, 8] }),
      (draft) => (draft.clusters = { ...draft.clusters, distanceQuantiles: Array<number>(101).fill(1) }),
    ];
    const prints = changes.map((change) => {
      const draft = structuredClone(state);
      change(draft);
      return Router.fromJSON(draft).fingerprint;
    });
    expect(new Set([...prints, Router.fromJSON(state).fingerprint]).size).toBe(changes.length + 1);
  });
});

describe('models to avoid', () => {
  it('come last in the ranking, and first when nobody else is left', async () => {
    const router = await handMade();
    const free = router.route([2, 0], 0.75);
    expect(free.ranking.map(({ model }) => model)).toEqual(['a', 'b', 'c']);
    const cooled = router.route([2, 0], 0.75, { avoid: ['a', 'unknown'] });
    expect(cooled.ranking.map(({ model }) => model)).toEqual(['b', 'c', 'a']);
    expect(cooled.margin).toBeCloseTo(0.25 - 1 / 6, 12);
    expect(cooled.excluded).toEqual([]);
    expect(router.route([2, 0], 0.75, { avoid: ['a', 'b', 'c'] })).toEqual(free);
    expect(router.route([2, 0], 0.75, { avoid: ['a', 'b'], exclude: ['c'] }).model).toBe('a');
    expect(router.route([2, 0], 0.75, { models: ['a', 'b'], avoid: ['a'] }).margin).toBeCloseTo(-0.5, 12);
    expect(flipPoints(router, [2, 0], { avoid: ['b'] }).map(({ model }) => model)).toEqual(['c', 'a']);
  });
});

describe('embedders of a router', () => {
  const records = simulatedRecords().map(({ embedding: _, ...record }) => record);

  it('routeQuery embeds, then routes', async () => {
    const router = await fitRouter(records, letterEmbedder);
    expect(await router.routeQuery('query 7', 0.3)).toEqual(router.route(letterVector('query 7'), 0.3));
    const loaded = Router.fromJSON(router.toJSON(), letterEmbedder);
    expect(await loaded.routeQuery('query 7', 0.3, { exclude: ['small'] })).toEqual(
      router.route(letterVector('query 7'), 0.3, { exclude: ['small'] }),
    );
  });

  it('are handed the signal, and a text', async () => {
    const seen: unknown[] = [];
    const router = Router.fromJSON(v1, {
      id: 'two-axes',
      embed: (texts, { signal }) => {
        seen.push(signal);
        return Promise.resolve(texts.map(() => [1, 0]));
      },
    });
    const { signal } = new AbortController();
    expect((await router.routeQuery('q', 0.5, {}, { signal })).basis).toBe('query');
    expect(seen).toEqual([signal]);
    const reason = new Error('gone');
    await expect(router.routeQuery('q', 0.5, {}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    for (const query of ['', ' \n', undefined as unknown as string]) {
      await expectRouterError(
        () => router.routeQuery(query),
        'invalid_embedding',
        /^query: expected a text to embed, got /,
      );
    }
    expect(seen).toHaveLength(1);
  });

  it('must be of the vector space of the state', async () => {
    await expectRouterError(
      () => Router.fromJSON(v1, letterEmbedder),
      'embedder_mismatch',
      'embedder: expected the vector space "two-axes", got "letters"',
    );
    await expectRouterError(
      () => Router.fromJSON(v1, { id: 'two-axes', dimensions: 3 }),
      'embedder_mismatch',
      'embedder: expected 2 dimensions, got 3',
    );
    await expectRouterError(
      () => Router.fromJSON(v1, () => Promise.resolve([])),
      'embedder_mismatch',
      'embedder: expected the vector space "two-axes", got "custom"',
    );
  });

  it('are missing where a router was loaded without one', async () => {
    const message = 'router: expected an embedder of "two-axes" that can embed, got none; pass it to Router.fromJSON';
    await expectRouterError(() => Router.fromJSON(v1).routeQuery('q'), 'embedder_missing', message);
    await expectRouterError(
      () => Router.fromJSON(v1, { id: 'two-axes', dimensions: 2 }).routeQuery('q'),
      'embedder_missing',
      message,
    );
    await expectRouterError(() => Router.fromJSON(v1).verifyEmbedder(), 'embedder_missing', message);
  });

  it('fail loudly', async () => {
    const router = Router.fromJSON(v1, { id: 'two-axes', embed: () => Promise.reject(new Error('503')) });
    await expectRouterError(
      () => router.routeQuery('q'),
      'embedder_failed',
      'embedder "two-axes" for query: expected vectors, got the error: 503',
    );
  });
});

describe('verifyEmbedder', () => {
  /** The canary of the fixture is (1, 0) and (0, 1). */
  const answering = (first: number[], second: number[]): Router =>
    Router.fromJSON(v1, {
      id: 'two-axes',
      embed: vi.fn((texts: readonly string[]) =>
        Promise.resolve(texts.map((text) => (text.startsWith('A train') ? first : second))),
      ),
    });

  it('is content with the vectors of the fit, and with rounding', async () => {
    await expect(answering([5, 0], [0, 1]).verifyEmbedder()).resolves.toBeUndefined();
    // cos 11° = .9816
    await expect(answering(direction(11), direction(79)).verifyEmbedder()).resolves.toBeUndefined();
  });

  it('notices another vector space behind the same name', async () => {
    // cos 12° = .9781
    await expectRouterError(
      () => answering([1, 0], direction(78)).verifyEmbedder(),
      'embedder_mismatch',
      'embedder "two-axes": expected a cosine of at least 0.98 with its vector at fit on canary text 1, got 0.978',
    );
    await expectRouterError(
      () => answering([1, 0, 0], [0, 1, 0]).verifyEmbedder(),
      'embedder_mismatch',
      'embedder "two-axes": expected 2 dimensions, got 3',
    );
  });

  it('needs a canary', async () => {
    const state = structuredClone(v1) as { embedding: { canary?: string } };
    delete state.embedding.canary;
    const router = Router.fromJSON(state, { id: 'two-axes', embed: () => Promise.resolve([[1, 0]]) });
    await expectRouterError(
      () => router.verifyEmbedder(),
      'invalid_state',
      'state.embedding.canary: expected vectors taken at fit, got none: nothing could embed then',
    );
  });
});
