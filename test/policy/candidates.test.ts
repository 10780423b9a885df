import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  evaluateRouter,
  fitRouter,
  flipPoints,
  Router,
  tradeoffCurve,
  type RouteConstraints,
} from '../../src/index.js';
import { direction, expectRouterError, record, simulatedRecords, topicSpace } from '../support.js';

type Model = 'a' | 'b' | 'c' | 'd';
const space = { id: 'plane', dimensions: 2 };

/**
 * One cluster, ten scores each, nothing shrunk: a .9 at 3 USD, b .8 at 2, c .5 at 1; d has two scores, both 1, at 4. Rule 'paper':
 * p̃ = (.8, .6, 0, 1), 1 − q̃ = (1/3, 2/3, 1, 0).
 */
function pool(): Promise<Router<Model>> {
  const records = Array.from({ length: 10 }, (_, i) =>
    record(`q${i}`, direction(i), {
      a: [i < 9 ? 1 : 0, 3],
      b: [i < 8 ? 1 : 0, 2],
      c: [i < 5 ? 1 : 0, 1],
      d: i < 2 ? [1, 4] : [null, null],
    }),
  );
  const options = { centroids: [direction(4.5)], shrinkage: 0, rule: 'paper', estimator: 'nearest' } as const;
  return fitRouter(records, space, options) as Promise<Router<Model>>;
}
const inside = direction(4);
const outside = direction(120);

const ladder = ({ ranking }: { ranking: readonly { model: string }[] }): string =>
  ranking.map(({ model }) => model).join('');
const reasons = ({ excluded }: { excluded: readonly { model: string; reason: string }[] }): Record<string, string> =>
  Object.fromEntries(excluded.map(({ model, reason }) => [model, reason]));

describe('minCount', () => {
  it('wants so many scores behind an expectation, as the ranking counts them', async () => {
    const router = await pool();
    expect(ladder(router.route(inside, 1))).toBe('dabc');
    const guarded = router.route(inside, 1, { minCount: 3 });
    expect(ladder(guarded)).toBe('abc');
    expect(reasons(guarded)).toEqual({ d: 'min_count' });
    expect(ladder(router.route(inside, 1, { minCount: 2 }))).toBe('dabc');
    expect(ladder(router.prior(1, { minCount: 3 }))).toBe('abc');
  });

  it("counts by weight with the estimator 'kernel'", async () => {
    const router = await fitRouter(simulatedRecords(), topicSpace, { clusters: 6, estimator: 'kernel' });
    const [{ count }] = router.route([1, 2, 0, 0, 0]).ranking;
    expect(Number.isInteger(count)).toBe(false);
    expect(router.route([1, 2, 0, 0, 0], 0.5, { minCount: count }).ranking).toHaveLength(2);
    await expectRouterError(
      () => router.route([1, 2, 0, 0, 0], 0.5, { minCount: 1e6 }),
      'no_eligible_model',
      `constraints.minCount: expected at most ${count}, which leaves "large", got 1000000`,
    );
  });
});

