import { beforeEach, describe, expect, it } from 'vitest';
import {
  evaluateRouter,
  fitRouter,
  routerFromStatistics,
  RouterError,
  type EvaluationOptions,
  type EvaluationProgress,
  type Router,
  type RouterEvaluation,
} from '../../src/index.js';
import { expectRouterError } from '../support.js';
import { simulatedRecords, topicSpace } from '../support.js';
import { fitExample, fitWithoutCosts, heldOut, type Model } from '../worked-example.js';

const alphas = [0, 0.25, 0.5, 0.6, 1];
let router: Router<Model>;
let evaluation: RouterEvaluation<Model>;

beforeEach(async () => {
  router = await fitExample();
  evaluation = await evaluateRouter(router, heldOut, { alphas, alpha: 0.6 });
});

describe('points', () => {
  it('are routed at their α', () => {
    expect(evaluation.points.map(({ alpha, shares }) => [alpha, shares])).toEqual([
      [0, { a: 1, b: 0, c: 0 }],
      [0.25, { a: 0.4, b: 0.6, c: 0 }],
      [0.5, { a: 0.4, b: 0.6, c: 0 }],
      [0.6, { a: 0, b: 0.6, c: 0.4 }],
      [1, { a: 0, b: 0, c: 1 }],
    ]);
  });

  it('are in rising order, one for each α', async () => {
    const { points } = await evaluateRouter(router, heldOut, {
      alphas: [1, 1e-7, 0.5, 0, 0.5],
      alpha: 1,
      resamples: 1,
    });
    expect(points.map(({ alpha }) => alpha)).toEqual([0, 1e-7, 0.5, 1]);
    await expectRouterError(
      async () => evaluateRouter(await fitWithoutCosts(), heldOut, { alphas: [1, 0.5] }),
      'invalid_alpha',
      'alpha: expected 1 in a router fitted without costs, got 0.5',
    );
  });

  it('have macro and micro accuracy, costs and entropy', () => {
    // α = 0.5: math → b scores 1, 0, 1; code → a scores 1, 0. Costs 3 · .002 + .001 + .002 = .009.
    const point = evaluation.points[2]!;
    expect(point.accuracy).toBeCloseTo((2 / 3 + 1 / 2) / 2, 12);
    expect(point.microAccuracy).toBeCloseTo(3 / 5, 12);
    expect(point.totalCost).toBeCloseTo(0.009, 12);
    expect(point.meanCost).toBeCloseTo(0.0018, 12);
    // Three correct answers for .009.
    expect(point.costPerCorrect).toBeCloseTo(0.003, 12);
    // −.4 · log₂ .4 − .6 · log₂ .6
    expect(point.shareEntropy).toBeCloseTo(0.970951, 6);
    expect([point.unobserved, point.unobservedCosts]).toEqual([0, 0]);
    expect(point.datasets).toMatchObject([
      { dataset: 'code', queries: 2, accuracy: 0.5 },
      { dataset: 'math', queries: 3 },
    ]);
    expect(point.datasets[0]!.meanCost).toBeCloseTo(0.0015, 12);
    expect(point.datasets[1]!.accuracy).toBeCloseTo(2 / 3, 12);
  });
});

