import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Router } from '../../src/index.js';
import {
  fitRouter,
  mergeRouters,
  RouterError,
  type FitOptions,
  type RouterState,
  type RoutingRecord,
  type TokenPrice,
} from '../../src/index.js';
import { requireDecision, requireSameAgain } from '../fuzz/invariants.js';
import { direction } from '../support.js';

const space = { id: 'plane', dimensions: 2 };
const names = ['a', 'b', 'c'];
const centroids = [0, 40, 90].map(direction);

interface Entry {
  readonly angle: number;
  readonly scores: (number | null)[];
  readonly costs: number[];
  readonly tokens: number;
}

const entry: fc.Arbitrary<Entry> = fc.record({
  angle: fc.integer({ min: 0, max: 90 }),
  // Quarters add without rounding, in any order.
  scores: fc.array(fc.constantFrom(0, 0.25, 0.5, 1, null), { minLength: 3, maxLength: 3 }),
  costs: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
  tokens: fc.integer({ min: 0, max: 1000 }),
});
const part = fc.array(entry, { maxLength: 12 });

/** The first records are complete, one a cluster, so that every part knows every model everywhere. */
function toRecords(entries: readonly Entry[], part: string): RoutingRecord[] {
  const complete = [0, 40, 90].map((angle): Entry => ({
    angle,
    scores: [1, 0, 0.5],
    costs: [0.5, 0.3, 0.1],
    tokens: 10,
  }));
  return [...complete, ...entries].map(({ angle, scores, costs, tokens }, i) => ({
    query: `${part} ${i}`,
    embedding: direction(angle),
    records: Object.fromEntries(names.map((name, at) => [name, scores[at]!])),
    usages: Object.fromEntries(
      names.map((name, at) => [name, { cost: costs[at]!, input_tokens: tokens, output_tokens: 2 * tokens }]),
    ),
  }));
}

const fit = (records: readonly RoutingRecord[], options: FitOptions = {}): Promise<Router> =>
  fitRouter(records, space, { centroids, ...options } as FitOptions<never>);

/** But for distances, whose mixture is right to two points of novelty and no sum. */
function expectSameEvidence(state: RouterState, expected: RouterState): void {
  const { costSum, ...exact } = state.cells;
  const { costSum: costs, ...sums } = expected.cells;
  expect(exact).toEqual(sums);
  costSum.forEach((sum, cell) => {
    expect(Math.abs(sum - costs[cell]!)).toBeLessThanOrEqual(1e-12 * Math.max(1, sum));
  });
  expect({ ...state, cells: null, clusters: state.clusters.size }).toEqual({
    ...expected,
    cells: null,
    clusters: expected.clusters.size,
  });
}

function check(property: (a: Entry[], b: Entry[], c: Entry[]) => Promise<void>, numRuns = 60): Promise<void> {
  return fc.assert(fc.asyncProperty(part, part, part, property), { numRuns, seed: 8 });
}

describe('merging', () => {
  it('is commutative to the last bit, associative, and the fit of all parts', () =>
    check(async (x, y, z) => {
      const parts = [toRecords(x, 'x'), toRecords(y, 'y'), toRecords(z, 'z')];
      const [a, b, c] = (await Promise.all(parts.map((records) => fit(records)))) as [Router, Router, Router];
      const merged = mergeRouters([a, b, c]);
      for (const order of [
        [a, c, b],
        [b, a, c],
        [b, c, a],
        [c, a, b],
        [c, b, a],
      ]) {
        expect(mergeRouters(order).fingerprint).toBe(merged.fingerprint);
      }
      const expected = (await fit(parts.flat())).toJSON();
      for (const router of [merged, mergeRouters([mergeRouters([a, b]), c]), mergeRouters([a, mergeRouters([b, c])])]) {
        expectSameEvidence(router.toJSON(), expected);
      }
    }));
});