describe('notWorseThan', () => {
  // Σ(s − p̄)²: a .9, b 1.6, c 2.5, and σ² is a ninth of each. Errors of means of ten, one observation's worth of σ² mixed in:
  // √((SS + SS/9)/100) = .1, .13333, .16667. One-sided at 95 %: z = 1.644854.
  const z95 = 1.6448536269514722;
  const bound = (difference: number, ...errors: number[]): number => difference + z95 * Math.hypot(...errors);
  const b = bound(0.1, 0.1, 0.4 / 3);
  const c = bound(0.4, 0.1, 0.5 / 3);

  it('keeps what is shown to be at most so much worse, and the model itself', async () => {
    const router = await pool();
    for (const [by, left] of [
      [0, 'a'],
      [b - 1e-9, 'a'],
      [b + 1e-9, 'ab'],
      [c - 1e-9, 'ab'],
      [c + 1e-9, 'abc'],
    ] as const) {
      const notWorseThan = { model: 'a', by, confidence: 0.95 } as const;
      const decision = router.route(inside, 1, { notWorseThan, exclude: ['d'] });
      expect(ladder(decision)).toBe(left);
      expect(decision.excluded.filter(({ reason }) => reason === 'not_worse_than')).toHaveLength(3 - left.length);
      // One cluster: what is expected of any query is expected of this one.
      expect(ladder(router.prior(1, { notWorseThan, exclude: ['d'] }))).toBe(left);
    }
  });

  it('compares with a model that is no candidate, and at a confidence of a half by the expectations alone', async () => {
    const router = await pool();
    const half = { model: 'a', by: 0.1000001, confidence: 0.5 } as const;
    expect(ladder(router.route(inside, 1, { notWorseThan: half, exclude: ['a', 'd'] }))).toBe('b');
  });

  it('shows nothing without a spread, or beside a model without a score nearby', async () => {
    const single = await fitRouter(
      [record('x', [1, 0], { a: [1, 1], b: [1, 1] }), record('y', [0, 1], { b: [1, 1], c: [1, 1] })],
      space,
      { centroids: [direction(0), direction(90)], nearestClusters: 1, estimator: 'nearest' },
    );
    const guard = (model: 'a' | 'c'): RouteConstraints => ({ notWorseThan: { model, by: 1, confidence: 0.9 } });
    // b = 1 as a is, but of one score each nobody knows the error.
    expect(reasons(single.route([1, 0], 0.5, guard('a')))).toEqual({ b: 'not_worse_than', c: 'unobserved' });
    await expectRouterError(
      () => single.route([1, 0], 0.5, guard('c')),
      'no_eligible_model',
      'constraints: expected to leave a model, got none: stopped by not_worse_than, unobserved',
    );
  });

  it('keeps its promise on simulated answers: the bound holds as often as it says', async () => {
    // Scores of two models of equal strength, drawn apart: of 400 logs, b is taken for at most .1 worse in about 95 % of those where
    // by is the true difference: here the true p are .6 and .5.
    let state = 5;
    const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296;
    let shown = 0;
    for (let log = 0; log < 400; log++) {
      const records = Array.from({ length: 60 }, (_, i) =>
        record(`q${i}`, direction(i), { a: [Number(random() < 0.6), 1], b: [Number(random() < 0.5), 1] }),
      );
      const options = { centroids: [direction(30)], shrinkage: 0, estimator: 'nearest' } as const;
      const router = await fitRouter(records, space, options);
      const notWorseThan = { model: 'a', by: 0.1, confidence: 0.95 } as const;
      shown += router.route(inside, 0.5, { notWorseThan }).ranking.length - 1;
    }
    // At the very border a level of 5 % is shown by chance in 5 %: 20 of 400, three standard deviations either way.
    expect(shown).toBeGreaterThan(7);
    expect(shown).toBeLessThan(33);
  });
});

describe('where nobody is left', () => {
  const expectRefused = (router: Router, query: readonly number[], constraints: RouteConstraints, message: string) =>
    expectRouterError(() => router.route(query, 1, constraints), 'no_eligible_model', message);

  it('says the nearest value that would leave a model, whichever it is', async () => {
    // Scores .9, .8, .5 of a, b, c; with d away the best of them is a, with a away b.
    const router = await pool();
    await expectRefused(
      router,
      direction(4.5),
      { minPerformance: 0.95, exclude: ['d'] },
      'constraints.minPerformance: expected at most 0.9, which leaves "a", got 0.95',
    );
    await expectRefused(
      router.withoutModels(['a', 'd']),
      direction(4.5),
      { minPerformance: 0.95 },
      'constraints.minPerformance: expected at most 0.8, which leaves "b", got 0.95',
    );
    await expectRefused(
      router,
      direction(4.5),
      { maxCost: 0.5 },
      'constraints.maxCost: expected at least 1, which leaves "c", got 0.5',
    );
  });

  it('is no constraint at fault where the near clusters have seen nothing', async () => {
    const records = [record('x', direction(0), { a: [1, 1] }), record('y', direction(1), { a: [0, 1] })];
    const options = { centroids: [direction(0), direction(90)], nearestClusters: 1, estimator: 'nearest' } as const;
    const router = await fitRouter(records, space, options);
    await expectRefused(
      router,
      direction(90),
      {},
      'embedding: expected a model with scores in the near clusters, got none',
    );
  });
});

