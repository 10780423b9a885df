import { describe, expect, it } from 'vitest';
import { alphaFor, type AlphaTarget, type TradeoffCurve } from '../../src/index.js';
import { expectRouterError } from '../support.js';

type Name = 'a' | 'b';
type Step = readonly [alpha: number, accuracy: number | null, meanCost: number | null, shareOfB?: number];

const singles: TradeoffCurve<Name>['models'] = [
  { model: 'a', accuracy: 0.5, meanCost: 1 },
  { model: 'b', accuracy: 0.8, meanCost: 4 },
];

function curveOf(steps: readonly Step[], models = singles): TradeoffCurve<Name> {
  const breakpoints = steps.map(([alpha, accuracy, meanCost, b = 0]) => ({
    ...{ alpha, accuracy, meanCost },
    ...{ microAccuracy: accuracy, totalCost: meanCost, unobserved: 0, shares: { a: 1 - b, b } },
  }));
  return { measured: true, queries: 10, breakpoints, models, aiq: null };
}

describe('alphaFor', () => {
  it.each<[reason: string, steps: readonly Step[], alpha: number]>([
    [
      'the second',
      [
        [0, 0.5, 1],
        [0.1, 0.8, 2],
        [0.3, 0.5, 1],
        [0.4, 0.8, 2],
      ],
      0.7,
    ],
    [
      'the first',
      [
        [0, 0.5, 1],
        [0.1, 0.8, 2],
        [0.7, 0.5, 1],
        [0.8, 0.8, 2],
      ],
      0.4,
    ],
    [
      'the first of two as long',
      [
        [0, 0.5, 1],
        [0.25, 0.8, 2],
        [0.5, 0.5, 1],
        [0.75, 0.8, 2],
      ],
      0.375,
    ],
  ])('takes the longest of stretches that are as good: %s', (_, steps, alpha) => {
    expect(alphaFor(curveOf(steps), { maxMeanCost: 2 }).alpha).toBeCloseTo(alpha, 12);
  });

  it('passes over what is not observed', async () => {
    const unknown: readonly Step[] = [
      [0, null, 0],
      [0.2, 0.9, null],
      [0.4, null, null],
    ];
    const { alpha, accuracy, meanCost } = alphaFor(curveOf([...unknown, [0.6, 0.7, 2]]), { spend: 0 });
    expect([alpha, accuracy, meanCost]).toEqual([expect.closeTo(0.8, 12), 0.7, 2]);
    await expectRouterError(
      () => alphaFor(curveOf(unknown), { spend: 0 }),
      'invalid_options',
      'curve: expected a breakpoint with an observed accuracy and cost, got none',
    );
  });

  it.each([
    ['rounding', 1e-13, 0.7],
    ['a difference', 1e-10, 0.6],
  ])('tells costs apart by their ratio: %s', (_, ratio, accuracy) => {
    for (const cost of [1e-3, 1, 1e3]) {
      const curve = curveOf([
        [0, 0.6, cost],
        [0.5, 0.7, cost * (1 + ratio)],
      ]);
      expect(alphaFor(curve, { minPerformance: 0.6 }).accuracy).toBe(accuracy);
    }
  });

  it('takes the more accurate of two that cost the same, whatever is asked', () => {
    const steps: readonly Step[] = [
      [0, 0.6, 1],
      [0.2, 0.7, 1],
      [0.4, 0.65, 1],
    ];
    const targets: AlphaTarget<Name>[] = [
      { spend: 1 },
      { spend: 0 },
      { maxMeanCost: 1 },
      { minPerformance: 0.6 },
      { matchModel: 'a' },
      { retain: 0.75 },
      { shareOf: 'b', atMost: 0 },
    ];
    for (const target of targets) expect(alphaFor(curveOf(steps), target).accuracy).toBe(0.7);
  });

  it('spends up to the budget, and the budget itself', () => {
    const steps: readonly Step[] = [
      [0, 0.5, 1],
      [0.3, 0.6, 2],
      [0.6, 0.8, 3],
    ];
    expect([0, 0.49, 0.5, 0.99, 1].map((spend) => alphaFor(curveOf(steps), { spend }).meanCost)).toEqual([
      1, 1, 2, 2, 3,
    ]);
  });

  it('says what can be had', async () => {
    const curve = curveOf(
      [
        [0, 0.5, 1, 0.25],
        [0.5, 0.7, 3, 0.75],
      ],
      [...singles.slice(0, 1), { model: 'b', accuracy: null, meanCost: null }],
    );
    // The best model with an accuracy is a: .7 is 1.4 times as accurate.
    expect(alphaFor(curve, { retain: 1 }).accuracy).toBe(0.5);
    expect(alphaFor(curve, { shareOf: 'b', atMost: 0.25 }).accuracy).toBe(0.5);
    const failures: [AlphaTarget<Name>, string][] = [
      [{ maxMeanCost: 0.5 }, 'target.maxMeanCost: expected at least 1, the least mean cost of any α, got 0.5'],
      [{ minPerformance: 0.9 }, 'target.minPerformance: expected at most 0.7, the highest accuracy of any α, got 0.9'],
      [
        { matchModel: 'b' },
        'target.matchModel: expected a model of an accuracy of at most 0.7, the highest of any α, got "b" at none observed',
      ],
      [{ shareOf: 'b', atMost: 0.2 }, 'target.atMost: expected at least 0.25, the least share of any α, got 0.2'],
      [
        { spend: 0, retain: 1 },
        'target: expected maxMeanCost, minPerformance, matchModel, retain, spend, or shareOf with atMost, got retain and spend',
      ],
      [{ matchModel: 'c' } as never, 'target.matchModel: expected a model of the curve (a, b), got "c"'],
    ];
    for (const [target, message] of failures) {
      await expectRouterError(() => alphaFor(curve, target), 'invalid_options', message);
    }
  });

  it('reads a curve that may come from a file', async () => {
    const curve = curveOf([[0, 0.5, 1]]);
    const [breakpoint] = curve.breakpoints;
    const wrong: [unknown, string][] = [
      [null, 'curve: expected an object, got null'],
      [{ ...curve, breakpoints: {} }, 'curve.breakpoints: expected an array, got an object'],
      [
        { ...curve, breakpoints: [{ ...breakpoint, accuracy: 2 }] },
        'curve.breakpoints[0].accuracy: expected a number from 0 to 1, got 2',
      ],
      [
        { ...curve, breakpoints: [{ ...breakpoint, meanCost: -1 }] },
        'curve.breakpoints[0].meanCost: expected a finite number ≥ 0, got -1',
      ],
      [
        { ...curve, breakpoints: [{ ...breakpoint, shares: 3 }] },
        'curve.breakpoints[0].shares: expected an object by model, got 3',
      ],
      [
        { ...curve, models: [{ model: 7, accuracy: 1, meanCost: 1 }] },
        'curve.models[0].model: expected a string, got 7',
      ],
      [
        { ...curve, models: [{ model: 'a', accuracy: '1', meanCost: 1 }] },
        'curve.models[0].accuracy: expected a number from 0 to 1, got "1"',
      ],
    ];
    for (const [value, message] of wrong) {
      await expectRouterError(() => alphaFor(value as TradeoffCurve, { spend: 0 }), 'invalid_options', message);
    }
  });
});
