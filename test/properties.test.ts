import fc from 'fast-check';
import { distance } from 'ml-distance';
import { describe, expect, it } from 'vitest';
import { fitRouter, Router, type RouteDecision, type RoutingRecord, type ScoringRule } from '../src/index.js';
import { decodeMatrix } from '../src/state.js';

const dimensions = 4;
const space = { id: 'property', dimensions };
const names = ['alpha', 'beta', 'gamma', 'delta'];

const vector = fc
  .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: dimensions, maxLength: dimensions })
  .filter((values) => Math.hypot(...values) > 1e-3);

const score = fc.oneof({ arbitrary: fc.constantFrom(0, 1), weight: 4 }, fc.constantFrom(0.25, 0.5), fc.constant(null));
const cost = fc.oneof({ arbitrary: fc.integer({ min: 1, max: 1000 }), weight: 5 }, fc.constant(null));

interface Evaluated {
  readonly embedding: number[];
  readonly scores: (number | null)[];
  readonly costs: (number | null)[];
}

const evaluated: fc.Arbitrary<Evaluated> = fc.record({
  embedding: vector,
  scores: fc.array(score, { minLength: names.length, maxLength: names.length }),
  costs: fc.array(cost, { minLength: names.length, maxLength: names.length }),
});

/** The first record is complete, so that every model has a score and a cost. */
function toRecords(entries: readonly Evaluated[], order: readonly string[] = names, unit = 1e-4): RoutingRecord[] {
  return entries.map(({ embedding, scores, costs }, i) => ({
    query: `query ${i}`,
    embedding,
    records: Object.fromEntries(order.map((name) => [name, i === 0 ? 1 : scores[names.indexOf(name)]!])),
    usages: Object.fromEntries(
      order.map((name) => [name, { cost: i === 0 ? unit : times(costs[names.indexOf(name)]!, unit) }]),
    ),
  }));
}

const times = (value: number | null, unit: number): number | null => (value === null ? null : value * unit);

