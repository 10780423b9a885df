import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.js';
import { evaluateRouter, fitRouter, type AlphaVerdict, type RoutingRecord, type Verdict } from '../../src/index.js';

/** Records of two models on two kinds of query; `chance` gives the accuracy of each model on each kind. */
function simulate(
  seed: number,
  queries: number,
  chance: { readonly x: readonly [number, number]; readonly y: readonly [number, number] },
  costs: { readonly x: number; readonly y: number },
): RoutingRecord[] {
  const random = createRandom(seed);
  return Array.from({ length: queries }, (_, i) => {
    const kind = i % 2;
    return {
      query: `${seed} ${i}`,
      dataset: ['even', 'odd'][kind]!,
      embedding: [1 - kind, kind],
      records: { x: random() < chance.x[kind]!, y: random() < chance.y[kind]! },
      usages: { x: { cost: costs.x }, y: { cost: costs.y } },
    };
  });
}

async function judge(
  train: RoutingRecord[],
  test: RoutingRecord[],
  alpha = 1,
  seed = 42,
): Promise<Verdict & { readonly at: AlphaVerdict }> {
  const centroids = [
    [1, 0],
    [0, 1],
  ];
  const router = await fitRouter(train, { id: 'kind', dimensions: 2 }, { centroids, nearestClusters: 1 });
  const { verdict } = await evaluateRouter(router, test, { alpha, seed, alphas: [] });
  return { ...verdict!, at: verdict!.at! };
}

const covers = ({ low, high }: { low: number; high: number }): boolean => low <= 0 && high >= 0;

describe('the verdict', () => {
  it('on two identical models is that routing does not pay', async () => {
    const same = (records: RoutingRecord[]): RoutingRecord[] =>
      records.map((record) => ({ ...record, records: { x: record.records.x!, y: record.records.x! } }));
    const chance = { x: [0.6, 0.6], y: [0.6, 0.6] } as const;
    const equal = { x: 0.01, y: 0.01 };
    const verdict = await judge(same(simulate(1, 200, chance, equal)), same(simulate(2, 200, chance, equal)));
    expect(verdict.gain).toEqual({ estimate: 0, low: 0, high: 0 });
    expect(verdict.at.accuracyDifference).toEqual({ estimate: 0, low: 0, high: 0 });
    expect(verdict.answer).toBe('does_not_pay');
    expect(verdict.sentence).toMatch(/^Routing does not pay: /);
  });

  it('on two equally good models covers 0, nearly always', async () => {
    const chance = { x: [0.6, 0.6], y: [0.6, 0.6] } as const;
    const equal = { x: 0.01, y: 0.01 };
    let covered = 0;
    for (let seed = 0; seed < 40; seed++) {
      const verdict = await judge(simulate(seed, 200, chance, equal), simulate(seed + 1000, 200, chance, equal));
      if (covers(verdict.at.accuracyDifference)) covered++;
      // The best single model is chosen with hindsight: the error is to the side of caution.
      expect(verdict.answer).not.toBe('pays');
    }
    expect(covered).toBeGreaterThanOrEqual(34);
  });

  it('on a planted gain is that routing pays', async () => {
    // Each model is good at one kind: a router has .8, each alone .6. The difference has a standard error of 3 points or so.
    const chance = { x: [0.8, 0.4], y: [0.4, 0.8] } as const;
    const equal = { x: 0.01, y: 0.01 };
    const verdict = await judge(simulate(1, 400, chance, equal), simulate(2, 400, chance, equal));
    expect(verdict.answer).toBe('pays');
    expect(verdict.gain.low).toBeGreaterThan(0.05);
    expect(verdict.gain.high).toBeLessThan(0.35);
    expect(covers(verdict.at.accuracyDifference)).toBe(false);
    expect(verdict.at.costDifference).toEqual({
      estimate: expect.closeTo(0, 12) as number,
      low: expect.closeTo(0, 12) as number,
      high: expect.closeTo(0, 12) as number,
    });
    expect(verdict.sentence).toMatch(
      /^Routing pays: at equal cost it is \d+\.\d points \(.* to .*\) more accurate than mixing/,
    );
    expect(verdict.at.sentence).toMatch(
      /^Routing pays at α = 1: the router is \d+\.\d points \(.* to .*\) more accurate/,
    );
  });

  it('on a router that only mixes a cheap and a dear model is not that it pays', async () => {
    // The dear model is as much better on one kind as on the other: nothing to be had from looking at the query.
    const chance = { x: [0.5, 0.5], y: [0.8, 0.8] } as const;
    const costs = { x: 0.001, y: 0.01 };
    for (const alpha of [0, 0.5, 1]) {
      const verdict = await judge(simulate(3, 400, chance, costs), simulate(4, 400, chance, costs), alpha);
      expect(verdict.answer).not.toBe('pays');
      expect(covers(verdict.gain)).toBe(true);
    }
  });

  it('pays where a cheap model does one kind as well as the dear one', async () => {
    // Single models: .6 at $.001, .85 at $.01. Routed: .85 at $.0055, where a mix of the two has .725.
    const chance = { x: [0.85, 0.35], y: [0.85, 0.85] } as const;
    const costs = { x: 0.001, y: 0.01 };
    const verdict = await judge(simulate(5, 600, chance, costs), simulate(6, 600, chance, costs), 0.7);
    expect(verdict.at.answer).toBe('pays');
    expect(verdict.at.mix.map(({ model }) => model)).toEqual(['x', 'y']);
    expect(verdict.at.mix[1]!.weight).toBeCloseTo(0.5, 12);
    expect(verdict.at.costDifference!.estimate).toBeCloseTo(-0.0045, 12);
    expect(verdict.at.costDifference!.high).toBeLessThan(0);
    expect(verdict.at.sentence).toMatch(/, and 45\.0 % cheaper\.$/);
  });

  it('depends on its seed alone', async () => {
    const chance = { x: [0.7, 0.5], y: [0.5, 0.7] } as const;
    const costs = { x: 0.001, y: 0.002 };
    const [train, test] = [simulate(7, 100, chance, costs), simulate(8, 100, chance, costs)];
    expect(await judge(train, test)).toEqual(await judge(train, test));
    expect((await judge(train, test, 1, 1)).at.gain).not.toEqual((await judge(train, test, 1, 2)).at.gain);
  });
});
