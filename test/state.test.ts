import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { fitRouter, Router, RouterError, type RouterState } from '../src/index.js';
import { decodeMatrix, encodeMatrix, writeCells } from '../src/state.js';
import { expectRouterError, simulatedRecords, topicSpace } from './support.js';

const fixture = (name: string): RouterState =>
  JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')) as RouterState;
const v1 = fixture('router-state-v1.json');
const v2 = fixture('router-state-v2.json');
const v2WithPrices = fixture('router-state-v2-prices.json');

describe('a state of version 1, written by hand and never to be edited', () => {
  let router: Router;
  beforeEach(() => {
    router = Router.fromJSON(v1);
  });

  it('loads and routes as worked out by hand', () => {
    // Overall means: performance .85 and .55, cost .01 and .001. Cluster 0 has performances .9 and .3:
    // large .7·(.9 − .55)/.3 + .3·0 = .816667, small .7·(.3 − .55)/.3 + .3·1 = −.283333.
    const first = router.route([1, 0]);
    expect(first.model).toBe('large');
    expect(first.ranking.map(({ score }) => score)).toEqual([
      expect.closeTo(0.816667, 5),
      expect.closeTo(-0.283333, 5),
    ]);
    // Cluster 1 has .8 for both: large .7·.833333 = .583333, small .583333 + .3 = .883333.
    const second = router.route([0, 3]);
    expect(second.model).toBe('small');
    expect(second.margin).toBeCloseTo(0.3, 12);
    expect(second.alpha).toBe(0.7);
  });

  it('becomes a state of version 2 that decides alike', () => {
    const options = { ...v1.options, rule: 'overall', estimator: 'nearest' };
    expect(router.toJSON()).toEqual({ ...v1, version: 2, options });
    expect(Router.fromJSON(JSON.parse(JSON.stringify(router))).route([1, 0])).toEqual(router.route([1, 0]));
  });

  it.each(['paper', 'reference'])('keeps the rule %s, which has not changed', (rule) => {
    const state = { ...v1, options: { ...v1.options, rule } };
    expect(Router.fromJSON(state).toJSON().options).toEqual({ ...state.options, estimator: 'nearest' });
  });

  it('is refused with a rule of version 2', async () => {
    const state = { ...v1, options: { ...v1.options, rule: 'overall' } };
    const message = "state.options.rule: expected 'global', 'paper' or 'reference', got \"overall\"";
    await expectRouterError(() => Router.fromJSON(state), 'invalid_state', message);
  });

  it('is refused with a key of version 2', async () => {
    const state = { ...v1, options: { ...v1.options, estimator: 'nearest' } };
    await expectRouterError(() => Router.fromJSON(state), 'invalid_state', /the key "estimator"$/);
    await expectRouterError(() => Router.fromJSON({ ...v1, prices: {} }), 'invalid_state', /the key "prices"$/);
    const withoutDistances = { ...v1, clusters: { size: v1.clusters.size } };
    await expectRouterError(
      () => Router.fromJSON(withoutDistances),
      'invalid_state',
      'state.clusters.distanceQuantiles: expected an array of numbers, got undefined',
    );
  });
});