describe('baselines, on the same queries', () => {
  it('single models', () => {
    const { models, bestSingle, cheapest } = evaluation.baselines;
    expect(models.map(({ model }) => model)).toEqual(['a', 'b', 'c']);
    // a: math 1/3, code 1/2; b: math 2/3, code 0; c: math 2/3, code 1.
    const accuracies = [5 / 12, 1 / 3, 5 / 6];
    // a: .001 · 4 + .002; b: .002 · 4 + .003; c: .004 + .006 + .005 + .003 + .004.
    const totals = [0.006, 0.011, 0.022];
    models.forEach((model, i) => {
      expect(model.accuracy).toBeCloseTo(accuracies[i]!, 12);
      expect(model.totalCost).toBeCloseTo(totals[i]!, 12);
      expect(model.meanCost).toBeCloseTo(totals[i]! / 5, 12);
    });
    expect(models.map(({ microAccuracy }) => microAccuracy)).toEqual([0.4, 0.4, 0.8]);
    // Two correct answers for .006.
    expect(models[0]!.costPerCorrect).toBeCloseTo(0.003, 12);
    expect([bestSingle.model, cheapest!.model]).toEqual(['c', 'a']);
  });

  it('random in expectation', () => {
    const { random } = evaluation.baselines;
    // Math: 2/3, 1/3, 2/3; code: 2/3, 1/3. Cost: a third of .006 + .011 + .022.
    expect(random.accuracy).toBeCloseTo((5 / 9 + 1 / 2) / 2, 12);
    expect(random.microAccuracy).toBeCloseTo(8 / 15, 12);
    expect(random.totalCost).toBeCloseTo(0.013, 12);
  });

  it('expert of each dataset', () => {
    const { expert } = evaluation.baselines;
    // Math: b and c tie at 2/3, b is cheaper (.002 < .005); code: c.
    expect(expert.choices).toEqual([
      { dataset: 'code', model: 'c' },
      { dataset: 'math', model: 'b' },
    ]);
    expect(expert.accuracy).toBeCloseTo(5 / 6, 12);
    expect(expert.totalCost).toBeCloseTo(0.013, 12);
  });

  it('oracle', () => {
    const { oracle } = evaluation.baselines;
    // m1 b .002 (c is as good and dearer), m2 c .006, m3 a .001, c1 a .001, c2 c .004.
    expect(oracle.accuracy).toBe(1);
    expect(oracle.totalCost).toBeCloseTo(0.014, 12);
    for (const { accuracy } of evaluation.points) expect(accuracy).toBeLessThanOrEqual(oracle.accuracy!);
  });
});

describe('gains, from the exact curve', () => {
  it('frontier', () => {
    expect(evaluation.frontier.map(({ alpha }) => alpha)).toEqual([0, 0.25, expect.closeTo(4 / 7, 12)]);
    const expected = [
      [0.0012, 5 / 12],
      [0.0018, 7 / 12],
      [0.0026, 5 / 6],
    ];
    evaluation.frontier.forEach(({ meanCost, accuracy }, i) => {
      expect(meanCost).toBeCloseTo(expected[i]![0]!, 12);
      expect(accuracy).toBeCloseTo(expected[i]![1]!, 12);
    });
  });

  it('AIQ of the router and of the single models', () => {
    // The hull goes straight from (.0012, 5/12) to (.0026, 5/6), since (.0018, 7/12) lies below: at .0018 it has .595.
    // Area .0014 · 5/8 + .0018 · 5/6 = .002375 over .0044 − .0012 = .0032.
    expect(evaluation.aiq).toBeCloseTo(0.7421875, 12);
    // Straight from a to c: the mean of 5/12 and 5/6.
    expect(evaluation.zeroRouterAiq).toBeCloseTo(0.625, 12);
  });

  it('PerfGain and CostSave', () => {
    expect(evaluation.perfGain).toBe(0);
    expect(evaluation.costSave).toBeCloseTo(1 - 0.0026 / 0.0044, 12);
  });

  it('come from the points for the rule that is not linear in α', async () => {
    const reference = await fitExample({ rule: 'reference' });
    const frontierOf = async (alphas: number[]): Promise<number[]> =>
      (await evaluateRouter(reference, heldOut, { alphas, resamples: 1 })).frontier.map(({ alpha }) => alpha);
    // At .51 and .55 b for math and a for code: 7/12 at .0018. At .99 c: 5/6 at .0044.
    expect(await frontierOf([0.51, 0.55, 0.99])).toEqual([0.51, 0.99]);
    expect(await frontierOf([0.55])).toEqual([0.55]);
  });
});

