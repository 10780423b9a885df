import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/evaluation/gain.js';
import type { Interval } from '../../src/evaluation/intervals.js';
import type { Mix } from '../../src/evaluation/mix.js';
import type { Retention } from '../../src/evaluation/retention.js';
import { sayAlphaVerdict, sayVerdict } from '../../src/evaluation/sentence.js';

const interval = (estimate: number, low: number, high: number): Interval => ({ estimate, low, high });
const kept = (
  retain: number,
  accuracy: Interval | null,
  cost: Interval | null,
  alpha: number | null = 0.5,
): Retention => ({
  ...{ retain, alpha, accuracy, cost },
  promised: { accuracy: retain, cost: 1 },
});

describe('sayVerdict', () => {
  it.each<[answer: Answer, gain: Interval, queries: number, withCosts: boolean, sentence: string]>([
    [
      'pays',
      interval(0.0304, 0.0211, 0.0376),
      100,
      true,
      'Routing pays: at equal cost it is 3.0 points (2.1 to 3.8) more accurate than mixing single models.',
    ],
    [
      'does_not_pay',
      interval(-0.015, -0.02, -0.005),
      99,
      false,
      'Routing does not pay on this small sample of 99 queries: it is 1.5 points (0.5 to 2.0) less accurate than big, the best single model.',
    ],
    [
      'unclear',
      interval(0.004, -0.005, 0.013),
      1,
      true,
      'It is unclear whether routing pays on this small sample of 1 query: at equal cost it is 0.4 points more accurate (from 0.5 less to 1.3 more) than mixing single models.',
    ],
    [
      'unclear',
      interval(-0.004, -0.013, 0.005),
      500,
      false,
      'It is unclear whether routing pays: it is 0.4 points less accurate (from 1.3 less to 0.5 more) than big, the best single model.',
    ],
    [
      'unclear',
      interval(0, -0.01, 0.01),
      500,
      true,
      'It is unclear whether routing pays: at equal cost it is 0.0 points more accurate (from 1.0 less to 1.0 more) than mixing single models.',
    ],
    [
      'unclear',
      interval(0.01, 0, 0.02),
      100,
      true,
      'It is unclear whether routing pays: at equal cost it is 1.0 points (0.0 to 2.0) more accurate than mixing single models.',
    ],
    [
      'does_not_pay',
      interval(-0.01, -0.02, 0),
      100,
      true,
      'Routing does not pay: at equal cost it is 1.0 points (0.0 to 2.0) less accurate than mixing single models.',
    ],
    [
      'does_not_pay',
      interval(0, 0, 0),
      100,
      true,
      'Routing does not pay: at equal cost it is exactly as accurate as mixing single models.',
    ],
  ])('%s, %o', (answer, gain, queries, withCosts, sentence) => {
    expect(sayVerdict(answer, gain, [], 'big', queries, withCosts)).toBe(sentence);
  });

  it.each<[what: string, retention: Retention, sentence: string]>([
    [
      'kept',
      kept(0.95, interval(0.9712, 0.9449, 1.0051), interval(0.404, 0.3, 0.5)),
      "It keeps 95 % of big's accuracy at 40 % of its cost (measured: 97.1 %, 94.5 to 100.5).",
    ],
    [
      'kept, as far as can be told',
      kept(0.95, interval(0.93, 0.9, 0.95), interval(0.094, 0, 1)),
      "It keeps 95 % of big's accuracy at 9.4 % of its cost (measured: 93.0 %, 90.0 to 95.0).",
    ],
    [
      'not kept',
      kept(0.925, interval(0.9, 0.88, 0.92), interval(0.095, 0, 1)),
      "It promises 92.5 % of big's accuracy and keeps 90.0 % (88.0 to 92.0), at 10 % of its cost.",
    ],
    ['not promised', kept(0.98, null, null, null), "At no α does it promise 98 % of big's accuracy."],
  ])('tells what is %s', (_, retention, sentence) => {
    const gain = interval(0.03, 0.02, 0.04);
    expect(sayVerdict('pays', gain, [retention], 'big', 100, true)).toBe(
      `Routing pays: at equal cost it is 3.0 points (2.0 to 4.0) more accurate than mixing single models. ${sentence}`,
    );
  });

  it('is silent on a share without a measured accuracy or cost', () => {
    const one = interval(1, 1, 1);
    for (const retention of [kept(0.95, one, null), kept(0.95, null, one)]) {
      expect(sayVerdict('does_not_pay', interval(0, 0, 0), [retention], 'big', 100, true)).toBe(
        'Routing does not pay: at equal cost it is exactly as accurate as mixing single models.',
      );
    }
  });

  it('tells the share nearest to 95 %, and leaves their order', () => {
    const told = (...shares: number[]): string => {
      const retention = shares.map((share) => kept(share, null, null, null));
      const sentence = sayVerdict('pays', interval(1, 1, 1), retention, 'big', 100, true);
      expect(retention.map(({ retain }) => retain)).toEqual(shares);
      return /promise (.*) of/.exec(sentence)![1]!;
    };
    expect(told(0.5, 0.8, 1)).toBe('100 %');
    expect(told(1, 0.92, 0.5)).toBe('92 %');
    expect(told(0.93, 0.99, 0.96, 0.9)).toBe('96 %');
  });
});

describe('sayAlphaVerdict', () => {
  const gain = interval(0.02, 0.01, 0.03);
  const best = { model: 'big', meanCost: 0.01 } as Parameters<typeof sayAlphaVerdict>[6];
  const two: Mix = [
    { model: 'small', weight: 0.256 },
    { model: 'big', weight: 0.744 },
  ];

  it.each<[cost: Interval | null, meanCost: number | null, price: string]>([
    // .0041 of .01
    [interval(-0.0041, -0.005, -0.003), 0.01, ', and 41.0 % cheaper'],
    [interval(0.0005, 0.0001, 0.0009), 0.01, ', and 5.0 % dearer'],
    [interval(0, 0, 0), 0.01, ', and 0.0 % cheaper'],
    [interval(0, 0, 0), 0, ''],
    [interval(0.0005, 0.0001, 0.0009), null, ''],
    [null, 0.01, ''],
  ])('a cost difference of %o to %o', (cost, meanCost, price) => {
    const sentence = sayAlphaVerdict('pays', 0.123456, gain, two, interval(-0.01, -0.02, -0.005), cost, {
      ...best,
      meanCost,
    });
    expect(sentence).toBe(
      'Routing pays at α = 0.1235: the router is 2.0 points (1.0 to 3.0) more accurate than single models mixed at random at its cost (26 % small and 74 % big). ' +
        `It is 1.0 points (0.5 to 2.0) less accurate than big, the best single model${price}.`,
    );
  });

  it('names the one model of a mix', () => {
    const sentence = sayAlphaVerdict('unclear', 1, interval(0, 0, 0), two.slice(0, 1), gain, null, best);
    expect(sentence).toBe(
      'It is unclear whether routing pays at α = 1: the router is exactly as accurate as small. ' +
        'It is 2.0 points (1.0 to 3.0) more accurate than big, the best single model.',
    );
  });
});
