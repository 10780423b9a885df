import { expect, it } from 'vitest';
import { answerOf, gainOverMix, meanGain } from '../../src/evaluation/gain.js';
import { measureBaselines } from '../../src/evaluation/baselines.js';
import { Lineup } from '../../src/evaluation/intervals.js';
import { trafficByHand } from './by-hand.js';

it.each([
  [0.01, 0.02, 'pays'],
  [0, 0.02, 'unclear'],
  [-0.01, 0.02, 'unclear'],
  [-0.01, 0, 'does_not_pay'],
  [0, 0, 'does_not_pay'],
  [-0.02, -0.01, 'does_not_pay'],
])('an interval from %d to %d: %s', (low, high, answer) => {
  expect(answerOf({ estimate: (low + high) / 2, low, high })).toBe(answer);
});

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

  // The difference counts beside the costs themselves.
  const costing = (router: number, ofA: number, ofB: number) => ({
    accuracy: Float64Array.of(0.8, 0.5, 0.9),
    meanCost: Float64Array.of(router, ofA, ofB),
  });
  expect(gain(costing(100, 100, 100 + 1e-8))).toBeNaN();
  expect(gain(costing(1e-4 + 1e-10, 1e-4, 1e-4 + 2e-10))).toBeCloseTo(0.1, 5);
  expect(gain(costing(1, 0, 0))).toBeNaN();
});

it('the mean gain is over the settings whose gain is known', () => {
  const traffic = trafficByHand(
    ['a', 'b'],
    [
      ['x', [0, 1], [1, 3]],
      ['x', [1, 1], [1, 3]],
    ],
  );
  const setting = (...picks: number[]) => ({
    alpha: 0.5,
    picks: Int32Array.from(picks),
    promised: { accuracy: 1, cost: 1 },
  });
  const lineup = new Lineup(traffic);
  const settings = [setting(1, 0), setting(0, 1)];
  const gain = meanGain(traffic, settings, measureBaselines(traffic, {}), lineup);
  const at = (model: number): number => lineup.single((['a', 'b'] as const)[model]!);
  const [a, b] = [at(0), at(1)];
  const places = settings.map(({ picks }) => lineup.add(picks));
  expect([...places, a, b].sort()).toEqual([0, 1, 2, 3]);
  const measured = (...accuracies: [first: number, second: number]) => {
    const [accuracy, meanCost] = [new Float64Array(4), new Float64Array(4)];
    places.forEach((place, i) => {
      [accuracy[place], meanCost[place]] = [accuracies[i]!, 2];
    });
    [accuracy[a], meanCost[a], accuracy[b], meanCost[b]] = [0.5, 1, 1, 3];
    return { accuracy, meanCost };
  };
  // The mix that costs 2 keeps .75: gains of .25 and −.25, and of .25 alone.
  expect(gain(measured(1, 0.5))).toBeCloseTo(0, 12);
  expect(gain(measured(1, NaN))).toBeCloseTo(0.25, 12);
  expect(gain(measured(NaN, NaN))).toBeNaN();
});
