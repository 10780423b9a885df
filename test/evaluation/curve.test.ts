import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.js';
import {
  alphaFor,
  fitRouter,
  flipPoints,
  tradeoffCurve,
  type AlphaTarget,
  type CurvePoint,
  type EvaluationProgress,
  type Router,
  type RouterErrorCode,
  type RoutingRecord,
  type TradeoffCurve,
} from '../../src/index.js';
import { expectRouterError, simulatedRecords, topicSpace } from '../support.js';
import { fitExample, fitWithoutCosts, heldOut, type Model } from '../worked-example.js';
import { rounded } from './by-hand.js';

let router: Router<Model>;

beforeEach(async () => {
  router = await fitExample();
});

describe('tradeoffCurve', () => {
  it('finds the breakpoints of the worked example', async () => {
    const { measured, queries, breakpoints, models, aiq } = await tradeoffCurve(router, heldOut);
    expect([measured, queries]).toEqual([true, 5]);
    // 0: all a. 1/4: math goes to b. 4/7: code goes to c. 2/3: math goes to c.
    const expected: [number, number, number, object][] = [
      [0, 5 / 12, 0.0012, { a: 1, b: 0, c: 0 }],
      [1 / 4, 7 / 12, 0.0018, { a: 0.4, b: 0.6, c: 0 }],
      [4 / 7, 5 / 6, 0.0026, { a: 0, b: 0.6, c: 0.4 }],
      [2 / 3, 5 / 6, 0.0044, { a: 0, b: 0, c: 1 }],
    ];
    expect(breakpoints.map(({ shares }) => shares)).toEqual(expected.map(([, , , shares]) => shares));
    breakpoints.forEach(({ alpha, accuracy, meanCost }, i) => {
      expect(alpha).toBeCloseTo(expected[i]![0], 12);
      expect(accuracy).toBeCloseTo(expected[i]![1], 12);
      expect(meanCost).toBeCloseTo(expected[i]![2], 12);
    });
    expect(models.map(({ model }) => model)).toEqual(['a', 'b', 'c']);
    expect(models[1]!.accuracy).toBeCloseTo(1 / 3, 12);
    expect(aiq).toBeCloseTo(0.7421875, 12);
  });

  it('expects, from bare embeddings, what the profiles say', async () => {
    const traffic = [
      [1, 0],
      [0, 2],
      [3, 0],
    ];
    // Two math queries and one code query: a (.2 + .2 + .6)/3; b, b, a 1.8/3; b, b, c 2/3; c .8.
    const breakpoints = [
      { alpha: 0, accuracy: 1 / 3, meanCost: 0.001, shares: { a: 1, b: 0, c: 0 } },
      { alpha: 1 / 4, accuracy: 0.6, meanCost: 0.005 / 3, shares: { a: 1 / 3, b: 2 / 3, c: 0 } },
      { alpha: 4 / 7, accuracy: 2 / 3, meanCost: 0.007 / 3, shares: { a: 0, b: 2 / 3, c: 1 / 3 } },
      { alpha: 2 / 3, accuracy: 0.8, meanCost: 0.013 / 3, shares: { a: 0, b: 0, c: 1 } },
    ];
    const models = [
      { model: 'a', accuracy: 1 / 3, meanCost: 0.001 },
      { model: 'b', accuracy: 1.6 / 3, meanCost: 0.002 },
      { model: 'c', accuracy: 0.8, meanCost: 0.013 / 3 },
    ];
    // From (1, 1/3) over (5/3, .6) to (13/3, .8), in thousandths of a dollar; (7/3, 2/3) is above that line, at .65:
    // (2/3 · 7/15 + 2/3 · 19/30 + 2 · 11/15) / (10/3) = .66
    const expected = { measured: false, queries: 3, breakpoints, models, aiq: 0.66 };
    expect(rounded(await tradeoffCurve(router, traffic))).toEqual(rounded(expected));
  });

  it('takes a curve on measured traffic from a stream too, and keeps to constraints', async () => {
    async function* stream() {
      for (const record of heldOut) yield await Promise.resolve(record);
    }
    expect(await tradeoffCurve(router, stream())).toEqual(await tradeoffCurve(router, heldOut));
    const { breakpoints, models } = await tradeoffCurve(router, heldOut, { constraints: { exclude: ['b'] } });
    expect(models.map(({ model }) => model)).toEqual(['a', 'c']);
    // Math: a → c at (4/3)/(4/3 + 3/2) = 8/17.
    expect(breakpoints.map(({ alpha }) => alpha)).toEqual([0, expect.closeTo(8 / 17, 12), expect.closeTo(4 / 7, 12)]);
  });

  it('lets others in within a long curve, and heeds an abort there', async () => {
    const random = createRandom(5);
    const large = await fitRouter(simulatedRecords(), topicSpace, { clusters: 5 });
    const embeddings = Array.from({ length: 6000 }, () => Array.from({ length: 5 }, () => random() - 0.5));
    const told: EvaluationProgress[] = [];
    const onProgress = (progress: EvaluationProgress): void => {
      told.push(progress);
    };
    const { breakpoints } = await tradeoffCurve(large, embeddings, { onProgress });
    expect(breakpoints.length).toBeGreaterThan(4096);
    // Every 256 queries and at the last; then after 8192 crossings that are merged or a little more, and after 4096 breakpoints.
    const routed = Array.from({ length: 24 }, (_, i) => Math.min(6000, 256 * (i + 1)));
    expect(told.slice(0, 24).map(({ completed }) => completed)).toEqual(routed);
    expect(told.slice(24).length).toBeGreaterThanOrEqual(2);
    for (const progress of told.slice(24)) expect(progress).toEqual({ stage: 'route', completed: 6000, total: 6000 });

    const controller = new AbortController();
    const reason = new Error('enough');
    let calls = 0;
    const aborted = tradeoffCurve(large, embeddings, {
      signal: controller.signal,
      onProgress: () => {
        if (++calls === told.length) controller.abort(reason);
      },
    });
    await expect(aborted).rejects.toBe(reason);
    expect(calls).toBe(told.length);
  });

  it('refuses what has no such curve', async () => {
    const message = "router: expected the rule 'global' or 'paper', and costs, got ";
    const refused = (own: Router<Model>, traffic: unknown, options?: object) => () =>
      tradeoffCurve(own, traffic as RoutingRecord<Model>[], options);
    const reference = await fitExample({ rule: 'reference' });
    await expectRouterError(refused(reference, heldOut), 'invalid_options', `${message}the rule 'reference'`);
    await expectRouterError(refused(await fitWithoutCosts(), heldOut), 'invalid_options', `${message}no costs`);

    const trap = new Proxy([[1, 0]], {
      get: () => {
        throw new Error('trap');
      },
    });
    const cases: [traffic: unknown, code: RouterErrorCode, message: string][] = [
      [[[1, 0], [1]], 'invalid_embedding', 'traffic[1]: embedding: expected 2 dimensions, got 1'],
      [[[1, 0], 'text'], 'invalid_embedding', 'traffic[1]: expected an array of numbers, got "text"'],
      [trap, 'invalid_embedding', 'traffic: expected a value that can be read, got the error: trap'],
      // What does not begin with a vector is read as records.
      [['text'], 'invalid_records', 'records[0]: expected an object with query and records, got "text"'],
      [[], 'invalid_records', 'records: expected at least one record, got 0'],
      [{ 0: [1, 0], length: 1 }, 'invalid_records', 'records: expected an iterable of records, got an object'],
    ];
    for (const [traffic, code, text] of cases) await expectRouterError(refused(router, traffic), code, text);
    await expectRouterError(
      refused(router, [[1, 0]], { alpha: 1 }),
      'invalid_options',
      /^options: expected only the keys .*constraints.*, got the key "alpha"$/,
    );
    await expectRouterError(
      refused(router, heldOut, { constraints: { exclude: 'b' } }),
      'invalid_constraints',
      'constraints.exclude: expected an array of model names, got "b"',
    );
  });
});