describe('a state of version 2, written by hand and never to be edited', () => {
  let router: Router;
  beforeEach(() => {
    router = Router.fromJSON(v2);
  });

  it('loads and routes as worked out by hand', () => {
    // Estimator 'kernel' with n₀ = 10 and a median distance of ½, so τ = ¼. From (1, 0) the centroids lie at 0 and √2: weights 1 and
    // 1/(1 + 2/.25)³ = 1/729. Overall means: performance .85 and .55, cost .01 and .001.
    // large (9 + 8/729 + 8.5)/(10 + 10/729 + 10), small (3 + 8/729 + 5.5)/(the same); no cost differs from its overall mean.
    const weight = 20 + 10 / 729;
    const [large, small] = [(17.5 + 8 / 729) / weight, (8.5 + 8 / 729) / weight];
    const [first, second] = router.route([1, 0], 1).ranking;
    expect(first).toMatchObject({
      model: 'large',
      performance: expect.closeTo(large, 12),
      cost: expect.closeTo(0.01, 12),
    });
    expect(second).toMatchObject({ model: 'small', performance: expect.closeTo(small, 12), count: 10 + 10 / 729 });
    // Cells, shrunk with n₀ = 10: .875 and .425, .825 and .675; costs .01 and .001. The range of 'global' is theirs.
    expect(first.score).toBeCloseTo((large - 0.425) / 0.45, 12);
    expect(router.route([1, 0], 0).ranking.map(({ score }) => score)).toEqual([
      expect.closeTo(1, 9),
      expect.closeTo(0, 9),
    ]);
  });

  it('writes the same state again', () => {
    expect(router.toJSON()).toEqual(v2);
    expect(JSON.parse(JSON.stringify(router))).toEqual(v2);
  });

  it('gives out copies: nothing mutable leaks', () => {
    const copy = router.toJSON() as unknown as { options: { nearestClusters: number } };
    copy.options.nearestClusters = 2;
    expect(router.toJSON()).toEqual(v2);
    const source = structuredClone(v2) as unknown as { cells: { scoreSum: number[] } };
    const loaded = Router.fromJSON(source);
    source.cells.scoreSum[0] = 0;
    expect(loaded.toJSON()).toEqual(v2);
    expect(() => (router.models as string[]).push('other')).toThrow(TypeError);
  });
});

describe('a state of version 2 with prices and without distances, written by hand and never to be edited', () => {
  let router: Router;
  beforeEach(() => {
    router = Router.fromJSON(v2WithPrices);
  });

  it('loads and routes as worked out by hand', () => {
    // Cluster 1: both score .8; large costs (2000·20 + 300·100)/1e6/10 = .007, small (2000·2 + 200·10)/1e6/10 = .0006.
    const { model, ranking, novelty } = router.route([0, 1]);
    expect(model).toBe('small');
    expect(ranking.map(({ performance, cost }) => [performance, cost])).toEqual([
      [0.8, expect.closeTo(0.0006, 12)],
      [0.8, expect.closeTo(0.007, 12)],
    ]);
    expect(novelty).toBeNull();
  });

  it('writes the same state again', () => {
    expect(JSON.stringify(router)).toBe(JSON.stringify(v2WithPrices));
  });

  it('has one text, in whatever order its keys come', () => {
    const reversed = (value: unknown): unknown =>
      typeof value !== 'object' || value === null || Array.isArray(value)
        ? value
        : Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, entry]) => [key, reversed(entry)]),
          );
    expect(Router.fromJSON(reversed(v2WithPrices)).fingerprint).toBe(router.fingerprint);
    const { prices: _, ...without } = v2WithPrices;
    expect(Router.fromJSON({ ...without, prices: {} }).toJSON()).toEqual(without);
  });
});

it('token sums are kept where any record carries tokens, though others do not', () => {
  const one = Float64Array.of(1, 1);
  const sums = { count: one, scoreSum: one, scoreSquareSum: one, costCount: one, costSum: one };
  const tokens = { tokenCount: Float64Array.of(1, 0), inputTokenSum: Float64Array.of(5, 0) };
  const cells = { clusters: 2, models: 1, ...sums, ...tokens, outputTokenSum: Float64Array.of(7, 0) };
  expect(writeCells(cells)).toMatchObject({ tokenCount: [1, 0], inputTokenSum: [5, 0], outputTokenSum: [7, 0] });
  expect(writeCells({ ...cells, tokenCount: Float64Array.of(0, 0) })).not.toHaveProperty('tokenCount');
});