describe('verdict', () => {
  // What the profiles promise on three math and two code queries: from α = 0 all a, .36 at .001; from 1/4 b and a, .6 at .0016; from 4/7 b and c,
  // .68 at .0024; from 2/3 all c, .8 at .0042. Budgets are .001 + s · .0032: three spends go to the first, five to the second, eleven to the third.
  it('is about the whole dial, against single models at the same cost', () => {
    const { verdict } = evaluation;
    expect(verdict).toMatchObject({ bestSingle: 'c', resamples: 2000 });
    // All a: 0. b and a: 7/12 at .0018, on the line from a to c 95/192. b and c: 45/192, below.
    expect(verdict!.gain.estimate).toBeCloseTo((5 * (112 / 192 - 95 / 192) + (11 * 45) / 192) / 19, 12);
  });

  it('says what it costs to keep a share of the best accuracy', async () => {
    const { verdict } = await evaluateRouter(router, heldOut, { retain: [0.5, 0.8, 0.9] });
    const expected = [
      { alpha: (1 / 4 + 4 / 7) / 2, promised: [0.6 / 0.8, 0.0016 / 0.0042], measured: [7 / 10, 0.0018 / 0.0044] },
      { alpha: (4 / 7 + 2 / 3) / 2, promised: [0.68 / 0.8, 0.0024 / 0.0042], measured: [1, 0.0026 / 0.0044] },
      { alpha: (2 / 3 + 1) / 2, promised: [1, 1], measured: [1, 1] },
    ];
    expect(verdict!.retention.map(({ retain }) => retain)).toEqual([0.5, 0.8, 0.9]);
    verdict!.retention.forEach(({ alpha, promised, accuracy, cost }, i) => {
      expect(alpha).toBeCloseTo(expected[i]!.alpha, 12);
      expect(promised!.accuracy).toBeCloseTo(expected[i]!.promised[0]!, 12);
      expect(promised!.cost).toBeCloseTo(expected[i]!.promised[1]!, 12);
      expect(accuracy!.estimate).toBeCloseTo(expected[i]!.measured[0]!, 12);
      expect(cost!.estimate).toBeCloseTo(expected[i]!.measured[1]!, 12);
    });
    // c everywhere is c on every draw.
    expect(verdict!.retention[2]!.accuracy).toEqual({ estimate: 1, low: 1, high: 1 });
    expect((await evaluateRouter(router, heldOut)).verdict!.retention.map(({ retain }) => retain)).toEqual([
      0.9, 0.95, 0.98, 1,
    ]);
  });

  it('says so where no α promises the share', async () => {
    // c is too dear for math: c's own .8 on code is out of reach for b and c together, at .68.
    const { verdict } = await evaluateRouter(router, heldOut, { retain: [0.8, 0.95], constraints: { maxCost: 0.004 } });
    expect(verdict!.retention[0]!.promised!.accuracy).toBeCloseTo(0.68 / 0.8, 12);
    expect(verdict!.retention[1]).toEqual({ retain: 0.95, alpha: null, promised: null, accuracy: null, cost: null });
    expect(verdict!.sentence).toMatch(/ At no α does it promise 95 % of c's accuracy\.$/);
  });

  it('chooses every α by the promise, whatever the outcomes are', async () => {
    const wrong = heldOut.map((record) => ({ ...record, records: { a: 1, b: 0, c: 0 } }));
    const [right, reversed] = [await evaluateRouter(router, heldOut), await evaluateRouter(router, wrong)];
    expect(reversed.verdict!.bestSingle).toBe('a');
    const choices = ({ verdict }: typeof right) =>
      verdict!.retention.map(({ alpha, promised }) => ({ alpha, promised }));
    expect(choices(reversed)).toEqual(choices(right));
  });

  it('judges one α as well, where it is named', async () => {
    const { at } = evaluation.verdict!;
    // α = 0.6: accuracy 5/6 at .0026, on the line from a to c at (.0026 − .0012)/.0032 = 7/16.
    expect(at!.alpha).toBe(0.6);
    expect(at!.mix.map(({ model }) => model)).toEqual(['a', 'c']);
    expect(at!.mix[1]!.weight).toBeCloseTo(7 / 16, 12);
    // 5/6 − (5/12 + 7/16 · 5/12)
    expect(at!.gain.estimate).toBeCloseTo(45 / 192, 12);
    expect(at!.accuracyDifference.estimate).toBeCloseTo(0, 12);
    expect(at!.costDifference!.estimate).toBeCloseTo(-0.0018, 12);
    expect(at!.sentence).toMatch(
      /at α = 0\.6: the router is 23\.4 points .*more accurate .*than single models mixed at random at its cost \(56 % a and 44 % c\)\. It is .* c, the best single model, and 40\.9 % cheaper\.$/,
    );
    expect((await evaluateRouter(router, heldOut)).verdict!.at).toBeNull();
  });
});

describe('what is not observed', () => {
  const [m1, ...others] = heldOut;
  const gap = [{ ...m1!, records: { ...m1!.records, b: null } }, ...others];

  it('is counted and left out, never scored 0', async () => {
    const { points, warnings } = await evaluateRouter(router, gap, { alphas: [0.5], alpha: 0.5 });
    // Math → b has only 0 and 1 left: 1/2; code → a 1/2.
    expect(points[0]).toMatchObject({ unobserved: 1, accuracy: 0.5, microAccuracy: 0.5 });
    expect(points[0]!.totalCost).toBeCloseTo(0.009, 12);
    expect(warnings.map(({ code }) => code)).toEqual(['small_clusters', 'uneven_coverage', 'unobserved_picks']);
    expect(warnings[1]!.message).toContain('b 80.0 %');
  });

  it('is null where nothing is left', async () => {
    const unseen = heldOut.map((record) => ({ ...record, records: { c: record.records.c }, usages: {} }));
    const { points, baselines, verdict, frontier, aiq, costSave } = await evaluateRouter(router, unseen, {
      alphas: [0],
      alpha: 0,
    });
    expect(points[0]).toMatchObject({ accuracy: null, meanCost: null, totalCost: null, unobserved: 5 });
    expect(points[0]!.datasets[0]).toEqual({ dataset: 'code', queries: 2, accuracy: null, meanCost: null });
    expect(baselines.cheapest).toBeNull();
    expect(baselines.oracle.accuracy).toBeCloseTo(5 / 6, 12);
    expect([verdict!.at, aiq, costSave]).toEqual([null, null, null]);
    // Without costs α = 1 is judged: c alone.
    expect(verdict!.gain).toEqual({ estimate: 0, low: 0, high: 0 });
    expect(frontier).toEqual([]);
  });

  it('gives no verdict on a router of which nothing is observed', async () => {
    // b is as good as c and as cheap as a, so it takes all; only a and c are scored.
    const usages = { a: { cost: 1 }, b: { cost: 1 }, c: { cost: 2 } };
    const own = await fitRouter(
      heldOut.map((record) => ({ ...record, records: { a: 0, b: 1, c: 1 }, usages })),
      { id: 'one-hot', dimensions: 2 },
      { clusters: 1 },
    );
    const unseen = heldOut.map((record) => ({
      ...record,
      records: { a: record.records.a!, c: record.records.c! },
      usages: { a: record.usages!.a!, c: record.usages!.c! },
    }));
    const { points, verdict, aiq, zeroRouterAiq, baselines } = await evaluateRouter(own, unseen, { alpha: 0.5 });
    expect(points[0]).toMatchObject({ shares: { a: 0, b: 1, c: 0 }, accuracy: null, meanCost: null });
    expect([verdict, aiq]).toEqual([null, null]);
    expect(zeroRouterAiq).toBeCloseTo(0.625, 12);
    expect(baselines.bestSingle.model).toBe('c');
  });

  it('refuses records without a score of the models', async () => {
    const strangers = heldOut.map((record) => ({ ...record, records: {} }));
    await expect(evaluateRouter(router, strangers)).rejects.toThrow(
      'records: expected a score of a, b, c in at least one record, got none',
    );
  });
});

it.each(['global', 'paper', 'reference'] as const)('a router without costs is measured at α = 1: %s', async (rule) => {
  const { points, aiq, costSave, perfGain, verdict } = await evaluateRouter(await fitWithoutCosts(rule), heldOut);
  expect(points.map(({ alpha }) => alpha)).toEqual([1]);
  // c everywhere.
  expect(points[0]!.accuracy).toBeCloseTo(5 / 6, 12);
  expect([perfGain, verdict!.gain.estimate]).toEqual([0, 0]);
  // The held-out costs are still measured.
  expect(points[0]!.meanCost).toBeCloseTo(0.0044, 12);
  expect([aiq, costSave]).toEqual([expect.any(Number), 0]);
});

it('has defaults: eleven α, four shares, 2000 resamples from the seed 42', async () => {
  const own = await evaluateRouter(router, heldOut);
  expect(own.points.map(({ alpha }) => alpha)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
  const defaults = { retain: [0.9, 0.95, 0.98, 1], resamples: 2000, seed: 42 };
  expect(own).toEqual(await evaluateRouter(router, heldOut, defaults));
  const { verdict } = await evaluateRouter(router, heldOut, { ...defaults, seed: 43 });
  expect(verdict!.gain).not.toEqual(own.verdict!.gain);
});

it('adds the α that is judged to the others, once', async () => {
  const alphasOf = async (alphas: number[], alpha?: number): Promise<number[]> => {
    const { points, verdict } = await evaluateRouter(router, heldOut, { alphas, alpha, resamples: 1 });
    expect(verdict!.at?.alpha).toBe(alpha);
    return points.map((point) => point.alpha);
  };
  expect(await alphasOf([0.5, 0.2, 0.5], 0.3)).toEqual([0.2, 0.3, 0.5]);
  expect(await alphasOf([0.5, 0.2], 0.2)).toEqual([0.2, 0.5]);
  expect(await alphasOf([], 0)).toEqual([0]);
  expect(await alphasOf([1])).toEqual([1]);
});

describe('novelty', () => {
  it('is the mean of the decisions', async () => {
    const records = simulatedRecords();
    const topics = await fitRouter(records.slice(0, 80), topicSpace, { clusters: 5 });
    const test = [...records.slice(80), { ...records[0]!, query: 'elsewhere', embedding: [0, 0, 0, 1, -1] }];
    const { queries, novelty } = await evaluateRouter(topics, test, { resamples: 1 });
    const decisions = topics.routeBatch(
      test.map(({ embedding }) => embedding!),
      1,
    );
    const own = decisions.map((decision) => decision.novelty!);
    expect(queries).toBe(41);
    expect(novelty).toBeCloseTo(own.reduce((a, b) => a + b) / 41, 12);
    expect(new Set(own).size).toBeGreaterThan(10);
  });

  it('is null in a router without distances', async () => {
    const sums = routerFromStatistics({
      embedding: { id: 'one-hot', dimensions: 2 },
      centroids: [[1, 0]],
      statistics: [{ cluster: 0, model: 'a', count: 10, scoreSum: 5, scoreSquareSum: 5, costCount: 10, costSum: 1 }],
    });
    expect((await evaluateRouter(sums, heldOut, { resamples: 1 })).novelty).toBeNull();
  });
});

it('constraints hold for the routes and, by name, for the baselines', async () => {
  const { points, baselines } = await evaluateRouter(router, heldOut, { alphas: [1], constraints: { exclude: ['c'] } });
  expect(points.at(-1)!.shares).toEqual({ a: 0.4, b: 0.6, c: 0 });
  expect(baselines.models.map(({ model }) => model)).toEqual(['a', 'b']);
  expect(baselines.bestSingle.model).toBe('a');
  // m2 and c2 cannot be answered.
  expect(baselines.oracle.microAccuracy).toBeCloseTo(3 / 5, 12);
  const none = evaluateRouter(router, heldOut, { constraints: { models: ['elsewhere'] } });
  await expect(none).rejects.toThrow(
    /^records\[\d\]: constraints\.models: expected one of "a", "b", "c", got "elsewhere"$/,
  );
});

it('does not depend on the order of the records, and is plain JSON', async () => {
  expect(await evaluateRouter(router, [...heldOut].reverse(), { alphas, alpha: 0.6 })).toEqual(evaluation);
  expect(JSON.parse(JSON.stringify(evaluation))).toEqual(evaluation);
});

it('warns of a collapse onto one model and of small clusters', async () => {
  const warningsAt = async (options: EvaluationOptions<Model>): Promise<string[]> =>
    (await evaluateRouter(router, heldOut, { ...options, resamples: 1 })).warnings.map(({ message }) => message);
  const small = '2 of 2 clusters have fewer than 10 training records';
  expect(await warningsAt({ alpha: 1 })).toEqual(['c takes 100.0 % of the queries at α = 1', small]);
  // Over the dial all three have their turn; a alone has not.
  expect(await warningsAt({})).toEqual([small]);
  const collapse = 'a takes 100.0 % of the queries or more at every judged α';
  expect(await warningsAt({ constraints: { models: ['a'] } })).toEqual([collapse, small]);
});

it("embeds with the router's embedder, tells its progress and can be aborted", async () => {
  const texts: string[] = [];
  const embedder = {
    id: 'first letter',
    embed: (queries: readonly string[]) => {
      texts.push(...queries);
      return Promise.resolve(queries.map((query) => [Number(query.startsWith('m')), Number(query.startsWith('c')), 1]));
    },
  };
  const plain = heldOut.map((record) => ({ ...record, embedding: null }));
  const embedding = await fitRouter(plain, embedder, { clusters: 1, shrinkage: 0 });
  texts.length = 0;
  const stages = new Map<string, EvaluationProgress>();
  await evaluateRouter(embedding, plain, {
    onProgress: (progress) => {
      stages.set(progress.stage, progress);
    },
  });
  expect(texts.sort()).toEqual(['c1', 'c2', 'm1', 'm2', 'm3']);
  expect([...stages.keys()]).toEqual(['read', 'embed', 'route', 'bootstrap']);
  for (const { completed, total } of stages.values()) expect(completed).toBe(total);

  const reason = new Error('enough');
  await expect(evaluateRouter(embedding, plain, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const controller = new AbortController();
  const aborted = evaluateRouter(embedding, plain, {
    signal: controller.signal,
    onProgress: ({ stage }) => {
      if (stage === 'bootstrap') controller.abort(reason);
    },
  });
  await expect(aborted).rejects.toBe(reason);
});

it('lets others in after each setting of the promise and each α, and heeds an abort there', async () => {
  const told: EvaluationProgress[] = [];
  const controller = new AbortController();
  const options = { alphas, retain: [0.9, 1], resamples: 1, signal: controller.signal };
  const onProgress = (progress: EvaluationProgress): void => {
    if (progress.stage === 'route') told.push(progress);
  };
  await evaluateRouter(router, heldOut, { ...options, onProgress });
  // When all five are routed, and when the promised curve is read; then 19 spends and 2 shares to retain; then 5 α.
  expect(told).toEqual(new Array(1 + 1 + 19 + 2 + 5).fill({ stage: 'route', completed: 5, total: 5 }));

  told.length = 0;
  const reason = new Error('enough');
  const abortAt = (calls: number) => async (progress: EvaluationProgress) => {
    onProgress(progress);
    await Promise.resolve();
    if (told.length === calls) controller.abort(reason);
  };
  await expect(evaluateRouter(router, heldOut, { ...options, onProgress: abortAt(24) })).rejects.toBe(reason);
  expect(told).toHaveLength(24);
});

it('names what is wrong', async () => {
  const cases: [options: object, message: string][] = [
    [{ alphas: [0.5, 2] }, 'options.alphas[1]: expected a number from 0 to 1, got 2'],
    [{ alphas: 0.5 }, 'options.alphas: expected an array of numbers from 0 to 1, got 0.5'],
    [{ retain: 0.9 }, 'options.retain: expected an array of numbers from 0 to 1, got 0.9'],
    [{ alpha: -1 }, 'options.alpha: expected a number from 0 to 1, got -1'],
    [{ resamples: 0 }, 'options.resamples: expected a whole number ≥ 1, got 0'],
    [{ seed: 0.5 }, 'options.seed: expected a whole number from 0 to 4294967295, got 0.5'],
    [{ constraints: 3 }, 'options.constraints: expected an object, got 3'],
    [{ alfa: 1 }, 'options: expected only the keys'],
  ];
  for (const [options, message] of cases) {
    const failure: unknown = await evaluateRouter(router, heldOut, options).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RouterError);
    expect(failure).toMatchObject({ code: 'invalid_options', message: expect.stringContaining(message) as string });
  }
  const [first] = heldOut;
  await expect(evaluateRouter(router, [{ ...first!, embedding: [1] }])).rejects.toThrow('records[0].embedding');
  await expect(evaluateRouter(router, [{ ...first!, embedding: null }])).rejects.toMatchObject({
    code: 'embedder_missing',
  });
});
