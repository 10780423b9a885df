import { describe, expect, it } from 'vitest';
import { createRandom } from '../src/core/random.js';
import {
  alphaFor,
  evaluateRouter,
  fitRouter,
  tradeoffCurve,
  type Estimator,
  type FitOptions,
  type Router,
  type RoutingRecord,
  type ScoringRule,
} from '../src/index.js';
import {
  aiq,
  everyPoint,
  mixAccuracy,
  oracle,
  random as drawn,
  routedAt,
  singles,
  type Measured,
} from './reference-evaluation.js';
import { rank, type Constraints } from './reference.js';

const names = ['amber', 'blue', 'coral', 'dusk', 'ebony'];
const columns = 6;
const space = { id: 'random', dimensions: columns };

/** A pool with gaps: each model is good at some directions, runs on some of the queries, and costs what it likes. */
function randomPool(random: () => number, size: number): RoutingRecord[] {
  const models = names.slice(0, 2 + Math.floor(random() * (names.length - 1)));
  const skill = models.map(() => vectorOf(random));
  const price = models.map(() => 10 ** (-4 + 2 * random()));
  const gap = random() < 0.5 ? 0 : 0.3;
  return Array.from({ length: size }, (_, i) => {
    const embedding = vectorOf(random);
    const outcomes = models.map((model, m) => {
      const chance = 0.5 + skill[m]!.reduce((sum, value, at) => sum + value * embedding[at]!, 0);
      const isMissing = i > 0 && random() < gap;
      const score = random() < 0.2 ? Math.floor(random() * 5) / 4 : Number(random() < chance);
      return { model, score: isMissing ? null : score, cost: i > 0 && random() < gap ? null : price[m]! * random() };
    });
    return {
      query: `query ${i}`,
      dataset: `set ${Math.floor(random() * 3)}`,
      embedding,
      records: Object.fromEntries(outcomes.map(({ model, score }) => [model, score])),
      usages: Object.fromEntries(outcomes.map(({ model, cost }) => [model, { cost }])),
    };
  });
}

function vectorOf(random: () => number): number[] {
  return Array.from({ length: columns }, () => 2 * random() - 1);
}

function pick<T>(random: () => number, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)]!;
}

async function randomRouter(random: () => number, pool: readonly RoutingRecord[]): Promise<Router> {
  const size = pool.length;
  const rule = pick<ScoringRule>(random, ['global', 'global', 'overall', 'paper', 'reference']);
  const smooth = rule === 'global' || rule === 'overall';
  const clusters = 1 + Math.floor(random() * Math.floor(size / 10));
  const options: FitOptions = {
    rule,
    estimator: smooth ? pick<Estimator>(random, ['nearest', 'kernel', 'linear']) : 'nearest',
    clusters,
    nearestClusters: 1 + Math.floor(random() * Math.min(4, clusters)),
    shrinkage: pick(random, [0, 1, 10]),
    seed: Math.floor(random() * 1000),
    ...(random() < 0.3 && { dimensions: 3 }),
  };
  return fitRouter(pool, space, options);
}

function randomConstraints(random: () => number): Constraints {
  const name = (): string => pick(random, names);
  return pick<Constraints>(random, [
    {},
    {},
    { exclude: [name()] },
    { avoid: [name(), name()] },
    { models: [name(), name(), name()] },
    { maxCost: 10 ** (-4 + 2 * random()) },
    { minPerformance: random() * 0.7 },
  ]);
}