describe('base64 of Float32', () => {
  it('is little-endian: 1 is 00 00 80 3f', () => {
    const matrix = { rows: 2, columns: 2, data: Float32Array.of(1, 0, 0, 1) };
    expect(encodeMatrix(matrix)).toBe(Buffer.from('0000803f00000000000000000000803f', 'hex').toString('base64'));
  });

  it('survives large matrices bit for bit', () => {
    const data = Float32Array.from({ length: 50_000 }, (_, i) => (i - 25_000) / 7);
    const matrix = { rows: 50, columns: 1000, data };
    expect(decodeMatrix(encodeMatrix(matrix), 50, 1000, 'matrix')).toEqual(matrix);
  });
});

describe('a fitted state', () => {
  it('is plain JSON without NaN, queries or times', async () => {
    const router = await fitRouter(simulatedRecords(), topicSpace, { clusters: 4 });
    const text = JSON.stringify(router);
    expect(JSON.parse(text)).toEqual(router.toJSON());
    expect(text).not.toContain('query');
    expect(text).not.toContain('null');
    expect(Object.keys(router.toJSON())).toEqual([
      'format',
      'version',
      'embedding',
      'options',
      'models',
      'centroids',
      'cells',
      'clusters',
    ]);
  });

  it('keeps token sums only where records carry tokens', async () => {
    const withTokens = (await fitRouter(simulatedRecords(), topicSpace, { clusters: 1 })).toJSON().cells;
    // 120 records of 100 input tokens; large writes 50 and small 80 output tokens.
    expect(withTokens.tokenCount).toEqual([120, 120]);
    expect(withTokens.inputTokenSum).toEqual([12_000, 12_000]);
    expect(withTokens.outputTokenSum).toEqual([6000, 9600]);
    const bare = simulatedRecords().map((record) => ({
      ...record,
      usages: { large: { cost: 1 }, small: { cost: 2 } },
    }));
    expect((await fitRouter(bare, topicSpace)).toJSON().cells).not.toHaveProperty('tokenCount');
  });

  it('remembers the prices of its models, in their order', async () => {
    const prices = { small: { input: 1, output: 2 }, other: { input: 9, output: 9 }, large: { input: 3, output: 4 } };
    const state = (await fitRouter(simulatedRecords(), topicSpace, { clusters: 1, prices })).toJSON();
    expect(Object.entries(state.prices!)).toEqual([
      ['large', { input: 3, output: 4 }],
      ['small', { input: 1, output: 2 }],
    ]);
    const others = { prices: { other: { input: 9, output: 9 } } };
    expect((await fitRouter(simulatedRecords(), topicSpace, others)).toJSON()).not.toHaveProperty('prices');
  });
});