describe('maxNovelty and fallback', () => {
  it('takes the fallback for what is too novel, and says so', async () => {
    const router = await pool();
    const guards = { maxNovelty: 0.98, fallback: 'b' } as const;
    expect(router.route(inside, 1, guards)).toEqual(router.route(inside, 1));
    const decision = router.route(outside, 1, guards);
    expect(decision).toMatchObject({ model: 'b', fallback: 'max_novelty', kept: false, novelty: 1, excluded: [] });
    // The others stand behind it in their order; b scores .6 at α = 1, d 1.
    expect(ladder(decision)).toBe('bdac');
    expect(decision.margin).toBeCloseTo(-0.4, 12);
    expect(router.route(outside, 1, { maxNovelty: 1, fallback: 'b' }).fallback).toBeNull();
    await expectRouterError(
      () => router.route(outside, 1, { maxNovelty: 0.98 }),
      'no_eligible_model',
      'constraints.maxNovelty: expected at least 1, the novelty of this query, or a fallback, got 0.98',
    );
  });

  it('takes it where no model is left, whatever its own figures', async () => {
    const router = await pool();
    const decision = router.route(inside, 1, { maxCost: 0.5, fallback: 'c' });
    expect(decision).toMatchObject({ model: 'c', fallback: 'no_candidate', margin: null });
    expect(decision.ranking).toHaveLength(1);
    expect(decision.ranking[0].cost).toBe(1);
    expect(reasons(decision)).toEqual({ a: 'max_cost', b: 'max_cost', d: 'max_cost' });
  });

  it('never takes what models and exclude forbid', async () => {
    const router = await pool();
    const message = 'constraints.fallback: expected a model that models and exclude leave, got "c"';
    const outage = { maxNovelty: 0.9, fallback: 'c', exclude: ['c'] } as const;
    expect(router.route(inside, 1, outage).fallback).toBeNull();
    await expectRouterError(() => router.route(outside, 1, outage), 'no_eligible_model', message);
    await expectRouterError(
      () => router.route(outside, 1, { maxNovelty: 0.9, fallback: 'c', models: ['a'] }),
      'no_eligible_model',
      message,
    );
  });

  it('is refused where no novelty is known', async () => {
    const { clusters, ...state } = (await pool()).toJSON();
    const router = Router.fromJSON({ ...state, clusters: { size: clusters.size } });
    expect(router.route(inside, 1, { fallback: 'b' })).toMatchObject({ novelty: null, fallback: null });
    await expectRouterError(
      () => router.route(inside, 1, { maxNovelty: 0.9, fallback: 'b' }),
      'invalid_constraints',
      'constraints.maxNovelty: expected no limit in a router made without distances, got 0.9',
    );
  });

  it('holds in a prior, where nothing is known of the query', async () => {
    const router = await pool();
    expect(router.prior(1, { maxNovelty: 0.99, fallback: 'b' })).toMatchObject({ model: 'b', fallback: 'max_novelty' });
    expect(router.prior(1, { fallback: 'b' }).fallback).toBeNull();
    await expectRouterError(
      () => router.prior(1, { maxNovelty: 0.5 }),
      'no_eligible_model',
      /^prior: constraints\.maxNovelty: /,
    );
  });

  it('holds in batches, flips, curves and evaluations', async () => {
    const router = await pool();
    const constraints = { maxNovelty: 0.98, fallback: 'b' } as const;
    expect(router.routeBatch([inside, outside], 1, constraints).map(({ model }) => model)).toEqual(['d', 'b']);
    expect(flipPoints(router, outside, constraints)).toEqual([{ alpha: 0, model: 'b' }]);
    const curve = await tradeoffCurve(router, [outside, outside], { constraints });
    expect(curve.breakpoints.map(({ shares }) => shares.b)).toEqual([1]);
    const far = [record('far', outside, { a: [0, 3], b: [1, 2], c: [0, 1], d: [0, 4] })];
    const { points } = await evaluateRouter(router, far, { constraints, alphas: [0, 1] });
    expect(points.map(({ shares }) => shares.b)).toEqual(points.map(() => 1));
  });
});

