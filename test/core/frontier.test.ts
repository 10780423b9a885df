import { describe, expect, it } from 'vitest';
import {
  averageImprovementInQuality,
  costSaving,
  hullAccuracy,
  nonDecreasingHull,
  paretoFrontier,
  performanceGain,
  supportedPoints,
  type OperatingPoint,
} from '../../src/core/frontier.js';
import { createRandom } from '../../src/core/random.js';

const points = (...pairs: [meanCost: number, accuracy: number][]): OperatingPoint[] =>
  pairs.map(([meanCost, accuracy]) => ({ meanCost, accuracy }));

describe('paretoFrontier', () => {
  it('keeps what nothing beats in both', () => {
    expect(paretoFrontier(points([2, 0.5], [1, 0.5], [4, 0.7], [2, 0.8], [3, 0.9]))).toEqual(
      points([1, 0.5], [2, 0.8], [3, 0.9]),
    );
  });

  it('keeps the first of equal points', () => {
    const [a, b] = [
      { alpha: 0, meanCost: 1, accuracy: 0.5 },
      { alpha: 1, meanCost: 1, accuracy: 0.5 },
    ];
    expect(paretoFrontier([a, b])).toEqual([a]);
  });
});

describe('points that are equal in one respect', () => {
  it.each([[[0, 1]], [[1, 0]]])('are told apart by the other, in the order %j', (order) => {
    const pick = <T>(values: readonly T[]): T[] => order.map((i) => values[i]!);
    expect(paretoFrontier(pick(points([1, 0.2], [1, 0.8])))).toEqual(points([1, 0.8]));
    expect(supportedPoints([1, 1], pick([0.2, 0.8]))).toEqual([order.indexOf(1)]);
  });
});

describe('supportedPoints', () => {
  it('finds the corners that some direction supports alone', () => {
    // (3, 0), (2, 2) and (0, 3) are corners; (2.5, 1) lies on the line between the first two, (1, 2.2) below one.
    expect(supportedPoints([1, 0, 2.5, 3, 2, 0], [2.2, 3, 1, 0, 2, 1])).toEqual([3, 4, 1]);
  });

  it('finds those that the definition names, of many points on a grid', () => {
    const random = createRandom(5);
    for (let round = 0; round < 300; round++) {
      const values = (): number[] => Array.from({ length: 1 + (round % 9) }, () => Math.floor(random() * 12));
      const [x, y] = [values(), values()];
      // i is alone the highest at α where (1 − α)·dx + α·dy > 0 beside every other: an interval of α, or none.
      const isAlone = (i: number): boolean => {
        let [from, to] = [0, 1];
        for (let j = 0; j < x.length; j++) {
          const [dx, dy] = [x[i]! - x[j]!, y[i]! - y[j]!];
          if (dx === 0 && dy === 0) {
            if (j < i) return false;
          } else if (dx >= 0 && dy <= 0) to = Math.min(to, dx / (dx - dy));
          else if (dx <= 0 && dy >= 0) from = Math.max(from, dx / (dx - dy));
          else if (dx < 0) return false;
        }
        return from < to - 1e-12;
      };
      const expected = [...x.keys()].filter(isAlone).sort((a, b) => x[b]! - x[a]!);
      expect(supportedPoints(x, y)).toEqual(expected);
    }
  });

  it('keeps the first of equal points', () => {
    expect(supportedPoints([1, 1, 0, 0], [0, 0, 1, 1])).toEqual([0, 2]);
  });
});

describe('nonDecreasingHull', () => {
  it('leaves out what a random mix of others beats', () => {
    // At cost 2 a half-and-half mix of the outer two has (0.5 + 0.9) / 2 = 0.7 > 0.6.
    expect(nonDecreasingHull(points([1, 0.5], [2, 0.6], [3, 0.9], [4, 0.8]))).toEqual(points([1, 0.5], [3, 0.9]));
  });

  it('is read off linearly, 0 left of it and flat right of it', () => {
    const hull = points([1, 0.5], [3, 0.9]);
    expect([0.5, 1, 2, 3, 9].map((cost) => hullAccuracy(hull, cost))).toEqual([0, 0.5, 0.7, 0.9, 0.9]);
  });
});

describe('averageImprovementInQuality', () => {
  const three = points([1, 0.5], [2, 0.8], [4, 0.7]);

  it("equals RouterBench's own figure under its divisor", () => {
    // Their code on these points: hull [[1, .5], [2, .8]], largest cost on a hull 2, area (.5 + .8)/2 = .65, AIQ .65/2.
    expect(averageImprovementInQuality(three, 0, 2)).toBeCloseTo(0.325, 12);
  });

  it('is the mean height between the cheapest and the dearest single model', () => {
    // .65 from 1 to 2, and 2 · .8 from 2 to 4: 2.25 / 3.
    expect(averageImprovementInQuality(three, 1, 4)).toBeCloseTo(0.75, 12);
  });

  it('counts nothing left of the first point, and cuts the hull at the limits', () => {
    // From 0 to 1 nothing; from 1 to 1.5 the hull rises from .5 to .65: .5 · .575 / 1.5.
    expect(averageImprovementInQuality(three, 0, 1.5)).toBeCloseTo(0.2875 / 1.5, 12);
    // Inside one segment: the mean of .56 and .74.
    expect(averageImprovementInQuality(three, 1.2, 1.8)).toBeCloseTo(0.65, 12);
  });
});

describe('gains over the best single model', () => {
  const best = { meanCost: 4, accuracy: 0.8 };

  it('PerfGain relates accuracies', () => {
    expect(performanceGain([0.6, 0.88, 0.7], best.accuracy)).toBeCloseTo(0.1, 12);
    expect(performanceGain([], best.accuracy)).toBeNaN();
  });

  it('CostSave takes the least cost that reaches the accuracy', () => {
    expect(costSaving(points([1, 0.7], [3, 0.8], [2, 0.79], [5, 0.9]), best)).toBeCloseTo(0.25, 12);
    expect(costSaving(points([1, 0.7]), best)).toBeNaN();
  });
});
