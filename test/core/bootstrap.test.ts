import { describe, expect, it } from 'vitest';
import { drawResamples, percentileInterval, stratify, type Strata } from '../../src/core/bootstrap.js';
import { shareEntropy } from '../../src/core/entropy.js';
import { quantile } from '../../src/core/quantile.js';
import { createRandom } from '../../src/core/random.js';

describe('bootstrap', () => {
  /** Texts of datasets of these sizes, in turn, one record each. */
  const stratifySizes = (sizes: readonly number[]): Strata => {
    const datasetOf = Int32Array.from(sizes.flatMap((size, dataset) => new Array<number>(size).fill(dataset)));
    return stratify(
      datasetOf.map((_, record) => record),
      datasetOf,
      sizes.length,
    );
  };
  const sizesOf = ({ starts }: Strata): number[] => Array.from(starts.subarray(1), (end, s) => end - starts[s]!);

  it('makes a stratum of each dataset, and one of all that are small', () => {
    expect(sizesOf(stratifySizes([8, 5]))).toEqual([5, 8]);
    expect(sizesOf(stratifySizes([1, 8, 2, 5, 4]))).toEqual([7, 5, 8]);
    expect(Array.from(stratifySizes([1, 8, 2, 5, 4]).stratumOf)).toEqual([0, 2, 0, 1, 0]);
    // One small dataset takes the next larger one in.
    expect(sizesOf(stratifySizes([9, 1, 6]))).toEqual([7, 9]);
    expect(sizesOf(stratifySizes([1, 1]))).toEqual([2]);
    // Five are enough.
    expect(sizesOf(stratifySizes([1, 4, 9]))).toEqual([5, 9]);
  });

  it('keeps the records of one text together, with the dataset of the first', () => {
    const textOf = Int32Array.of(0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9);
    const datasetOf = Int32Array.of(0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0);
    const { starts, queryOf, stratumOf } = stratify(textOf, datasetOf, 2);
    expect(Array.from(starts)).toEqual([0, 5, 10]);
    expect([queryOf[0], queryOf[10]]).toEqual([queryOf[1], queryOf[11]]);
    expect(new Set(queryOf).size).toBe(10);
    textOf.forEach((_, record) => {
      if (record === 1 || record === 11) return;
      expect(Math.floor(queryOf[record]! / 5)).toBe(stratumOf[datasetOf[record]!]);
    });
  });

  it('draws each stratum as often as it is large, every query about equally often', () => {
    const strata = stratifySizes([6, 5]);
    const random = createRandom(7);
    const totals = new Float64Array(11);
    for (let draw = 0; draw < 10_000; draw++) {
      const counts = drawResamples(strata, random, 1);
      expect(counts.subarray(0, 5).reduce((sum, count) => sum + count)).toBe(5);
      expect(counts.subarray(5).reduce((sum, count) => sum + count)).toBe(6);
      counts.forEach((count, query) => {
        totals[query]! += count;
      });
    }
    // A count of 10,000 has a standard deviation of at most 100.
    for (const total of totals) expect(Math.abs(total - 10_000)).toBeLessThan(400);
  });

  it('draws the same resamples, however many at once', () => {
    const strata = stratifySizes([6, 5]);
    const together = drawResamples(strata, createRandom(7), 4);
    const random = createRandom(7);
    for (let resample = 0; resample < 4; resample++) {
      expect(together.filter((_, i) => i % 4 === resample)).toEqual(drawResamples(strata, random, 1));
    }
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
