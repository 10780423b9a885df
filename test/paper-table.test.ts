import { describe, expect, it } from 'vitest';
import {
  evaluateRouter,
  fitRouter,
  paperSettings,
  splitRecords,
  tradeoffCurve,
  type RoutingRecord,
} from '../src/index.js';

/**
 * The paper's experiment (section 3: six benchmarks, 70 % to fit, 60 clusters, 4 nearest, min–max inside each cluster) on planted
 * data, where every figure of its table can be worked out by hand. Each benchmark is ten topics of one direction each, on which a
 * model always has the same score and cost, so a query's near clusters all tell the same:
 *
 *     held out         score A, B, C     cost A, B, C      p̃ A, B, C       1 − q̃ A, B, C     C → B     → A
 *     ARC-AGI     30    .6  .4  .2       .05 .02 .01       1   .5    0      0   3/4   1       1/3      3/5
 *     GPQA        30    .8  .8  .6       .04 .02 .01       1   1     0      0   2/3   1       1/4       –
 *     HLE         60    .3  .2  .1       .09 .02 .01       1   .5    0      0   7/8   1       1/5      7/11
 *     LCB         60    .7  .9  .5       .05 .03 .01       .5  1     0      0   1/2   1       1/3       –
 *     SimpleQA    30    .5  .4  .1       .02 .02 .01       1   3/4   0      0   0     1        –       1/2
 *     τ²-bench    90    .8  .6  .6       .03 .02 .01       1   0     0      0   1/2   1        –       1/2
 *
 * x = α·p̃ + (1 − α)·(1 − q̃): on ARC-AGI, C → B where 1 − α = ¾ − ¼α, and B → A where ¾ − ¼α = α. On GPQA A and B tie at α = 1,
 * and B is cheaper.
 */
type Model = 'A' | 'B' | 'C';

const benchmarks: readonly [name: string, queries: number, scores: number[], costs: number[]][] = [
  ['ARC-AGI', 100, [0.6, 0.4, 0.2], [0.05, 0.02, 0.01]],
  ['GPQA', 100, [0.8, 0.8, 0.6], [0.04, 0.02, 0.01]],
  ['HLE', 200, [0.3, 0.2, 0.1], [0.09, 0.02, 0.01]],
  ['LCB', 200, [0.7, 0.9, 0.5], [0.05, 0.03, 0.01]],
  ['SimpleQA', 100, [0.5, 0.4, 0.1], [0.02, 0.02, 0.01]],
  ['τ²-bench', 300, [0.8, 0.6, 0.6], [0.03, 0.02, 0.01]],
];

const records = benchmarks.flatMap(([dataset, queries, [a, b, c], [costA, costB, costC]], benchmark) =>
  Array.from({ length: queries }, (_, i): RoutingRecord<Model> => {
    const embedding = new Array<number>(16).fill(0);
    embedding[benchmark] = 1;
    embedding[6 + (i % 10)] = 0.2;
    return {
      query: `${dataset} ${i}`,
      dataset,
      index: i,
      records: { A: a!, B: b!, C: c! },
      usages: { A: { cost: costA! }, B: { cost: costB! }, C: { cost: costC! } },
      embedding,
    };
  }),
);

const close = (value: number, digits = 12): unknown => expect.closeTo(value, digits) as unknown;

const { train, test } = splitRecords(records, { trainRatio: 0.7, seed: 42 });
const router = await fitRouter(train, { id: 'planted', dimensions: 16 }, paperSettings);
const evaluation = await evaluateRouter(router, test, { alphas: [0, 0.3, 0.4, 0.55, 0.62, 1], alpha: 0.62 });

it('is split by benchmark: 700 queries to fit, 300 to measure', () => {
  expect([train.length, test.length]).toEqual([700, 300]);
  const held = benchmarks.map(([name]) => test.filter(({ dataset }) => dataset === name).length);
  expect(held).toEqual([30, 30, 60, 60, 30, 90]);
  expect(router.toJSON().options).toMatchObject({ clusters: 60, nearestClusters: 4, rule: 'paper', shrinkage: 0 });
});

