import { describe, expect, it } from 'vitest';
import { fitRouter, Router } from '../../src/index.js';
import { expectRouterError } from '../support.js';
import { priced, unpriced } from './support.js';

const space = { id: 'plane', dimensions: 2 };

describe('withPrices', () => {
  it('computes the costs of the named models from their tokens', () => {
    const router = Router.fromJSON(unpriced);
    const cheaper = router.withPrices({ large: { input: 10, output: 50 } });
    // (1000·10 + 500·50)/1e6 and (2000·10 + 300·50)/1e6; `small` keeps what was measured.
    expect(cheaper.toJSON()).toEqual({
      ...unpriced,
      cells: { ...unpriced.cells, costSum: [0.035, 0.01, 0.035, 0.01] },
      prices: { large: { input: 10, output: 50 } },
    });
    expect(router.toJSON()).toEqual(unpriced);
  });

  it('moves the choice when a price falls', () => {
    const router = Router.fromJSON(priced);
    expect(router.route([0, 1]).model).toBe('small');
    expect(router.withPrices({ large: { input: 0.2, output: 1 } }).route([0, 1]).model).toBe('large');
  });

  it('keeps other prices, and ignores models of a catalogue that it does not have', () => {
    const catalogue: Record<string, { input: number; output: number }> = {
      small: { input: 1, output: 1 },
      other: { input: 7, output: 7 },
    };
    expect(Router.fromJSON(priced).withPrices(catalogue).toJSON().prices).toEqual({
      large: { input: 20, output: 100 },
      small: { input: 1, output: 1 },
    });
  });

  it('forgets measured costs: only records with both token counts cost', async () => {
    const router = await fitRouter(
      [
        { query: 'measured', records: { a: 1 }, usages: { a: { cost: 5 } }, embedding: [1, 0] },
        {
          query: 'both',
          records: { a: 1 },
          usages: { a: { cost: 7, input_tokens: 1e6, output_tokens: 2e6 } },
          embedding: [1, 0],
        },
        {
          query: 'counted',
          records: { a: 1 },
          usages: { a: { input_tokens: 1e6, output_tokens: 1e6 } },
          embedding: [1, 0],
        },
      ],
      space,
      { prices: { a: { input: 1, output: 10 } } },
    );
    // 5 and 7 measured, 1·1 + 1·10 computed.
    expect(router.toJSON().cells).toMatchObject({ costCount: [3], costSum: [23] });
    // 2·(1 + 1) input and 3·(2 + 1) output.
    expect(router.withPrices({ a: { input: 2, output: 3 } }).toJSON().cells).toMatchObject({
      costCount: [2],
      costSum: [13],
    });
  });

  it('gives costs to a router that had none, if to every model', async () => {
    const usage = { input_tokens: 1e6, output_tokens: 0 };
    const router = await fitRouter(
      [{ query: 'q', records: { a: 1, b: 0 }, usages: { a: usage, b: usage }, embedding: [1, 0] }],
      space,
    );
    const withCosts = router.withPrices({ a: { input: 3, output: 0 }, b: { input: 1, output: 0 } });
    expect(withCosts.route([1, 0], 0).ranking.map(({ model, cost }) => [model, cost])).toEqual([
      ['b', 1],
      ['a', 3],
    ]);
    expect(withCosts.toJSON().options.defaultAlpha).toBe(1);
    await expectRouterError(
      () => router.withPrices({ a: { input: 3, output: 0 } }),
      'invalid_options',
      'prices: expected a price of "b", as no cost of it is known, got none',
    );
  });

  it('refuses a model without tokens, strangers alone and what is no price', async () => {
    const { tokenCount: _, inputTokenSum: __, outputTokenSum: ___, ...cells } = unpriced.cells;
    const withoutTokens = Router.fromJSON({ ...unpriced, cells });
    await expectRouterError(
      () => withoutTokens.withPrices({ small: { input: 1, output: 1 } }),
      'invalid_options',
      'prices.small: expected a model whose records carry token counts, got none',
    );
    const router = Router.fromJSON(unpriced);
    await expectRouterError(
      () => router.withPrices({}),
      'invalid_options',
      'prices: expected a price of a model of the router (large, small), got none',
    );
    await expectRouterError(
      () => router.withPrices({ small: { input: 1 } as never }),
      'invalid_options',
      'prices.small.output: expected a finite number ≥ 0, got undefined',
    );
  });
});