describe('a malformed state', () => {
  type Mutable = Record<string, unknown> & { [key: string]: Record<string, unknown> };
  const broken = (change: (state: Mutable) => void): unknown => {
    const state = structuredClone(v2) as unknown as Mutable;
    change(state);
    return state;
  };
  const numbers = (length: number): number[] => new Array<number>(length).fill(1);
  it.each<[name: string, state: unknown, message: string | RegExp]>([
    ['null', null, 'state: expected an object made by router.toJSON(), got null'],
    ['text', JSON.stringify(v2), /^state: expected an object made by router\.toJSON\(\), got "\{/],
    ['an array', [], 'state: expected an object made by router.toJSON(), got an array of 0'],
    [
      'another format',
      broken((s) => {
        s.format = 'x' as never;
      }),
      `state.format: expected 'pareto-router', got "x"`,
    ],
    [
      'a later version',
      broken((s) => {
        s.version = 3 as never;
      }),
      'state.version: expected 1 or 2, got 3',
    ],
    [
      'no version',
      broken((s) => {
        delete s.version;
      }),
      'state.version: expected 1 or 2, got undefined',
    ],
    [
      'an unknown key',
      broken((s) => {
        s.extra = {};
      }),
      'state: expected only the keys format, version, embedding, options, models, centroids, cells, clusters, prices, got the key "extra"',
    ],
    [
      'no embedding',
      broken((s) => {
        delete s.embedding;
      }),
      'state.embedding: expected an object, got undefined',
    ],
    [
      'dimensions 0',
      broken((s) => {
        s.embedding!.dimensions = 0;
      }),
      'state.embedding.dimensions: expected a whole number from 1 to 65536, got 0',
    ],
    [
      'a numeric id',
      broken((s) => {
        s.embedding!.id = 7;
      }),
      'state.embedding.id: expected a string, got 7',
    ],
    [
      'an unknown rule',
      broken((s) => {
        s.options!.rule = 'best';
      }),
      `state.options.rule: expected 'global', 'paper', 'reference' or 'overall', got "best"`,
    ],
    [
      'an unknown option',
      broken((s) => {
        s.options!.topP = 1;
      }),
      'state.options: expected only the keys clusters, nearestClusters, rule, estimator, beta, shrinkage, seed, restarts, maxIterations, defaultAlpha, dimensions, got the key "topP"',
    ],
    [
      'negative shrinkage',
      broken((s) => {
        s.options!.shrinkage = -1;
      }),
      'state.options.shrinkage: expected a number from 0 to 1e50, got -1',
    ],
    [
      'more near clusters than clusters',
      broken((s) => {
        s.options!.nearestClusters = 3;
      }),
      'state.options.nearestClusters: expected at most the 2 clusters, got 3',
    ],
    [
      'α above 1',
      broken((s) => {
        s.options!.defaultAlpha = 1.1;
      }),
      'state.options.defaultAlpha: expected a number from 0 to 1, got 1.1',
    ],
    [
      'more dimensions than the embeddings have',
      broken((s) => {
        s.options!.dimensions = 3;
      }),
      'state.options.dimensions: expected at most the 2 of the embeddings, got 3',
    ],
    [
      'an estimator that the rule does not know',
      broken((s) => {
        s.options!.rule = 'paper';
      }),
      "state.options.estimator: expected 'nearest' with the rule 'paper', got 'kernel'",
    ],
    [
      'models that are no list',
      broken((s) => {
        s.models = 'large' as never;
      }),
      'state.models: expected an array of model names, got "large"',
    ],
    [
      'no model',
      broken((s) => {
        s.models = [] as never;
      }),
      'state.models: expected at least one model, got none',
    ],
    [
      'a duplicate model',
      broken((s) => {
        s.models = ['small', 'small'] as never;
      }),
      'state.models[1]: expected distinct names in code unit order, got "small"',
    ],
    [
      'unsorted models',
      broken((s) => {
        s.models = ['small', 'large'] as never;
      }),
      'state.models[1]: expected distinct names in code unit order, got "large"',
    ],
    [
      'bad base64',
      broken((s) => {
        s.centroids = '%%%' as never;
      }),
      'state.centroids: expected base64, got "%%%"',
    ],
    [
      'too few centroid bytes',
      broken((s) => {
        s.centroids = 'AACAPw==' as never;
      }),
      'state.centroids: expected 16 bytes (2 × 2 Float32), got 4',
    ],
    [
      'NaN in a centroid',
      broken((s) => {
        s.centroids = 'AADAfwAAAAAAAAAAAACAPw==' as never;
      }),
      'state.centroids at number 0: expected a finite number, got NaN',
    ],
    [
      'a short row of cells',
      broken((s) => {
        s.cells!.count = numbers(3);
      }),
      'state.cells.count: expected 4 numbers, got 3',
    ],
    [
      'a negative count',
      broken((s) => {
        s.cells!.count = [-1, 1, 1, 1];
      }),
      'state.cells.count[0]: expected a whole number ≥ 0, got -1',
    ],
    [
      'a fractional count',
      broken((s) => {
        s.cells!.costCount = [0.5, 1, 1, 1];
      }),
      'state.cells.costCount[0]: expected a whole number ≥ 0, got 0.5',
    ],
    [
      'a null sum',
      broken((s) => {
        s.cells!.costSum = [null, 1, 1, 1];
      }),
      'state.cells.costSum[0]: expected a finite number ≥ 0, got null',
    ],
    [
      'an infinite sum',
      broken((s) => {
        s.cells!.costSum = [Infinity, 1, 1, 1];
      }),
      'state.cells.costSum[0]: expected a finite number ≥ 0, got Infinity',
    ],
    [
      'more score than count',
      broken((s) => {
        s.cells!.scoreSum = [11, 3, 8, 8];
      }),
      'state.cells.scoreSum[0]: expected at most the count 10, got 11',
    ],
    [
      'a model never scored',
      broken((s) => {
        Object.assign(s.cells!, { count: [0, 10, 0, 10], scoreSum: [0, 1, 0, 1], scoreSquareSum: [0, 1, 0, 1] });
      }),
      'state.cells.count: expected a score of "large" in some cluster, got none',
    ],
    [
      'a model never paid',
      broken((s) => {
        Object.assign(s.cells!, { costCount: [0, 10, 0, 10], costSum: [0, 1, 0, 1] });
      }),
      'state.cells.costCount: expected a cost of "large" in some cluster, got none',
    ],
    [
      'too few sizes',
      broken((s) => {
        s.clusters!.size = [20];
      }),
      'state.clusters.size: expected 2 numbers, got 1',
    ],
    [
      'too few quantiles',
      broken((s) => {
        s.clusters!.distanceQuantiles = [0, 1];
      }),
      'state.clusters.distanceQuantiles: expected 101 numbers, got 2',
    ],
    [
      'falling quantiles',
      broken((s) => {
        s.clusters!.distanceQuantiles = [...numbers(100), 0.5];
      }),
      'state.clusters.distanceQuantiles[100]: expected ascending numbers, got 0.5',
    ],
    [
      'no quantiles for a kernel',
      broken((s) => {
        delete s.clusters!.distanceQuantiles;
      }),
      "state.clusters.distanceQuantiles: expected 101 numbers, as the estimator 'kernel' needs their median, got none",
    ],
    [
      'a price of a model that it does not have',
      broken((s) => {
        s.prices = { large: { input: 1, output: 1 }, huge: { input: 1, output: 1 } };
      }),
      'state.prices: expected only models of the router, got the key "huge"',
    ],
    [
      'a negative price',
      broken((s) => {
        s.prices = { large: { input: 1, output: -1 } };
      }),
      'state.prices.large.output: expected a finite number ≥ 0, got -1',
    ],
    [
      'a canary that is no base64',
      broken((s) => {
        s.embedding!.canary = '?';
      }),
      'state.embedding.canary: expected base64, got "?"',
    ],
    [
      'a canary of another length',
      broken((s) => {
        s.embedding!.canary = 'AACAPw==';
      }),
      'state.embedding.canary: expected 16 bytes (2 × 2 Float32), got 4',
    ],
    [
      'a billion clusters',
      broken((s) => {
        s.options!.clusters = 1e9;
      }),
      'state.clusters.size: expected 1000000000 numbers, got 2',
    ],
    [
      'a billion dimensions',
      broken((s) => {
        s.embedding!.dimensions = 1e9;
        delete s.embedding!.canary;
      }),
      'state.embedding.dimensions: expected a whole number from 1 to 65536, got 1000000000',
    ],
    [
      'a sparse array of absurd length',
      broken((s) => {
        s.cells!.costSum = Object.assign([0.1, 0.1], { length: 2 ** 32 - 1 });
      }),
      'state.cells.costSum[2]: expected a finite number ≥ 0, got undefined',
    ],
    [
      'an object that claims a length',
      broken((s) => {
        s.cells!.count = { length: 2 ** 31 };
      }),
      'state.cells.count: expected an array of numbers, got an object',
    ],
    [
      'more scores than the cluster has records',
      broken((s) => {
        s.clusters!.size = [9, 10];
      }),
      "state.cells.count[0]: expected at most the cluster's size 9, got 10",
    ],
    [
      'more squares than scores',
      broken((s) => {
        s.cells!.scoreSquareSum = [9, 3, 8.1, 8];
      }),
      'state.cells.scoreSquareSum[2]: expected a number from 6.4 to 8, as the scores sum to 8, got 8.1',
    ],
    [
      'fewer squares than ten scores of that sum can have',
      broken((s) => {
        s.cells!.scoreSquareSum = [9, 3, 6.3, 8];
      }),
      'state.cells.scoreSquareSum[2]: expected a number from 6.4 to 8, as the scores sum to 8, got 6.3',
    ],
    [
      'squares where no score was counted',
      broken((s) => {
        Object.assign(s.cells!, { count: [0, 10, 10, 10], scoreSum: [0, 3, 8, 8] });
      }),
      'state.cells.scoreSquareSum[0]: expected a number from 0 to 0, as the scores sum to 0, got 9',
    ],
    [
      'a score where none was counted',
      broken((s) => {
        s.cells!.count = [0, 10, 10, 10];
      }),
      'state.cells.scoreSum[0]: expected at most the count 0, got 9',
    ],
    [
      'a cost where none was counted',
      broken((s) => {
        s.cells!.costCount = [0, 10, 10, 10];
      }),
      'state.cells.costSum[0]: expected 0, as costCount[0] is 0, got 0.1',
    ],
    [
      'tokens where none were counted',
      broken((s) => {
        s.cells!.tokenCount = [10, 10, 10, 0];
      }),
      'state.cells.inputTokenSum[3]: expected 0, as tokenCount[3] is 0, got 2000',
    ],
    [
      'output tokens where none were counted',
      broken((s) => {
        Object.assign(s.cells!, { tokenCount: [10, 0, 10, 10], inputTokenSum: [1, 0, 1, 1] });
      }),
      'state.cells.outputTokenSum[1]: expected 0, as tokenCount[1] is 0, got 400',
    ],
    [
      'a cost beyond any bill',
      broken((s) => {
        s.cells!.costSum = [0.1, 1.01e100, 0.1, 0.1];
      }),
      'state.cells.costSum[1]: expected at most 1e+100, got 1.01e+100',
    ],
    [
      'a token count alone',
      broken((s) => {
        delete s.cells!.inputTokenSum;
        delete s.cells!.outputTokenSum;
      }),
      'state.cells: expected tokenCount, inputTokenSum and outputTokenSum together, got tokenCount',
    ],
    [
      'a token count without its sums',
      broken((s) => {
        delete s.cells!.outputTokenSum;
      }),
      'state.cells: expected tokenCount, inputTokenSum and outputTokenSum together, got tokenCount and inputTokenSum',
    ],
    [
      'no cost, but α below 1',
      broken((s) => {
        Object.assign(s.cells!, { costCount: [0, 0, 0, 0], costSum: [0, 0, 0, 0] });
      }),
      'state.options.defaultAlpha: expected 1 in a router without costs, got 0.7',
    ],
  ])('%s is refused', async (_, state, message) => {
    await expectRouterError(() => Router.fromJSON(state), 'invalid_state', message);
  });

  it('is not one whose sums are off in the sixth digit', () => {
    // Ten scores that sum to 8 have squares from 6.4 to 8, and 8e-6 either way.
    const withSquares = (squares: number) =>
      broken((s) => {
        s.cells!.scoreSquareSum = [9, 3, squares, 8];
      });
    for (const squares of [6.4 - 7e-6, 6.4, 8, 8 + 7e-6]) expect(Router.fromJSON(withSquares(squares))).toBeDefined();
    for (const squares of [6.4 - 9e-6, 8 + 9e-6])
      expect(() => Router.fromJSON(withSquares(squares))).toThrow(RouterError);
  });

  it('is not one with the largest sum that is allowed', () => {
    const costSum = [1e100, 0.1, 0.1, 0.1];
    const router = Router.fromJSON({ ...v2, cells: { ...v2.cells, costSum } });
    expect(router.route([1, 0], 1).ranking.every(({ cost }) => Number.isFinite(cost))).toBe(true);
  });
});
