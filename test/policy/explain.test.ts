import { describe, expect, it } from 'vitest';
import { fitRouter, Router, type RouteDecision } from '../../src/index.js';
import { direction, expectRouterError, record } from '../support.js';

const space = { id: 'plane', dimensions: 2 };

/**
 * A cluster of four queries, a .75 at 3 USD, b .5 at 1; c was run elsewhere only, and its 1 at 2 USD stands in the range: for a and b
 * p̃ = (½, 0), 1 − q̃ = (0, 1). Nothing is shrunk.
 */
async function pool(): Promise<Router> {
  const records = Array.from({ length: 4 }, (_, i) =>
    record(`q${i}`, direction(i), { a: [i < 3 ? 1 : 0, 3], b: [i < 2 ? 1 : 0, 1] }),
  );
  const elsewhere = record('far', direction(90), { c: [1, 2], a: [1, 3], b: [1, 1] });
  const options = {
    centroids: [direction(1.5), direction(90)],
    shrinkage: 0,
    nearestClusters: 1,
    rule: 'paper',
  } as const;
  return fitRouter([...records, elsewhere], space, { ...options, estimator: 'nearest' });
}

describe('explain', () => {
  it('says what was chosen, at what expectation, before whom, and who was no candidate', async () => {
    const router = await pool();
    // Errors: a (SS ¾), b (SS 1), pooled over 4 + 1 scores σ² = SS/3: √((¾ + ¼)/16) = .25, √((1 + ⅓)/16) = .289.
    expect(router.explain(router.route(direction(1), 0.75))).toBe(
      'Chose "a": α 0.75, expected score 0.75 ± 0.25 (4 observed nearby), USD 3. ' +
        'Next is "b": score 0.125 lower, expected score 0.5 ± 0.289 (4 observed nearby), USD 1. No candidates: "c" (unobserved).',
    );
  });

  it('tells fallbacks, kept models and priors from choices', async () => {
    const router = await pool();
    const novel = router.explain(router.route(direction(-120), 1, { maxNovelty: 0.9, fallback: 'b' }));
    expect(novel).toMatch(/^Fell back to "b", as the query is too novel: α 1, /);
    expect(novel).toMatch(/Next is "a": score 0.5 higher, /);
    expect(novel).toMatch(/An unusual query: farther out than 100 % of the training queries\.$/);
    const none = router.explain(router.route(direction(1), 1, { maxCost: 0.5, fallback: 'b' }));
    expect(none).toMatch(/^Fell back to "b", as no model meets the constraints: /);
    expect(none).toContain('No other model was a candidate. No candidates: "a" (max_cost), "c" (unobserved).');
    expect(router.explain(router.route(direction(1), 1, { current: 'b', switchMargin: 2 }))).toMatch(
      /^Stayed with "b", as no other is ahead by more than the switch margin: /,
    );
    const prior = router.prior(1);
    expect(router.explain(prior)).toMatch(
      /^Chose "c" without a query, by the means over all records: α 1, expected score 1 /,
    );
  });

  it('calls unusual what lies beyond 95 % of the training queries, and equal what is', async () => {
    const router = await pool();
    const decision = router.route(direction(1), 0.75);
    const endOf = (novelty: number | null): string => router.explain({ ...decision, novelty }).slice(-80);
    expect(endOf(0.974)).toContain(' An unusual query: farther out than 97.4 % of the');
    for (const novelty of [null, 0.5, 0.95]) expect(endOf(novelty)).toMatch(/No candidates: "c" \(unobserved\)\.$/);
    expect(router.explain({ ...decision, margin: 0 })).toContain(' Next is "b": score equal, expected ');
  });

  it('refuses a decision that it cannot read, or that names no model of its own', async () => {
    const router = await pool();
    const decision = router.route(direction(1));
    for (const [key, place] of [
      ['ranking', 'decision.ranking'],
      ['router', 'decision'],
    ] as const) {
      const hostile = Object.defineProperty({ ...decision }, key, {
        get() {
          throw new Error('gone');
        },
      });
      await expectRouterError(
        () => router.explain(hostile),
        'invalid_options',
        `${place}: expected a value that can be read, got the error: gone`,
      );
    }
    const [first] = decision.ranking;
    const cases: [changed: object, message: string][] = [
      [{ basis: 'guess' }, `basis: expected 'query' or 'prior', got "guess"`],
      [{ alpha: 2 }, 'alpha: expected a number from 0 to 1, got 2'],
      [{ fallback: 'why' }, `fallback: expected 'max_novelty' or 'no_candidate', got "why"`],
      [{ kept: 1 }, 'kept: expected true or false, got 1'],
      [{ margin: NaN }, 'margin: expected a finite number, got NaN'],
      [{ ranking: [] }, 'ranking: expected at least one value, got an array of 0'],
      [{ ranking: [{ ...first, model: 'd' }] }, 'ranking[0].model: expected a model of the router (a, b, c), got "d"'],
      [{ ranking: [{ ...first, count: -1 }] }, 'ranking[0].count: expected a finite number ≥ 0, got -1'],
      [{ ranking: [{ ...first, cost: '3' }] }, 'ranking[0].cost: expected a finite number, got "3"'],
      [
        { excluded: [{ model: 'd', reason: 'excluded' }] },
        'excluded[0].model: expected a model of the router (a, b, c), got "d"',
      ],
      [{ novelty: 1.5 }, 'novelty: expected a number from 0 to 1, got 1.5'],
    ];
    for (const [changed, message] of cases) {
      await expectRouterError(
        () => router.explain({ ...decision, ...changed }),
        'invalid_options',
        `decision.${message}`,
      );
    }
    await expectRouterError(
      () => router.explain({ ...decision, excluded: [{ model: 'c', reason: 'a whim' as never }] }),
      'invalid_options',
      'decision.excluded[0].reason: expected a reason, got "a whim"',
    );
  });

  it('leaves unsaid what is unknown', async () => {
    const router = await fitRouter([{ query: 'q', embedding: [1, 0], records: { only: 1 } }], space);
    expect(router.explain(router.route([1, 0]))).toBe(
      'Chose "only": α 1, expected score 1 (1 observed nearby). No other model was a candidate.',
    );
  });

  it('explains the decisions of its own state only', async () => {
    const router = await pool();
    const decision = router.route(direction(1));
    expect(
      Router.fromJSON(JSON.parse(JSON.stringify(router))).explain(
        JSON.parse(JSON.stringify(decision)) as RouteDecision,
      ),
    ).toBe(router.explain(decision));
    const other = router.withoutModels(['c']);
    await expectRouterError(
      () => other.explain(decision),
      'invalid_options',
      `decision: expected a decision of this router, ${other.fingerprint}, got "${router.fingerprint}"`,
    );
    for (const nothing of [null, undefined, 'a', {}]) {
      await expectRouterError(
        () => router.explain(nothing as never),
        'invalid_options',
        /^decision: .*, got undefined$/,
      );
    }
  });
});
