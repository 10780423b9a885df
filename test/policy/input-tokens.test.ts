import { describe, expect, it } from 'vitest';
import { fitRouter, flipPoints, Router, tradeoffCurve, type FitOptions, type RoutingRecord } from '../../src/index.js';
import { direction, expectRouterError, record } from '../support.js';

const space = { id: 'plane', dimensions: 2 };
const prices = { terse: { input: 1, output: 100 }, wordy: { input: 10, output: 2 } };

/**
 * `terse` is dear to read from and short, `wordy` dear to read and long, and writes 1,000 tokens near the x axis, 3,000 near the y axis.
 * Costs are those of prompts of 500 tokens.
 */
function records(): RoutingRecord<'terse' | 'wordy'>[] {
  return Array.from({ length: 40 }, (_, i) => {
    const isX = i % 2 === 0;
    const tokens = { terse: 100, wordy: isX ? 1000 : 3000 };
    const usage = (model: 'terse' | 'wordy') => ({
      cost: (500 * prices[model].input + tokens[model] * prices[model].output) / 1e6,
      input_tokens: 500,
      output_tokens: tokens[model],
    });
    return {
      query: `q${i}`,
      embedding: direction(isX ? 0 : 90),
      records: { terse: i % 4 === 0 ? 1 : 0, wordy: i % 8 < 5 ? 1 : 0 },
      usages: { terse: usage('terse'), wordy: usage('wordy') },
    };
  });
}

async function fit(options: FitOptions = {}): Promise<Router<'terse' | 'wordy'>> {
  const centroids = [direction(0), direction(90)];
  return fitRouter(records(), space, {
    centroids,
    nearestClusters: 1,
    shrinkage: 0,
    estimator: 'nearest',
    prices,
    ...options,
  });
}

const costs = ({
  ranking,
}: {
  ranking: readonly { model: string; cost: number | null }[];
}): Record<string, number | null> => Object.fromEntries(ranking.map(({ model, cost }) => [model, cost]));