const scenario = fc.record({
  entries: fc.array(evaluated, { minLength: 20, maxLength: 60 }),
  queries: fc.array(vector, { minLength: 1, maxLength: 8 }),
  alpha: fc.double({ min: 0, max: 1, noNaN: true }),
  rule: fc.constantFrom<ScoringRule>('global', 'paper', 'reference'),
  shrinkage: fc.constantFrom(0, 1, 10),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer S> ? S : never;

const fit = ({ rule, shrinkage }: Scenario, records: readonly RoutingRecord[]): Promise<Router> =>
  fitRouter(records, space, { rule, shrinkage });

const decide = (router: Router, { queries, alpha }: Scenario): RouteDecision[] =>
  queries.map((query) => router.route(query, alpha));

function check(property: (scenario: Scenario) => Promise<void>): Promise<void> {
  return fc.assert(fc.asyncProperty(scenario, property), { numRuns: 60, seed: 7 });
}

describe('decisions do not depend on', () => {
  it('the order of the records or of the models', () =>
    check(async (scenario) => {
      const expected = decide(await fit(scenario, toRecords(scenario.entries)), scenario);
      const records = toRecords(scenario.entries);
      expect(decide(await fit(scenario, [...records].reverse()), scenario)).toEqual(expected);
      const reordered = toRecords(scenario.entries, [...names].reverse());
      expect(decide(await fit(scenario, reordered), scenario)).toEqual(expected);
    }));

  it('the currency: all costs times a power of two, which rounds alike', () =>
    check(async (scenario) => {
      const ranking = (decisions: RouteDecision[]): unknown =>
        decisions.map((decision) => decision.ranking.map(({ model, score }) => [model, score]));
      const expected = ranking(decide(await fit(scenario, toRecords(scenario.entries)), scenario));
      const scaled = toRecords(scenario.entries, names, 1e-4 * 1024);
      expect(ranking(decide(await fit(scenario, scaled), scenario))).toEqual(expected);
    }));

  it('a trip through JSON', () =>
    check(async (scenario) => {
      const router = await fit(scenario, toRecords(scenario.entries));
      const loaded = Router.fromJSON(JSON.parse(JSON.stringify(router)));
      expect(decide(loaded, scenario)).toEqual(decide(router, scenario));
      expect(JSON.stringify(loaded)).toBe(JSON.stringify(router));
    }));

  it('the length of the embedding', () =>
    check(async (scenario) => {
      const router = await fit(scenario, toRecords(scenario.entries));
      const longer = { ...scenario, queries: scenario.queries.map((query) => query.map((value) => value * 4)) };
      expect(decide(router, longer)).toEqual(decide(router, scenario));
    }));
});

describe('every decision', () => {
  it('looks at the clusters that a brute-force pass with ml-distance finds nearest', () =>
    check(async (scenario) => {
      const router = await fit({ ...scenario, rule: 'global' }, toRecords(scenario.entries));
      const { options, centroids } = router.toJSON();
      const { data } = decodeMatrix(centroids, options.clusters, dimensions, 'centroids');
      const rows = Array.from({ length: options.clusters }, (_, j) => [
        ...data.subarray(j * dimensions, (j + 1) * dimensions),
      ]);
      for (const query of scenario.queries) {
        const norm = Math.hypot(...query);
        const unit = query.map((value) => Math.fround(value / norm));
        const distances = rows.map((row) => distance.euclidean(unit, row));
        const brute = distances.map((_, j) => j).sort((a, b) => distances[a]! - distances[b]! || a - b);
        const { clusters } = router.route(query, scenario.alpha);
        expect(clusters.map(({ cluster }) => distances[cluster]!)).toEqual(
          brute.slice(0, options.nearestClusters).map((cluster) => expect.closeTo(distances[cluster]!, 6) as unknown),
        );
      }
    }));

  it('keeps the order of the rest when a model is excluded', () =>
    check(async (scenario) => {
      const router = await fit(scenario, toRecords(scenario.entries));
      for (const query of scenario.queries) {
        const { ranking, model } = router.route(query, scenario.alpha);
        if (ranking.length === 1) continue;
        const rest = router.route(query, scenario.alpha, { exclude: [model] });
        expect(rest.ranking).toEqual(ranking.slice(1));
      }
    }));

  it('ranks by score, weighs to 1, and stays in range', () =>
    check(async (scenario) => {
      for (const decision of decide(await fit(scenario, toRecords(scenario.entries)), scenario)) {
        const scores = decision.ranking.map(({ score }) => score);
        expect(scores).toEqual([...scores].sort((a, b) => b - a));
        expect(decision.model).toBe(decision.ranking[0].model);
        expect(decision.clusters.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
        expect(decision.novelty).toBeGreaterThanOrEqual(0);
        expect(decision.novelty).toBeLessThanOrEqual(1);
        expect(decision.ranking.length + decision.excluded.length).toBe(names.length);
      }
    }));
});

describe('a router', () => {
  it('never beats the oracle, even on its own training records', () =>
    check(async (scenario) => {
      const records = toRecords(scenario.entries);
      const router = await fit(scenario, records);
      const observed = (value: unknown): number => (typeof value === 'number' ? value : 0);
      for (const { embedding, records: scores } of records) {
        const { model } = router.route(embedding!, scenario.alpha);
        const best = Math.max(...names.map((name) => observed(scores[name])));
        expect(observed(scores[model])).toBeLessThanOrEqual(best);
      }
    }));

  it('of rule global or paper is linear in α: score(α) = α·score(1) + (1 − α)·score(0)', () =>
    check(async (scenario) => {
      const rule = scenario.rule === 'reference' ? 'paper' : scenario.rule;
      const router = await fit({ ...scenario, rule }, toRecords(scenario.entries));
      const scores = (query: number[], alpha: number): Map<string, number> =>
        new Map(router.route(query, alpha).ranking.map((entry) => [entry.model, entry.score]));
      for (const query of scenario.queries) {
        const [atZero, atOne] = [scores(query, 0), scores(query, 1)];
        for (const [model, value] of scores(query, scenario.alpha)) {
          expect(value).toBe(scenario.alpha * atOne.get(model)! + (1 - scenario.alpha) * atZero.get(model)!);
        }
      }
    }));
});
