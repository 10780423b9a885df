import { describe, expect, it } from 'vitest';
import {
  evaluateRouter,
  fitRouter,
  type RankedModel,
  type Retention,
  type RouteConstraints,
  type Router,
  type RoutingRecord,
} from '../../src/index.js';
import { mixAccuracy, routedAt, singles } from '../reference-evaluation.js';
import { direction, record } from '../support.js';
import { fitExample, heldOut } from '../worked-example.js';
import { meanOf, rounded } from './by-hand.js';

interface Expected {
  readonly accuracy: number;
  readonly meanCost: number;
}

/** What a router expects of some queries at an α, routed one by one; of each model alone where it is named. */
function expectedAt(router: Router, records: readonly RoutingRecord[], alpha: number, alone?: string): Expected {
  const answers = records.map(({ embedding }): RankedModel => {
    const { ranking } = router.route(embedding!, alpha);
    return ranking.find(({ model }) => model === alone) ?? ranking[0];
  });
  return {
    accuracy: meanOf(answers.map(({ performance }) => performance))!,
    meanCost: meanOf(answers.map(({ cost }) => cost))!,
  };
}

it("reads the promise of the rule 'reference' at 21 α", async () => {
  // From 0° to 90° the cheap model gets worse, the dear one does not.
  const records = Array.from({ length: 90 }, (_, i) => {
    const share = i / 90;
    const outcomes = {
      a: [1 - share, 0.001],
      b: [0.5 + share / 3, 0.004 - share / 500],
      c: [0.9, 0.005 + share / 100],
    } as const;
    return record(`q${i}`, direction(i), outcomes);
  });
  const [train, test] = [records.filter((_, i) => i % 3 > 0), records.filter((_, i) => i % 3 === 0)];
  const space = { id: 'plane', dimensions: 2 };
  const router: Router = await fitRouter(train, space, { rule: 'reference', clusters: 6, nearestClusters: 2 });
  const retain = [0.6, 0.7, 0.8, 0.9, 0.97, 1];
  const { verdict } = await evaluateRouter(router, test, { retain, resamples: 1 });

  const points = Array.from({ length: 21 }, (_, i) => ({ alpha: i / 20, ...expectedAt(router, test, i / 20) }));
  const alone = router.models.map((model) => expectedAt(router, test, 0, model));
  const best = alone.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
  const cheapest = [...points].sort((a, b) => a.meanCost - b.meanCost || b.accuracy - a.accuracy);
  expect(new Set(points.map(({ meanCost }) => meanCost)).size).toBeGreaterThan(3);
  verdict!.retention.forEach((kept, i) => {
    const choice = cheapest.find(({ accuracy }) => accuracy >= retain[i]! * best.accuracy)!;
    // Of several α with the same answers any will do.
    const own = points.find(({ alpha }) => alpha === kept.alpha)!;
    expect([own.accuracy, own.meanCost]).toEqual([choice.accuracy, choice.meanCost]);
    expect(kept.promised!.accuracy).toBeCloseTo(choice.accuracy / best.accuracy, 12);
    expect(kept.promised!.cost).toBeCloseTo(choice.meanCost / best.meanCost, 12);
  });

  const state = router.toJSON();
  const models = singles(state, test);
  const costs = points.map(({ meanCost }) => meanCost);
  const gains = Array.from({ length: 19 }, (_, i) => {
    const budget = Math.min(...costs) + ((i + 1) / 20) * (Math.max(...costs) - Math.min(...costs));
    const { alpha } = cheapest.filter(({ meanCost }) => meanCost <= budget).at(-1)!;
    const { accuracy, meanCost } = routedAt(state, test, alpha);
    return accuracy - mixAccuracy(models, meanCost);
  });
  expect(verdict!.gain.estimate).toBeCloseTo(meanOf(gains)!, 12);
});

