import { expect, it } from 'vitest';
import { gainOverMix } from '../../src/evaluation/gain.js';
import { Lineup } from '../../src/evaluation/intervals.js';

it('the gain is over the mix that costs as much on the same draw, unknown where its models cost the same', () => {
  const two = new Float64Array(4);
  const traffic = { models: ['a', 'b'], places: [], embeddings: [], datasets: ['x'], scores: two, costs: two };
  const lineup = new Lineup({ ...traffic, datasetOf: new Int32Array(2), textOf: Int32Array.of(0, 1) });
  const router = lineup.add(Int32Array.of(0, 1));
  const mix = [
    { model: 'a', weight: 0.5 },
    { model: 'b', weight: 0.5 },
  ] as const;
  const gain = gainOverMix(router, mix, lineup);
  const measured = (meanCostOfB: number) => ({
    accuracy: Float64Array.of(0.8, 0.5, 0.9),
    meanCost: Float64Array.of(2, 1, meanCostOfB),
  });
  // At a cost of 2, half of a (1) and half of b (3), or 1/4 of b (5): .8 − (.5 + .4/2), .8 − (.5 + .4/4).
  expect(gain(measured(3))).toBeCloseTo(0.1, 12);
  expect(gain(measured(5))).toBeCloseTo(0.2, 12);
  expect(gain(measured(1))).toBeNaN();
  expect(gain(measured(1 + 1e-12))).toBeNaN();
});