describe("the table's rows", () => {
  it('of single models: the mean over benchmarks, and the cost', () => {
    const { models, bestSingle, cheapest, random, oracle } = evaluation.baselines;
    // A (.6 + .8 + .3 + .7 + .5 + .8)/6, B (.4 + .8 + .2 + .9 + .4 + .6)/6, C (.2 + .6 + .1 + .5 + .1 + .6)/6.
    expect(models.map(({ model, accuracy }) => [model, accuracy])).toEqual([
      ['A', close(3.7 / 6)],
      ['B', close(3.3 / 6)],
      ['C', close(2.1 / 6)],
    ]);
    // A 1.5 + 1.2 + 5.4 + 3 + .6 + 2.7, B .6 + .6 + 1.2 + 1.8 + .6 + 1.8, C 300 · .01.
    expect(models.map(({ totalCost }) => totalCost)).toEqual([14.4, 6.6, 3].map((cost) => close(cost, 10)));
    expect([bestSingle.model, cheapest!.model]).toEqual(['A', 'C']);
    // A scores .6·30 + .8·30 + .3·60 + .7·60 + .5·30 + .8·90 = 189 of 300.
    expect(models[0]!.microAccuracy).toBeCloseTo(0.63, 12);
    expect(random.accuracy).toBeCloseTo((3.7 + 3.3 + 2.1) / 18, 12);
    // The best, then the cheapest: A, B, A, B, A, A.
    expect(oracle.accuracy).toBeCloseTo(3.9 / 6, 12);
    expect(oracle.totalCost).toBeCloseTo(12.6, 10);
  });

  it('of the router at some α: accuracy, cost and shares', () => {
    const rows: [alpha: number, sum: number, cost: number, a: number, b: number, c: number][] = [
      [0, 2.1, 3, 0, 0, 300],
      // HLE and GPQA go to B: .2 + .8 + .2 + .5 + .1 + .6; .3 + .6 + 1.2 + .6 + .3 + .9.
      [0.3, 2.4, 3.9, 0, 90, 210],
      // ARC-AGI and LCB, too: .4 + .8 + .2 + .9 + .1 + .6; .6 + .6 + 1.2 + 1.8 + .3 + .9.
      [0.4, 3, 5.4, 0, 180, 120],
      // SimpleQA and τ²-bench to A: .4 + .8 + .2 + .9 + .5 + .8; .6 + .6 + 1.2 + 1.8 + .6 + 2.7.
      [0.55, 3.6, 7.5, 120, 180, 0],
      // ARC-AGI to A: + .2, + .9.
      [0.62, 3.8, 8.4, 150, 150, 0],
      // HLE to A: + .1, + 4.2.
      [1, 3.9, 12.6, 210, 90, 0],
    ];
    expect(evaluation.points).toHaveLength(rows.length);
    rows.forEach(([alpha, sum, cost, a, b, c], i) => {
      const point = evaluation.points[i]!;
      expect(point.alpha).toBe(alpha);
      expect(point.accuracy).toBeCloseTo(sum / 6, 12);
      expect(point.totalCost).toBeCloseTo(cost, 10);
      expect(point.meanCost).toBeCloseTo(cost / 300, 12);
      expect(point.shares).toEqual({ A: a / 300, B: b / 300, C: c / 300 });
    });
  });

  it('of the router, benchmark by benchmark', () => {
    const { datasets } = evaluation.points[4]!;
    expect(datasets.map(({ dataset, queries, accuracy }) => [dataset, queries, accuracy])).toEqual([
      ['ARC-AGI', 30, close(0.6)],
      ['GPQA', 30, close(0.8)],
      ['HLE', 60, close(0.2)],
      ['LCB', 60, close(0.9)],
      ['SimpleQA', 30, close(0.5)],
      ['τ²-bench', 90, close(0.8)],
    ]);
  });
});

describe("the paper's claims", () => {
  it('more accurate than the best model: PerfGain 3.9/3.7 − 1', () => {
    expect(evaluation.perfGain).toBeCloseTo(3.9 / 3.7 - 1, 12);
  });

  it('as accurate at less cost: CostSave 1 − 8.4/14.4, where 3.8 are the first to reach 3.7', () => {
    expect(evaluation.costSave).toBeCloseTo(1 - 8.4 / 14.4, 12);
  });

  it('flips at the α of the table, and nowhere else', async () => {
    const { breakpoints, aiq } = await tradeoffCurve(router, test);
    const expected = [0, 1 / 5, 1 / 4, 1 / 3, 1 / 2, 3 / 5, 7 / 11];
    expect(breakpoints.map(({ alpha }) => alpha)).toEqual(expected.map((alpha) => close(alpha, 9)));
    expect(aiq).toBe(evaluation.aiq);
  });

  it('AIQ: the area under the hull', () => {
    // (cost, sum): (.01, 2.1) – (.018, 3) – (.025, 3.6) – (.028, 3.8) – (.042, 3.9) – (.048, 3.9); (.012, 2.2) and (.013, 2.4) lie
    // below it.
    // .008 · 2.55 + .007 · 3.3 + .003 · 3.7 + .014 · 3.85 + .006 · 3.9 = .1319, over 6 and .038.
    expect(evaluation.aiq).toBeCloseTo(0.1319 / 6 / 0.038, 12);
    // Single models: (.01, 2.1) – (.022, 3.3) – (.048, 3.7): .012 · 2.7 + .026 · 3.5 = .1234.
    expect(evaluation.zeroRouterAiq).toBeCloseTo(0.1234 / 6 / 0.038, 12);
    expect(evaluation.frontier.map(({ meanCost }) => meanCost)).toEqual(
      [0.01, 0.012, 0.013, 0.018, 0.025, 0.028, 0.042].map((cost) => close(cost)),
    );
  });

  it('pays at α = .62, certainly, as no benchmark has any spread', () => {
    const { at, answer, bestSingle } = evaluation.verdict!;
    expect([answer, at!.answer, bestSingle]).toEqual(['pays', 'pays', 'A']);
    // The mix that costs .028: .006/.026 of A, the rest B: 3.3 + .4 · 3/13.
    const gain = (3.8 - (3.3 + (0.4 * 3) / 13)) / 6;
    for (const value of [at!.gain.estimate, at!.gain.low, at!.gain.high]) expect(value).toBeCloseTo(gain, 10);
    expect(at!.accuracyDifference.estimate).toBeCloseTo(0.1 / 6, 12);
    expect(at!.costDifference!.estimate).toBeCloseTo(0.028 - 0.048, 12);
  });
});