describe('inputTokens', () => {
  it('makes the cost of this prompt from prices and the mean output nearby', async () => {
    const router = await fit();
    const at = (inputTokens: number, degrees: number) => costs(router.route(direction(degrees), 0.5, { inputTokens }));
    // (input · price + output · price)/10⁶; y axis: 3,000 tokens of `wordy`.
    expect(at(500, 0)).toEqual({ terse: (500 + 10_000) / 1e6, wordy: (5_000 + 2_000) / 1e6 });
    expect(at(500, 90)).toEqual({ terse: (500 + 10_000) / 1e6, wordy: (5_000 + 6_000) / 1e6 });
    expect(at(0, 0)).toEqual({ terse: 10_000 / 1e6, wordy: 2_000 / 1e6 });
    expect(at(50_000, 0)).toEqual({ terse: (50_000 + 10_000) / 1e6, wordy: (500_000 + 2_000) / 1e6 });
    // The means of both halves: 2,000 tokens.
    expect(costs(router.prior(0.5, { inputTokens: 500 }))).toEqual({ terse: 10_500 / 1e6, wordy: 9_000 / 1e6 });
  });

  it('changes nothing where the prompt is as long as those of the log', async () => {
    const router = await fit();
    for (const degrees of [0, 90]) {
      const [usual, priced] = [{}, { inputTokens: 500 }].map((constraints) =>
        router.route(direction(degrees), 0.6, constraints),
      );
      expect(priced!.model).toBe(usual!.model);
      usual!.ranking.forEach(({ cost, score }, i) => {
        expect(priced!.ranking[i]!.cost).toBeCloseTo(cost!, 12);
        expect(priced!.ranking[i]!.score).toBeCloseTo(score, 9);
      });
    }
  });

  it('moves the choice for a prompt a hundred times longer, and at α = 1 nothing', async () => {
    const router = await fit();
    const pick = (alpha: number, inputTokens: number): string =>
      router.route(direction(0), alpha, { inputTokens }).model;
    expect(pick(0.6, 500)).toBe('wordy');
    expect(pick(0.6, 50_000)).toBe('terse');
    const [short, long] = [500, 50_000].map((inputTokens) => router.route(direction(0), 1, { inputTokens }));
    const scores = ({ ranking }: typeof short & {}) => ranking.map(({ model, score }) => [model, score]);
    expect(scores(long!)).toEqual(scores(short!));
  });

  it('stays on the scale of the router, so scores are lines over α', async () => {
    const router = await fit();
    const inputTokens = 2000;
    const scoreAt = (alpha: number): number =>
      router.route(direction(0), alpha, { inputTokens }).ranking.find(({ model }) => model === 'terse')!.score;
    // Cells cost from .007 to .011; terse: (2,000 + 10,000)/10⁶ = .012.
    expect(scoreAt(0)).toBeCloseTo(1 - (0.012 - 0.007) / 0.004, 9);
    expect(scoreAt(0.5)).toBeCloseTo((scoreAt(0) + scoreAt(1)) / 2, 12);
    for (const { alpha, model } of flipPoints(router, direction(0), { inputTokens })) {
      expect(router.route(direction(0), alpha, { inputTokens }).model).toBe(model);
    }
  });

  it('is what maxCost goes by, in batches and curves too', async () => {
    const router = await fit();
    const constraints = { inputTokens: 50_000, maxCost: 0.1 };
    const decision = router.route(direction(0), 0.5, constraints);
    expect(decision.excluded).toEqual([{ model: 'wordy', reason: 'max_cost' }]);
    expect(router.routeBatch([direction(0)], 0.5, constraints)).toEqual([decision]);
    const curve = await tradeoffCurve(router, [direction(0)], { constraints });
    expect(curve.breakpoints).toEqual([
      { alpha: 0, accuracy: decision.ranking[0].performance, meanCost: 0.06, shares: { terse: 1, wordy: 0 } },
    ]);
  });

  it('estimates output tokens as the estimator does', async () => {
    // The kernel pools both halves with smooth weights. Every query lies on its centroid: τ = 0, and the nearer one counts alone.
    const tokens = async (estimator: 'kernel' | 'linear', degrees: number): Promise<number> => {
      const router = await fit({ estimator });
      return (costs(router.route(direction(degrees), 0.5, { inputTokens: 0 })).wordy! * 1e6) / prices.wordy.output;
    };
    expect(await tokens('kernel', 10)).toBe(1000);
    expect(await tokens('kernel', 80)).toBe(3000);
    // Regression to the mean of 2,000, from both sides.
    expect(await tokens('linear', 0)).toBeGreaterThan(1000);
    expect(await tokens('linear', 0)).toBeLessThan(2000);
    expect(await tokens('linear', 90)).toBeGreaterThan(2000);
    expect(await tokens('linear', 90)).toBeLessThan(3000);
  });

  it('asks for a price and token counts of every candidate, and of nobody else', async () => {
    const some = await fit({ prices: { terse: prices.terse } });
    await expectRouterError(
      () => some.route(direction(0), 0.5, { inputTokens: 9 }),
      'invalid_constraints',
      'constraints.inputTokens: expected a price of "wordy" in the router, got none',
    );
    expect(some.route(direction(0), 0.5, { inputTokens: 9, exclude: ['wordy'] }).model).toBe('terse');
    const { tokenCount: _, inputTokenSum: __, outputTokenSum: ___, ...cells } = (await fit()).toJSON().cells;
    const untold = Router.fromJSON({ ...(await fit()).toJSON(), cells });
    await expectRouterError(
      () => untold.prior(0.5, { inputTokens: 9 }),
      'invalid_constraints',
      'constraints.inputTokens: expected token counts of "terse" in the router, got none',
    );
  });

  it.each([
    ['paper', "none with the rule 'paper', which has no scale for the cost of one query"],
    ['reference', "none with the rule 'reference', which has no scale for the cost of one query"],
  ] as const)('has no meaning with the rule %s', async (rule, expected) => {
    const router = await fit({ rule });
    await expectRouterError(
      () => router.route(direction(0), 0.5, { inputTokens: 9 }),
      'invalid_constraints',
      `constraints.inputTokens: expected ${expected}, got 9`,
    );
  });

  it('is refused where it is no number of tokens, or costs are unknown', async () => {
    const router = await fit();
    for (const inputTokens of [-1, NaN, Infinity]) {
      await expectRouterError(
        () => router.route(direction(0), 0.5, { inputTokens }),
        'invalid_constraints',
        `constraints.inputTokens: expected a number of tokens ≥ 0, got ${inputTokens}`,
      );
    }
    const free = await fitRouter([{ query: 'q', embedding: [1, 0], records: { a: 1 } }], space);
    await expectRouterError(
      () => free.route([1, 0], 1, { inputTokens: 9 }),
      'invalid_constraints',
      'constraints.inputTokens: expected none in a router fitted without costs, got 9',
    );
  });

  it('is refused where the fallback has no price, though the near clusters have not seen it', async () => {
    const records = [
      record('x', direction(0), { seen: [1, 1], unseen: [null, null] }),
      record('y', direction(90), { seen: [1, 1], unseen: [1, 1] }),
    ].map((own) => ({ ...own, usages: { ...own.usages, seen: { input_tokens: 5, output_tokens: 5, cost: 1 } } }));
    const options = { centroids: [direction(0), direction(90)], nearestClusters: 1, estimator: 'nearest' } as const;
    const prices = { seen: { input: 1, output: 1 } };
    const router = await fitRouter(records, space, { ...options, prices });
    expect(router.route(direction(0), 0.5, { inputTokens: 9 }).model).toBe('seen');
    await expectRouterError(
      () => router.route(direction(0), 0.5, { inputTokens: 9, fallback: 'unseen', minPerformance: 1 }),
      'invalid_constraints',
      'constraints.inputTokens: expected a price of "unseen" in the router, got none',
    );
  });
});
