import { describe, expect, it } from 'vitest';
import { drawResample, percentileInterval, resampledMacroMean, resampledMean } from '../../src/core/bootstrap.js';
import { shareEntropy } from '../../src/core/entropy.js';
import { quantile } from '../../src/core/quantile.js';
import { createRandom } from '../../src/core/random.js';

const strata = [Int32Array.of(0, 2, 3), Int32Array.of(1, 4)];

describe('bootstrap', () => {
  it('draws each stratum as often as it is large, every query about equally often', () => {
    const random = createRandom(7);
    const counts = new Int32Array(5);
    const totals = new Float64Array(5);
    for (let draw = 0; draw < 10_000; draw++) {
      drawResample(strata, random, counts);
      expect(counts[0]! + counts[2]! + counts[3]!).toBe(3);
      expect(counts[1]! + counts[4]!).toBe(2);
      counts.forEach((count, query) => {
        totals[query]! += count;
      });
    }
    // A count of 10,000 has a standard deviation of at most 100.
    for (const total of totals) expect(Math.abs(total - 10_000)).toBeLessThan(400);
  });

  it('takes means over what is drawn and observed', () => {
    const values = Float64Array.of(1, 0.5, 0, NaN, NaN);
    const counts = Int32Array.of(2, 1, 1, 0, 1);
    expect(resampledMean(values, [0, 1, 2, 3, 4], counts)).toBeCloseTo(2.5 / 4, 15);
    expect(resampledMacroMean(values, strata, counts)).toBeCloseTo((2 / 3 + 0.5) / 2, 15);
    // Of the second stratum only the unobserved query is drawn.
    expect(resampledMacroMean(values, strata, Int32Array.of(1, 0, 1, 1, 2))).toBe(0.5);
  });

  it('cuts off equal tails', () => {
    const replicates = Float64Array.from({ length: 101 }, (_, i) => 100 - i);
    const [low, high] = percentileInterval(replicates, 0.9);
    expect(low).toBeCloseTo(5, 10);
    expect(high).toBeCloseTo(95, 10);
    expect(percentileInterval(Float64Array.of(NaN, 3), 0.95)).toEqual([3, 3]);
  });
});

it('quantile is linear between sorted values', () => {
  // 1 + 0.25 · 3 positions lies three quarters of the way from the first to the second value.
  expect(quantile(Float64Array.of(0, 4, 8, 100), 0.25)).toBe(3);
  expect(quantile(new Float64Array(), 0.5)).toBeNaN();
});

it('shareEntropy is in bits', () => {
  expect(shareEntropy([1, 0])).toBe(0);
  expect(shareEntropy([0.25, 0.25, 0.25, 0.25])).toBe(2);
  // ½ · 1 + 2 · ¼ · 2
  expect(shareEntropy([0.5, 0.25, 0.25])).toBe(1.5);
});
