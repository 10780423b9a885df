import { describe, expect, it } from 'vitest';
import { compareRouters, fitRouter, Router } from '../../src/index.js';
import { direction, expectRouterError, record } from '../support.js';

const space = { id: 'plane', dimensions: 2 };

/** a is .75 at 3 USD near the x axis and 0 near y; b .5 at 1 and 1 at 2. One cluster a query, nothing shrunk. */
async function pool(): Promise<Router<'a' | 'b'>> {
  const records = Array.from({ length: 8 }, (_, i) =>
    i < 4
      ? record(`x${i}`, direction(i), { a: [i < 3 ? 1 : 0, 3], b: [i < 2 ? 1 : 0, 1] })
      : record(`y${i}`, direction(90 + i), { a: [0, 3], b: [1, 2] }),
  );
  const options = {
    centroids: [direction(1), direction(95)],
    nearestClusters: 1,
    shrinkage: 0,
    estimator: 'nearest',
  } as const;
  return fitRouter(records, space, options) as Promise<Router<'a' | 'b'>>;
}
const embeddings = [direction(0), direction(3), direction(10), direction(90)];

describe('compareRouters', () => {
  it('tells which queries would move, and what either expects', async () => {
    const router = await pool();
    const cheap = router.withOptions({ defaultAlpha: 0 });
    // α = 1: the three x queries go to a, the other to b. α = 0: all to b.
    const best = router.withOptions({ defaultAlpha: 1 });
    expect(compareRouters(best, cheap, embeddings)).toEqual({
      queries: 4,
      changed: 0.75,
      moves: [{ from: 'a', to: 'b', queries: 3 }],
      a: { performance: (3 * 0.75 + 1) / 4, cost: (3 * 3 + 2) / 4, shares: { a: 0.75, b: 0.25 } },
      b: { performance: (3 * 0.5 + 1) / 4, cost: (3 * 1 + 2) / 4, shares: { a: 0, b: 1 } },
    });
    expect(compareRouters(best, cheap, embeddings, { alpha: 1 })).toMatchObject({ changed: 0, moves: [] });
    expect(compareRouters(best, cheap, embeddings, { constraints: { exclude: ['b'] } }).a.shares).toEqual({
      a: 1,
      b: 0,
    });
  });

  it('compares pools of different models', async () => {
    const router = await pool();
    const { moves, b } = compareRouters(router, router.withoutModels(['a']), embeddings, { alpha: 1 });
    expect(moves).toEqual([{ from: 'a', to: 'b', queries: 3 }]);
    expect(b.shares).toEqual({ b: 1 });
  });

  it('leaves costs unknown where they are', async () => {
    const free = await fitRouter([{ query: 'q', embedding: [1, 0], records: { a: 1 } }], space);
    expect(compareRouters(await pool(), free, [[1, 0]], { alpha: 1 }).b).toEqual({
      performance: 1,
      cost: null,
      shares: { a: 1 },
    });
  });

  it('refuses routers of different spaces, no queries, and unknown options', async () => {
    const router = await pool();
    const state = router.toJSON();
    const elsewhere = Router.fromJSON({ ...state, embedding: { ...state.embedding, id: 'other' } });
    await expectRouterError(
      () => compareRouters(router, elsewhere, embeddings),
      'embedder_mismatch',
      'b: expected the vector space of a, "plane" of 2 dimensions, got "other" of 2 dimensions',
    );
    await expectRouterError(
      () => compareRouters(router, router, []),
      'invalid_embedding',
      'embeddings: expected at least one vector, got none',
    );
    await expectRouterError(
      () => compareRouters(router, router, embeddings, { beta: 1 } as object),
      'invalid_options',
      'options: expected only the keys alpha, constraints, got the key "beta"',
    );
    await expectRouterError(
      () => compareRouters({} as Router, router, embeddings),
      'invalid_options',
      /^a: expected a router/,
    );
    await expectRouterError(() => compareRouters(router, router, [[1]]), 'invalid_embedding', /^embeddings\[0\]: /);
  });
});