it('flipPoints lists where one decision flips', async () => {
  expect(flipPoints(router, [5, 0])).toEqual([
    { alpha: 0, model: 'a' },
    { alpha: expect.closeTo(1 / 4, 12) as number, model: 'b' },
    { alpha: expect.closeTo(2 / 3, 12) as number, model: 'c' },
  ]);
  expect(flipPoints(router, [0, 1], { models: ['b'] })).toEqual([{ alpha: 0, model: 'b' }]);
  const reference = await fitExample({ rule: 'reference' });
  expect(() => flipPoints(reference, [1, 0])).toThrow('router: expected the rule');
  expect(() => flipPoints(router, [1])).toThrow(/^embedding: expected 2 dimensions, got 1$/);
  expect(() => flipPoints(router, [1, 0], { maxCost: 0 })).toThrow(
    /^constraints\.maxCost: expected at least 0\.001, which leaves "a", got 0$/,
  );
});

describe('alphaFor', () => {
  let curve: TradeoffCurve<Model>;
  beforeEach(async () => {
    curve = await tradeoffCurve(router, heldOut);
  });
  const alphaOf = (target: AlphaTarget<Model>): number => alphaFor(curve, target).alpha;

  it('takes the middle of the stretch that serves the target best', () => {
    const middles = { a: 1 / 8, b: (1 / 4 + 4 / 7) / 2, c: (4 / 7 + 2 / 3) / 2, d: (2 / 3 + 1) / 2 };
    // Up to .002 the most accurate is b for math, a for code.
    expect(alphaOf({ maxMeanCost: 0.002 })).toBeCloseTo(middles.b, 12);
    expect(alphaOf({ minPerformance: 0.5 })).toBeCloseTo(middles.b, 12);
    // c's 5/6 at .0026 instead of .0044; b's 1/3 is met by the cheapest of all.
    expect(alphaOf({ matchModel: 'c' })).toBeCloseTo(middles.c, 12);
    expect(alphaOf({ matchModel: 'b' })).toBeCloseTo(middles.a, 12);
    // The best model, c, has 5/6: .7 of it is b's 7/12, and .71 of it is not.
    expect(alphaOf({ retain: 0.7 })).toBeCloseTo(middles.b, 12);
    expect([0.71, 1].map((retain) => alphaOf({ retain }))).toEqual(
      [middles.c, middles.c].map((middle) => expect.closeTo(middle, 12) as number),
    );
    expect(alphaOf({ shareOf: 'c', atMost: 0.3 })).toBeCloseTo(middles.b, 12);
    expect(alphaOf({ shareOf: 'c', atMost: 1 })).toBeCloseTo(middles.c, 12);
    // Half way from .0012 to .0044 is .0028: the last before it is .0026.
    expect([0, 0.5, 1].map((spend) => alphaOf({ spend }))).toEqual(
      [middles.a, middles.c, middles.d].map((middle) => expect.closeTo(middle, 12) as number),
    );
  });

  it('gives the nearest value that can be reached where the target cannot', () => {
    const failures: [AlphaTarget<Model>, RegExp][] = [
      [
        { maxMeanCost: 0.001 },
        /^target\.maxMeanCost: expected at least 0\.0012\d*, the least mean cost of any α, got 0\.001$/,
      ],
      [
        { minPerformance: 0.9 },
        /^target\.minPerformance: expected at most 0\.8333\d*, the highest accuracy of any α, got 0\.9$/,
      ],
      [{ shareOf: 'b', atMost: -1 }, /^target\.atMost: expected a number from 0 to 1, got -1$/],
    ];
    for (const [target, message] of failures) expect(() => alphaFor(curve, target)).toThrow(message);
    const without: TradeoffCurve<Model> = { ...curve, breakpoints: curve.breakpoints.slice(1, 3) };
    expect(() => alphaFor(without, { shareOf: 'b', atMost: 0.5 })).toThrow(
      'target.atMost: expected at least 0.6, the least share of any α, got 0.5',
    );
    const modest = { ...curve, breakpoints: curve.breakpoints.slice(0, 1) };
    expect(() => alphaFor(modest, { retain: 0.6 })).toThrow(
      /^target\.retain: expected at most 0\.5\d*, the highest share of the best model's accuracy of any α, got 0\.6$/,
    );
    expect(() => alphaFor(modest, { matchModel: 'c' })).toThrow(
      /^target\.matchModel: expected a model of an accuracy of at most 0\.41\d*, the highest of any α, got "c" at 0\.83/,
    );
  });

  it('refuses a malformed target', () => {
    const targets: [object, string][] = [
      [
        {},
        'target: expected maxMeanCost, minPerformance, matchModel, retain, spend, or shareOf with atMost, got none of them',
      ],
      [{ spend: 0.5, maxMeanCost: 1 }, 'got maxMeanCost and spend'],
      [{ shareOf: 'a' }, 'got shareOf'],
      [{ matchModel: 'd' }, 'target.matchModel: expected a model of the curve (a, b, c), got "d"'],
      [{ spend: 2 }, 'target.spend: expected a number from 0 to 1, got 2'],
      [{ budget: 1 }, 'target: expected only the keys'],
    ];
    for (const [target, message] of targets) {
      expect(() => alphaFor(curve, target as AlphaTarget<Model>)).toThrow(message);
    }
    const empty = { ...curve, breakpoints: [] };
    expect(() => alphaFor(empty, { spend: 0 })).toThrow('curve: expected a breakpoint with an observed accuracy');
  });
});