describe('adding records', () => {
  it('is merging with their fit, and in two steps the same as in one', () =>
    check(async (x, y, z) => {
      const [one, two, three] = [toRecords(x, 'x'), toRecords(y, 'y'), toRecords(z, 'z')];
      const router = await fit(one);
      const stepwise = await (await router.withRecords(two)).withRecords(three);
      const together = await router.withRecords([...three, ...two]);
      expectSameEvidence(stepwise.toJSON(), together.toJSON());
      expect(stepwise.toJSON().clusters).toEqual(together.toJSON().clusters);
      expectSameEvidence(together.toJSON(), mergeRouters([router, await fit([...two, ...three])]).toJSON());
    }));
});

describe('leaving models out', () => {
  it('is never having had them on these centroids, byte for byte, whatever was added before', () =>
    check(async (x, y) => {
      const [one, two] = [toRecords(x, 'x'), toRecords(y, 'y')];
      const never = await fit(one, { excludedModels: ['b'] });
      expect(JSON.stringify((await fit(one)).withoutModels(['b']))).toBe(JSON.stringify(never));
      const others = two.map((record) => ({
        ...record,
        records: { a: record.records.a, c: record.records.c },
        usages: { a: record.usages!.a, c: record.usages!.c },
      }));
      const added = (await (await fit(one)).withRecords(two)).withoutModels(['b']);
      expect(JSON.stringify(added)).toBe(JSON.stringify(await never.withRecords(others)));
    }));
});

type Operation = (router: Router) => Router | Promise<Router>;

const price: fc.Arbitrary<TokenPrice> = fc.record({
  input: fc.integer({ min: 0, max: 9 }),
  output: fc.nat({ max: 9 }),
});
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.tuple(part, fc.string()).map(
    ([entries, name]): Operation =>
      (router) =>
        router.withRecords(toRecords(entries, name)),
  ),
  fc.subarray(names).map(
    (some): Operation =>
      (router) =>
        router.withoutModels(some),
  ),
  fc.subarray(names, { minLength: 1 }).chain((some) =>
    price.map(
      (own): Operation =>
        (router) =>
          router.withPrices(Object.fromEntries(some.map((name) => [name, own]))),
    ),
  ),
  fc
    .record(
      {
        rule: fc.constantFrom('global', 'overall', 'paper', 'reference'),
        estimator: fc.constantFrom('nearest', 'kernel', 'linear'),
        shrinkage: fc.integer({ min: 0, max: 40 }),
        nearestClusters: fc.integer({ min: 1, max: 3 }),
      },
      { requiredKeys: [] },
    )
    .map(
      (options): Operation =>
        (router) =>
          router.withOptions(options),
    ),
  part.map(
    (entries): Operation =>
      async (router) =>
        mergeRouters([router, await fit(toRecords(entries, 'merged'))]),
  ),
);

describe('any sequence of operations', () => {
  it('keeps every invariant and leaves the router that it began with, or is refused by a RouterError', async () => {
    let [done, refused] = [0, 0];
    const property = fc.asyncProperty(
      part,
      fc.array(operation, { minLength: 1, maxLength: 6 }),
      async (entries, operations) => {
        let router = await fit(toRecords(entries, 'first'));
        for (const operate of operations) {
          const before = JSON.stringify(router);
          const old = router;
          try {
            router = await operate(router);
            done++;
          } catch (error) {
            expect(error).toBeInstanceOf(RouterError);
            // A state that its own door refuses is no mistake of the caller's.
            expect((error as RouterError).code).not.toBe('invalid_state');
            refused++;
          }
          expect(JSON.stringify(old)).toBe(before);
          requireSameAgain(router);
          for (const angle of [0, 33, 77]) requireDecision(router, router.route(direction(angle)));
          const { cells, clusters, models } = router.toJSON();
          cells.count.forEach((count, cell) => {
            expect(count).toBeLessThanOrEqual(clusters.size[Math.floor(cell / models.length)]!);
          });
        }
      },
    );
    await fc.assert(property, { numRuns: 150, seed: 8 });
    expect(done).toBeGreaterThan(200);
    expect(refused).toBeGreaterThan(20);
  });
});
