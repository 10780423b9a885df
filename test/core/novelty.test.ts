import { describe, expect, it } from 'vitest';
import { distanceQuantiles, leaveOneOutDistance, mixQuantiles, novelty } from '../../src/core/novelty.js';

describe('distanceQuantiles', () => {
  it('is linear between the sorted values', () => {
    expect([...distanceQuantiles(Float64Array.of(4, 1, 2), 5)]).toEqual([1, 1.5, 2, 3, 4]);
    expect([...distanceQuantiles(Float64Array.of(7), 3)]).toEqual([7, 7, 7]);
  });
});

describe('mixQuantiles', () => {
  it.each<[name: string, samples: number[][], weights: number[], expected: number[]]>([
    // F rises to ½ from 0 to 1, stays, and rises to 1 from 2 to 3.
    [
      'beside each other',
      [
        [0, 1],
        [2, 3],
      ],
      [5, 5],
      [0, 0.5, 1, 2.5, 3],
    ],
    [
      'of other sizes',
      [
        [0, 1],
        [2, 3],
      ],
      [3, 1],
      [0, 1 / 3, 2 / 3, 1, 3],
    ],
    // F is x/8 below 1, jumps from 1/8 to 5/8 there, is ½ + x/8 above.
    [
      'one of them all alike',
      [
        [1, 1, 1],
        [0, 2, 4],
      ],
      [1, 1],
      [0, 1, 1, 2, 4],
    ],
    // Between 0 and 2, and between 2 and 4, in the middle.
    [
      'alike, on a finer grid',
      [
        [0, 2, 4],
        [0, 2, 4],
      ],
      [1, 1],
      [0, 1, 2, 3, 4],
    ],
    [
      'alike',
      [
        [1, 2, 2, 4, 8],
        [1, 2, 2, 4, 8],
      ],
      [1, 7],
      [1, 2, 2, 4, 8],
    ],
  ])('inverts the mixture of samples %s', (_, samples, weights, expected) => {
    const mixed = [...mixQuantiles(samples, weights, 5)];
    expect(mixed).toEqual(expected.map((value) => expect.closeTo(value, 12) as number));
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

describe('leaveOneOutDistance', () => {
  it('is the distance to the mean of the others, or to a nearer centroid', () => {
    // Of 0, 3 and 6 on a line, the mean is 3; without the 6 it is 1.5, 4.5 away instead of 3.
    expect(leaveOneOutDistance(3, 3, 9)).toBe(4.5);
    expect(leaveOneOutDistance(3, 3, 4)).toBe(4);
    expect(leaveOneOutDistance(0, 1, 4)).toBe(4);
  });

  it('is what there is where nothing is left', () => {
    expect(leaveOneOutDistance(0, 1, Infinity)).toBe(0);
    expect(leaveOneOutDistance(2, 2, Infinity)).toBe(4);
  });
});