interface RandomCase {
  readonly router: Router;
  readonly records: RoutingRecord[];
  readonly embeddings: number[][];
}

/** A router over random profiles with gaps and ties, and random held-out records in two datasets. */
async function randomCase(seed: number, rule: 'global' | 'paper'): Promise<RandomCase> {
  const random = createRandom(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const models = Array.from({ length: 2 + below(4) }, (_, i) => `m${i}`);
  const vector = (): number[] => Array.from({ length: 3 }, () => random() - 0.5);
  const record = (query: string, complete: boolean): RoutingRecord => ({
    query,
    dataset: query.endsWith('0') ? 'one' : 'two',
    embedding: vector(),
    records: Object.fromEntries(models.map((name) => [name, complete || random() < 0.8 ? below(3) / 2 : null])),
    usages: Object.fromEntries(
      models.map((name, i) => [name, { cost: complete || random() < 0.9 ? (1 + i + below(3)) / 1000 : null }]),
    ),
  });
  const train = Array.from({ length: 12 }, (_, i) => record(`train ${i}`, i === 0));
  const records = Array.from({ length: 12 }, (_, i) => record(`test ${i}`, i === 0));
  const router = await fitRouter(
    train,
    { id: 'random', dimensions: 3 },
    { centroids: [vector(), vector(), vector()], nearestClusters: 2, shrinkage: below(2), rule },
  );
  return { router, records, embeddings: records.map(({ embedding }) => Array.from(embedding!)) };
}

/** The slower truth: routes at one α and measures with plain loops. */
function measureAt({ router, records, embeddings }: RandomCase, alpha: number): Omit<CurvePoint, 'alpha'> {
  const picks = router.routeBatch(embeddings, alpha).map(({ model }) => model);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const accuracies = ['one', 'two'].map((name) =>
    mean(
      records.flatMap((record, i) => {
        const score = new Map(Object.entries(record.records)).get(picks[i]!);
        return record.dataset === name && score != null ? [Number(score)] : [];
      }),
    ),
  );
  const observed = accuracies.filter((accuracy) => !Number.isNaN(accuracy));
  const costs = records.flatMap((record, i) => record.usages?.[picks[i]!]?.cost ?? []);
  return {
    accuracy: observed.length > 0 ? mean(observed) : null,
    meanCost: costs.length > 0 ? mean(costs) : null,
    shares: Object.fromEntries(
      router.models.map((name) => [name, picks.filter((pick) => pick === name).length / picks.length]),
    ),
  };
}

function expectSame(actual: Omit<CurvePoint, 'alpha'>, expected: Omit<CurvePoint, 'alpha'>): void {
  const off = (key: 'accuracy' | 'meanCost'): number =>
    actual[key] === expected[key] ? 0 : Math.abs(actual[key]! - expected[key]!);
  if (off('accuracy') > 1e-12 || off('meanCost') > 1e-12) expect(actual).toEqual(expected);
  expect(actual.shares).toEqual(expected.shares);
}

describe('on random routers', () => {
  const cases = fc.tuple(fc.integer({ min: 0, max: 0xffffffff }), fc.constantFrom('global' as const, 'paper' as const));

  it('the curve equals a sweep of 201 α off the breakpoints, and a route at each breakpoint and just before it', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ([seed, rule]) => {
        const example = await randomCase(seed, rule);
        const { breakpoints } = await tradeoffCurve(example.router, example.records);
        const alphas = breakpoints.map(({ alpha }) => alpha);
        const before = alphas.flatMap((alpha, i) => (alpha - (alphas[i - 1] ?? alpha) > 1e-8 ? [alpha - 1e-9] : []));
        const sweep = Array.from({ length: 201 }, (_, i) => i / 200);
        const off = sweep.filter((alpha) => alphas.every((edge) => Math.abs(edge - alpha) > 1e-9));
        for (const alpha of [...alphas, ...before, ...off]) {
          const point = breakpoints[alphas.filter((edge) => edge <= alpha).length - 1]!;
          expectSame(point, measureAt(example, alpha));
        }
      }),
      { numRuns: 12 },
    );
  });

  it('alphaFor hits its target, as routing at its α shows, and no point of a sweep does better', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.double({ min: 0, max: 1, noNaN: true }), async ([seed, rule], dial) => {
        const example = await randomCase(seed, rule);
        const curve = await tradeoffCurve(example.router, example.records);
        const known = curve.breakpoints.filter(({ accuracy, meanCost }) => accuracy !== null && meanCost !== null);
        fc.pre(known.length > 0);
        const costs = known.map(({ meanCost }) => meanCost!);
        const accuracies = known.map(({ accuracy }) => accuracy!);
        const budget = Math.min(...costs) + dial * (Math.max(...costs) - Math.min(...costs));
        const floor = Math.min(...accuracies) + dial * (Math.max(...accuracies) - Math.min(...accuracies));

        const cheap = alphaFor(curve, { maxMeanCost: budget });
        expectSame(cheap, measureAt(example, cheap.alpha));
        expect(cheap.meanCost).toBeLessThanOrEqual(budget);
        const affordable = known.filter(({ meanCost }) => meanCost! <= budget);
        expect(cheap.accuracy).toBe(Math.max(...affordable.map(({ accuracy }) => accuracy!)));

        const good = alphaFor(curve, { minPerformance: Math.min(floor, Math.max(...accuracies)) });
        expectSame(good, measureAt(example, good.alpha));
        expect(good.accuracy).toBeGreaterThanOrEqual(floor - 1e-15);

        const spent = alphaFor(curve, { spend: dial });
        expectSame(spent, measureAt(example, spent.alpha));
        expect(spent.meanCost).toBeLessThanOrEqual(budget + 1e-15);
      }),
      { numRuns: 60 },
    );
  });
});
