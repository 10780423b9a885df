import { describe, expect, it } from 'vitest';
import type { Baselines } from '../../src/evaluation/baselines.js';
import { measureGains } from '../../src/evaluation/gains.js';

const policy = (accuracy: number | null, meanCost: number | null) => ({ accuracy, meanCost });
const a = policy(0.5, 1);
const b = policy(0.8, 4);
const baselines = (bestSingle: object, models = [a, b]): Baselines => ({ models, bestSingle }) as unknown as Baselines;

const points = [
  { alpha: 0, ...policy(null, 0.5), shares: { a: 1 } },
  { alpha: 0.1, ...policy(0.5, 1), shares: { a: 1 } },
  { alpha: 0.2, ...policy(0.8, 3) },
  { alpha: 0.3, ...policy(0.7, 2) },
  { alpha: 0.4, ...policy(0.75, 3.5) },
  { alpha: 0.5, ...policy(0.9, null) },
];

describe('measureGains', () => {
  it('has the undominated points with a cost by rising cost, and nothing else of them', () => {
    const { frontier } = measureGains(points, baselines(b));
    expect(frontier).toEqual([
      { alpha: 0.1, accuracy: 0.5, meanCost: 1 },
      { alpha: 0.3, accuracy: 0.7, meanCost: 2 },
      { alpha: 0.2, accuracy: 0.8, meanCost: 3 },
    ]);
  });

  it('compares the areas under the hulls of the router and of the single models', () => {
    const { aiq, zeroRouterAiq } = measureGains(points, baselines(b, [a, policy(0.9, null), b]));
    // From 1 to 4: trapezoids of .6 and .75, then .8.
    expect(aiq).toBeCloseTo((0.6 + 0.75 + 0.8) / 3, 12);
    expect(zeroRouterAiq).toBeCloseTo((0.5 + 0.8) / 2, 12);
    expect(measureGains(points, baselines(b, [a, { ...b, meanCost: 1 }]))).toMatchObject({
      aiq: null,
      zeroRouterAiq: null,
    });
  });

  it('compares the most accurate point, and the cheapest that is good enough, with the best single model', () => {
    // .9 has no cost, so .8 at 3 in place of 4 it is.
    const { perfGain, costSave } = measureGains(points, baselines(b));
    expect(perfGain).toBeCloseTo(0.9 / 0.8 - 1, 12);
    expect(costSave).toBeCloseTo(1 / 4, 12);
    expect(measureGains(points, baselines(policy(0.7, 4))).costSave).toBeCloseTo(1 / 2, 12);
    expect(measureGains(points, baselines(policy(0.85, 4))).costSave).toBeNull();
  });

  it('is null where the best single model is not observed, or is never right', () => {
    expect(measureGains(points, baselines(policy(null, 4)))).toMatchObject({ perfGain: null, costSave: null });
    expect(measureGains(points, baselines(policy(0.8, null)))).toMatchObject({
      perfGain: 0.9 / 0.8 - 1,
      costSave: null,
    });
    expect(measureGains(points, baselines(policy(0, 4)))).toMatchObject({ perfGain: null, costSave: 3 / 4 });
  });

  it('knows no quality of a router of which nothing is observed, where it is not 0', () => {
    for (const own of [[], [{ alpha: 0, ...policy(null, 2) }], [{ alpha: 0, ...policy(0.7, null) }]]) {
      const { aiq, zeroRouterAiq, costSave } = measureGains(own, baselines(b));
      expect([aiq, costSave]).toEqual([null, null]);
      expect(zeroRouterAiq).toBeCloseTo(0.65, 12);
    }
    expect(measureGains([{ alpha: 0, ...policy(0, 2) }], baselines(b)).aiq).toBe(0);
    expect(measureGains([], baselines(b)).perfGain).toBeNull();
  });
});
