import { describe, expect, it } from 'vitest';
import { distanceQuantiles, novelty } from '../../src/core/novelty.js';

describe('distanceQuantiles', () => {
  it('is linear between the sorted values', () => {
    expect([...distanceQuantiles(Float64Array.of(4, 1, 2), 5)]).toEqual([1, 1.5, 2, 3, 4]);
    expect([...distanceQuantiles(Float64Array.of(7), 3)]).toEqual([7, 7, 7]);
  });
});

describe('novelty', () => {
  const quantiles = [1, 2, 2, 4, 8];
  it.each([
    [0.5, 0],
    [1, 0],
    [1.5, 0.125],
    [2, 0.25],
    [3, 0.625],
    [8, 1],
    [9, 1],
  ])('of distance %f is %f', (distance, share) => {
    expect(novelty(distance, quantiles)).toBeCloseTo(share, 12);
  });
});