describe('current and switchMargin', () => {
  it('stays unless another is ahead by more', async () => {
    const router = await pool();
    // α = 1: d 1, a .8, b .6, c 0.
    const kept = router.route(inside, 1, { current: 'a', switchMargin: 0.2001 });
    expect(kept).toMatchObject({ model: 'a', kept: true, fallback: null });
    expect(ladder(kept)).toBe('adbc');
    expect(kept.margin).toBeCloseTo(-0.2, 12);
    const left = router.route(inside, 1, { current: 'a', switchMargin: 0.1999 });
    expect(left).toMatchObject({ model: 'd', kept: false });
    expect(ladder(left)).toBe('dabc');
    expect(router.route(inside, 1, { current: 'd', switchMargin: 0.5 })).toMatchObject({ model: 'd', kept: false });
  });

  it('asks a current model to be a candidate', async () => {
    const router = await pool();
    for (const constraints of [{ exclude: ['b'] }, { avoid: ['b'] }, { minPerformance: 0.85 }]) {
      const decision = router.route(inside, 1, { ...constraints, current: 'b', switchMargin: 9 });
      expect(decision).toMatchObject({ model: 'd', kept: false });
    }
    expect(router.route(inside, 1, { current: 'gone', switchMargin: 9 }).model).toBe('d');
  });

  it('flips where the margin is reached, to the last bit', async () => {
    const router = await pool();
    // b against c: A −.6 + m … with m = .1: c leaves b at .6 α + 2/3 (1 − α) + .1 = 1 − α, so α = (1/3 − .1)/(.6 + 1/3) = 1/4.
    const flips = flipPoints(router, inside, { current: 'b', switchMargin: 0.1, exclude: ['d', 'a'] });
    expect(flips).toEqual([
      { alpha: 0, model: 'c' },
      { alpha: expect.closeTo(0.25, 12) as number, model: 'b' },
    ]);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        fc.constantFrom('a', 'b', 'c', 'd'),
        (switchMargin, current) => {
          for (const { alpha, model } of flipPoints(router, inside, { current, switchMargin })) {
            expect(router.route(inside, alpha, { current, switchMargin }).model).toBe(model);
          }
        },
      ),
    );
  });

  it("works with the ranks of the rule 'reference'", async () => {
    const records = Array.from({ length: 10 }, (_, i) => record(`q${i}`, direction(i), { a: [1, 1], b: [0, 1] }));
    const router = await fitRouter(records, space, { rule: 'reference', estimator: 'nearest', clusters: 1 });
    // One cluster: 1/1 and 1/2.
    expect(router.route(inside, 1, { current: 'b', switchMargin: 0.49 }).model).toBe('a');
    expect(router.route(inside, 1, { current: 'b', switchMargin: 0.51 })).toMatchObject({ model: 'b', kept: true });
  });
});

describe('when nobody is left', () => {
  const cases: [RouteConstraints<Model>, string][] = [
    [{ maxCost: 0.2 }, 'constraints.maxCost: expected at least 1, which leaves "c", got 0.2'],
    [{ maxCost: 0.2, exclude: ['c'] }, 'constraints.maxCost: expected at least 2, which leaves "b", got 0.2'],
    [
      { minPerformance: 0.95, exclude: ['d'] },
      'constraints.minPerformance: expected at most 0.9, which leaves "a", got 0.95',
    ],
    [{ minCount: 11 }, 'constraints.minCount: expected at most 10, which leaves "a", got 11'],
    [{ models: ['nope'] }, 'constraints.models: expected one of "a", "b", "c", "d", got "nope"'],
    [{ models: ['nope', 'a'], maxCost: 1 }, 'constraints.maxCost: expected at least 3, which leaves "a", got 1'],
    [{ models: [] }, 'constraints.models: expected one of "a", "b", "c", "d", got none'],
    [
      { exclude: ['a', 'b', 'c', 'd'] },
      'constraints.exclude: expected to leave one of "a", "b", "c", "d", got "a", "b", "c", "d"',
    ],
    [
      { maxCost: 0.5, minCount: 11 },
      'constraints: expected to leave a model, got none: stopped by min_count, max_cost',
    ],
  ];
  it.each(cases)('%o', async (constraints, message) => {
    const router = await pool();
    await expectRouterError(() => router.route(inside, 1, constraints), 'no_eligible_model', message);
  });

  it('names a value that does leave a model', async () => {
    const router = await pool();
    const guard = (by: number): RouteConstraints<Model> => ({
      exclude: ['a', 'd'],
      notWorseThan: { model: 'a', by, confidence: 0.9 },
    });
    const error = await expectRouterError(
      () => router.route(inside, 1, guard(0)),
      'no_eligible_model',
      /which leaves "b"/,
    );
    const by = Number(/at least (\S+),/.exec(error.message)![1]);
    expect(router.route(inside, 1, guard(by)).model).toBe('b');
  });

  it('stays short for many and long names', async () => {
    const models = Array.from({ length: 90 }, (_, i) => `${'a long name '.repeat(20)}${i}`);
    const router = await fitRouter(
      [record('q', [1, 0], Object.fromEntries(models.map((model) => [model, [1, 1]])))],
      space,
    );
    const error = await expectRouterError(
      () => router.route([1, 0], 1, { models: models.map((name) => name.toUpperCase()) }),
      'no_eligible_model',
      /and 89 more/,
    );
    expect(error.message.length).toBeLessThan(300);
  });
});