describe('a route, beside the reference', () => {
  it('has the same candidates in the same order, with the same figures, on 150 random routers', async () => {
    const random = createRandom(2024);
    let compared = 0;
    let refused = 0;
    for (let run = 0; run < 150; run++) {
      const router = await randomRouter(random, randomPool(random, 40 + Math.floor(random() * 80)));
      const state = router.toJSON();
      for (let query = 0; query < 5; query++) {
        const embedding = vectorOf(random);
        const alpha = pick(random, [0, 1, 0.5, random()]);
        const constraints = randomConstraints(random);
        const expected = rank(state, embedding, alpha, constraints);
        if (expected.length === 0) {
          expect(() => router.route(embedding, alpha, constraints)).toThrow(/^(constraints|embedding).*: expected/);
          refused++;
          continue;
        }
        const { ranking } = router.route(embedding, alpha, constraints);
        // Scores nearer than rounding may stand either way round.
        const rounded = expected.every((own, i) => i === 0 || Math.abs(own.score - expected[i - 1]!.score) > 1e-9);
        const order = (models: readonly { model: string }[]): string[] => models.map(({ model }) => model);
        if (rounded) expect(order(ranking)).toEqual(order(expected));
        for (const { model, score, performance, cost, standardError } of ranking) {
          const own = expected.find((candidate) => candidate.model === model)!;
          expect(score).toBeCloseTo(own.score, 9);
          expect(performance).toBeCloseTo(own.performance, 9);
          expect(cost).toBeCloseTo(own.cost, 12);
          if (Number.isFinite(own.standardError)) expect(standardError).toBeCloseTo(own.standardError, 8);
          else expect(standardError).toBeNull();
        }
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(600);
    expect(refused).toBeGreaterThan(5);
  });
});

describe('a verdict, beside the reference', () => {
  const random = createRandom(95);
  let judged = 0;

  it.each(Array.from({ length: 12 }, (_, i) => i))('has the same gain and retention on random pool %i', async () => {
    const pool = randomPool(random, 100);
    const router = await randomRouter(random, pool.slice(40));
    const state = router.toJSON();
    if (state.options.rule === 'reference') return;
    const heldOut = pool.slice(0, 40);
    const { verdict } = await evaluateRouter(router, heldOut, { resamples: 1 });
    const promised = await tradeoffCurve(
      router,
      heldOut.map(({ embedding }) => embedding!),
    );
    const models = singles(state, heldOut);
    const cheapest = models.reduce((a, b) => (b.meanCost < a.meanCost ? b : a));
    const gains = Array.from({ length: 19 }, (_, i) => {
      const { accuracy, meanCost } = routedAt(state, heldOut, alphaFor(promised, { spend: (i + 1) / 20 }).alpha);
      return accuracy - (meanCost < cheapest.meanCost ? cheapest.accuracy : mixAccuracy(models, meanCost));
    });
    expect(verdict!.gain.estimate).toBeCloseTo(gains.reduce((a, b) => a + b) / 19, 9);
    const best = models.find(({ model }) => model === verdict!.bestSingle)!;
    for (const { retain, alpha, accuracy, cost } of verdict!.retention) {
      if (alpha === null) continue;
      expect(alphaFor(promised, { retain }).alpha).toBe(alpha);
      const own = routedAt(state, heldOut, alpha);
      expect(accuracy!.estimate).toBeCloseTo(own.accuracy / best.accuracy, 9);
      expect(cost!.estimate).toBeCloseTo(own.meanCost / best.meanCost, 9);
    }
    judged++;
  });

  it('was found for most of them', () => {
    expect(judged).toBeGreaterThan(6);
  });
});

describe('an evaluation, beside the reference', () => {
  const random = createRandom(508);

  it.each(Array.from({ length: 12 }, (_, i) => i))('measures the same on random pool %i', async () => {
    const pool = randomPool(random, 60 + Math.floor(random() * 40));
    const router = await randomRouter(random, pool.slice(25));
    const state = router.toJSON();
    const heldOut = pool.slice(0, 25);
    const evaluation = await evaluateRouter(router, heldOut, { alphas: [0, 0.3, 1], alpha: 0.6, resamples: 1 });
    const expectMeasured = (own: Measured, expected: Measured): void => {
      expect(own.accuracy).toBeCloseTo(expected.accuracy, 12);
      expect(own.microAccuracy).toBeCloseTo(expected.microAccuracy, 12);
      expect(own.meanCost).toBeCloseTo(expected.meanCost, 12);
    };
    for (const point of evaluation.points) expectMeasured(point as Measured, routedAt(state, heldOut, point.alpha));
    const models = singles(state, heldOut);
    evaluation.baselines.models.forEach((own, i) => {
      expectMeasured(own as Measured, models[i]!);
    });
    expectMeasured(evaluation.baselines.oracle as Measured, oracle(state, heldOut));
    expectMeasured(evaluation.baselines.random as Measured, drawn(state, heldOut));
    expect(evaluation.zeroRouterAiq).toBeCloseTo(aiq(models, models), 9);

    if (state.options.rule === 'reference') return;
    const points = everyPoint(state, heldOut);
    expect(evaluation.aiq).toBeCloseTo(aiq(points, models), 9);
    const best = models.reduce((a, b) =>
      b.accuracy > a.accuracy || (b.accuracy === a.accuracy && b.meanCost < a.meanCost) ? b : a,
    );
    const highest = Math.max(...points.map(({ accuracy }) => accuracy));
    expect(evaluation.perfGain).toBeCloseTo(highest / best.accuracy - 1, 9);
    const enough = points.filter(({ accuracy }) => accuracy >= best.accuracy - 1e-12);
    if (enough.length === 0) expect(evaluation.costSave).toBeNull();
    else {
      const least = Math.min(...enough.map(({ meanCost }) => meanCost));
      expect(evaluation.costSave).toBeCloseTo(1 - least / best.meanCost, 9);
    }

    const { breakpoints } = await tradeoffCurve(router, heldOut);
    breakpoints.forEach((point, i) => {
      const middle = (point.alpha + (breakpoints[i + 1]?.alpha ?? 1)) / 2;
      const { accuracy, meanCost } = routedAt(state, heldOut, middle);
      expect(point.accuracy).toBeCloseTo(accuracy, 12);
      expect(point.meanCost).toBeCloseTo(meanCost, 12);
    });
  });
});