describe('without costs', () => {
  const plane = { id: 'plane', dimensions: 2 };
  const centroids = [
    [1, 0],
    [0, 1],
  ];

  it('a router promises what it expects at α = 1', async () => {
    const train = [record('q1', [1, 0], { a: [0.5, null], c: [1, null] }), record('q2', [0, 1], { a: [0.5, null] })];
    const router: Router = await fitRouter(train, plane, { centroids, nearestClusters: 1, shrinkage: 0 });
    const test = train.map((own) => ({ ...own, records: { a: 1, c: 1 } }));
    // c is a candidate for the first query alone, of which it answers all: half of .5 and 1 is .75 of that.
    const constraints = { minCount: 1 };
    const { verdict } = await evaluateRouter(router, test, { retain: [0.5, 0.75, 0.76], resamples: 1, constraints });
    const kept = { alpha: 1, promised: { accuracy: 0.75, cost: null }, accuracy: { estimate: 1, low: 1, high: 1 } };
    expect(verdict!.retention).toEqual([
      { retain: 0.5, ...kept, cost: null },
      { retain: 0.75, ...kept, cost: null },
      { retain: 0.76, alpha: null, promised: null, accuracy: null, cost: null },
    ]);
    expect(verdict!.gain).toEqual({ estimate: 0, low: 0, high: 0 });
  });

  it('of the queries a router keeps its promises, and is judged at α = 1', async () => {
    const router = await fitExample();
    const [withCosts, without] = await Promise.all(
      [heldOut, heldOut.map((own) => ({ ...own, usages: null }))].map(async (records) => {
        const { verdict } = await evaluateRouter(router, records, { retain: [0.7, 0.8], resamples: 200, alpha: 0.5 });
        return verdict!;
      }),
    );
    expect(rounded(without!.retention)).toEqual(rounded(withCosts!.retention.map((own) => ({ ...own, cost: null }))));
    // All of c at α = 1, b and a at α = .5: 7/12 beside the 5/6 of c.
    expect(without!.gain).toEqual({ estimate: 0, low: 0, high: 0 });
    expect(without!.at!.gain.estimate).toBeCloseTo(-1 / 4, 12);
    expect(without!.at!).toMatchObject({ costDifference: null, mix: [{ model: 'c', weight: 1 }] });
    expect(without!.at!.sentence).toMatch(
      / 25\.0 points less accurate .*than c\. It is .* than c, the best single model\.$/,
    );
    expect(without!.sentence).toMatch(/: it is exactly as accurate as c, the best single model\.$/);
  });
});

describe('the best single model, as the router expects', () => {
  const space = { id: 'plane', dimensions: 2 };
  const retentionOf = async (
    outcomes: Parameters<typeof record>[2],
    constraints: RouteConstraints = {},
  ): Promise<readonly Retention[]> => {
    const records = Array.from({ length: 6 }, (_, i) => record(`q${i}`, [1, i / 9], outcomes));
    const router = await fitRouter(records, space, { clusters: 1, shrinkage: 0 });
    const { verdict } = await evaluateRouter(router, records, { resamples: 20, retain: [1, 0.5], constraints });
    return verdict!.retention;
  };

  it.each<[what: string, outcomes: Parameters<typeof record>[2], constraints: RouteConstraints, cost: number | null]>([
    ['is the cheapest of equals', { a: [0.5, 0.02], b: [0.5, 0.01], c: [0.25, 0.001] }, {}, 1],
    ['is the cheapest where all are expected to fail', { a: [0, 0.02], b: [0, 0.01], c: [0, 0.04] }, {}, 1],
    ['is one that may be chosen', { a: [1, 0.5], b: [0, 0.02], c: [0, 0.01] }, { maxCost: 0.1 }, 1],
    ['may cost nothing, of which there are no shares', { a: [0.5, 0], b: [1, 0] }, {}, null],
  ])('%s', async (_, outcomes, constraints, cost) => {
    const [kept] = await retentionOf(outcomes, constraints);
    expect(kept!.promised).toEqual({ accuracy: 1, cost });
  });
});
