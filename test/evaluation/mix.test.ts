import { describe, expect, it } from 'vitest';
import { mixAtCost, type Mix } from '../../src/evaluation/mix.js';

type Singles = Parameters<typeof mixAtCost>[0];

/** c is dearer than b and worse: no mix holds it. */
const single = (model: string, accuracy: number | null, meanCost: number | null) => ({ model, accuracy, meanCost });
const pool = {
  models: [single('a', 0.5, 1), single('b', 0.8, 3), single('c', 0.7, 5)],
  bestSingle: single('b', 0.8, 3),
} as unknown as Singles;

describe('mixAtCost', () => {
  it.each<[meanCost: number, mix: Mix]>([
    [0.5, [{ model: 'a', weight: 1 }]],
    [1, [{ model: 'a', weight: 1 }]],
    [
      1.5,
      [
        { model: 'a', weight: 0.75 },
        { model: 'b', weight: 0.25 },
      ],
    ],
    [3, [{ model: 'b', weight: 1 }]],
    [9, [{ model: 'b', weight: 1 }]],
    [NaN, [{ model: 'b', weight: 1 }]],
  ])('at a cost of %d', (meanCost, mix) => {
    expect(mixAtCost(pool, meanCost)).toEqual(mix);
  });

  it('is the best single model where no cost is known', () => {
    const free = { models: [single('a', 0.5, null), single('b', 0.8, null)], bestSingle: single('b', 0.8, null) };
    expect(mixAtCost(free as unknown as Singles, 2)).toEqual([{ model: 'b', weight: 1 }]);
  });
});
