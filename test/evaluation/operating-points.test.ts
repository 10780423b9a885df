import { describe, expect, it } from 'vitest';
import { aiqAmong, operatingPoints } from '../../src/evaluation/operating-points.js';

const point = (meanCost: number | null, accuracy: number | null) => ({ meanCost, accuracy });

describe('operatingPoints', () => {
  it('keeps what has both a cost and an accuracy, 0 among them', () => {
    const [free, dear] = [point(0, 0), point(3, 0.9)];
    expect(operatingPoints([free, point(null, 1), point(2, null), dear, point(null, null)])).toEqual([free, dear]);
  });
});

describe('aiqAmong', () => {
  // The hull rises from .5 at cost 1 to .9 at 3: mean height .7.
  const line = [point(1, 0.5), point(3, 0.9)];

  it('is the mean height between the cheapest and the dearest model, in whatever order', () => {
    expect(aiqAmong(line, line)).toBeCloseTo(0.7, 12);
    expect(aiqAmong([...line].reverse(), [...line].reverse())).toBeCloseTo(0.7, 12);
    // From 1 to 5, the half beyond 3 flat: .7/2 + .9/2.
    expect(aiqAmong(line, [point(5, 0.1), point(3, 0.2), point(1, 0)])).toBeCloseTo(0.8, 12);
  });

  it('does not look at what has no cost or no accuracy', () => {
    expect(aiqAmong([...line, point(2, null), point(null, 1)], line)).toBeCloseTo(0.7, 12);
    expect(aiqAmong(line, [...line, point(9, null), point(null, 1)])).toBeCloseTo(0.7, 12);
  });

  it('is unknown without a range of costs', () => {
    expect(aiqAmong(line, [point(3, 0.5), point(3, 0.9)])).toBeNull();
    expect(aiqAmong(line, [point(3, 0.5)])).toBeNull();
    expect(aiqAmong(line, [])).toBeNull();
  });
});