describe('malformed guards', () => {
  it.each<[unknown, string]>([
    [{ minCount: -1 }, 'constraints.minCount: expected a number of scores ≥ 0, got -1'],
    [{ minCount: NaN }, 'constraints.minCount: expected a number of scores ≥ 0, got NaN'],
    [{ maxNovelty: 1.5 }, 'constraints.maxNovelty: expected a number from 0 to 1, got 1.5'],
    [{ fallback: 'nope' }, 'constraints.fallback: expected a model of the router ("a", "b", "c", "d"), got "nope"'],
    [{ fallback: 7 }, 'constraints.fallback: expected a model of the router ("a", "b", "c", "d"), got 7'],
    [{ current: 'a' }, 'constraints.switchMargin: expected a value beside current, got undefined'],
    [{ switchMargin: 1 }, 'constraints.current: expected a value beside switchMargin, got undefined'],
    [{ current: 1, switchMargin: 1 }, 'constraints.current: expected a model name, got 1'],
    [
      { current: 'a', switchMargin: Infinity },
      'constraints.switchMargin: expected a finite difference of scores ≥ 0, got Infinity',
    ],
    [{ notWorseThan: 'a' }, 'constraints.notWorseThan: expected an object, got "a"'],
    [
      { notWorseThan: { model: 'x', by: 0, confidence: 0.9 } },
      'constraints.notWorseThan.model: expected a model of the router ("a", "b", "c", "d"), got "x"',
    ],
    [
      { notWorseThan: { model: 'a', by: -0.1, confidence: 0.9 } },
      'constraints.notWorseThan.by: expected a difference of scores ≥ 0, got -0.1',
    ],
    [
      { notWorseThan: { model: 'a', by: 0, confidence: 1 } },
      'constraints.notWorseThan.confidence: expected a number from 0.5 to below 1, got 1',
    ],
    [
      { notWorseThan: { model: 'a', by: 0 } },
      'constraints.notWorseThan.confidence: expected a number from 0.5 to below 1, got undefined',
    ],
    [
      { notWorseThan: { model: 'a', by: 0, confidence: 0.9, margin: 1 } },
      'constraints.notWorseThan: expected only the keys model, by, confidence, got the key "margin"',
    ],
  ])('%o are refused', async (constraints, message) => {
    const router = await pool();
    await expectRouterError(
      () => router.route(inside, 1, constraints as RouteConstraints<Model>),
      'invalid_constraints',
      message,
    );
  });

  it('are refused by place wherever constraints are given, and never by a foreign error', async () => {
    const router = await pool();
    const arrayLike = { length: 1, 0: 'a' } as unknown as string[];
    await expectRouterError(
      () => router.route(inside, 1, { models: arrayLike }),
      'invalid_constraints',
      'constraints.models: expected an array of model names, got an object',
    );
    const records = [record('q', inside, { a: [1, 1], b: [1, 1] })];
    await expectRouterError(
      () => evaluateRouter(router, records, { constraints: { exclude: arrayLike } }),
      'invalid_constraints',
      'constraints.exclude: expected an array of model names, got an object',
    );
    const thrown = new Error('a getter');
    const hostile = {
      get maxCost(): number {
        throw thrown;
      },
    };
    const error = await expectRouterError(
      () => router.route(inside, 1, hostile),
      'invalid_constraints',
      /^constraints\.maxCost: /,
    );
    expect(error.cause).toBe(thrown);
    for (const models of [null, 5] as never[]) {
      await expectRouterError(
        () => tradeoffCurve(router, [inside], { constraints: { models } }),
        'invalid_constraints',
        `constraints.models: expected an array of model names, got ${String(models)}`,
      );
    }
  });
});
