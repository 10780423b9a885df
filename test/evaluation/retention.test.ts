import { expect, it } from 'vitest';
import { Lineup } from '../../src/evaluation/intervals.js';
import type { Setting } from '../../src/evaluation/promise.js';
import { assembleRetention, keptShares } from '../../src/evaluation/retention.js';
import { trafficByHand } from './by-hand.js';

const promised = { accuracy: 0.96, cost: 0.4 };
const setting: Setting = { alpha: 0.7, picks: Int32Array.of(0, 1), promised };
const interval = (estimate: number, low = estimate, high = estimate) => ({ estimate, low, high });

it('what is kept are the shares of the best single model', () => {
  const lineup = new Lineup(
    trafficByHand(
      ['a', 'b'],
      [
        [null, [1, 1], [1, 4]],
        [null, [0, 1], [1, 4]],
      ],
    ),
  );
  const shares = keptShares(setting, 'b', lineup);
  expect(lineup.policies.map((policy) => [...policy])).toEqual([
    [0, 1],
    [1, 1],
  ]);
  expect(shares({ accuracy: Float64Array.of(0.6, 0.8), meanCost: Float64Array.of(1, 4) })).toEqual([0.6 / 0.8, 1 / 4]);
  expect(keptShares(undefined, 'b', lineup)({ accuracy: Float64Array.of(1), meanCost: Float64Array.of(1) })).toEqual(
    [],
  );
  expect(lineup.policies).toHaveLength(2);
});

it('a share that is not finite on every draw is not known', () => {
  const kept = { retain: 0.95, alpha: 0.7, promised };
  const good = interval(0.9, 0.8, 1);
  const bad = [interval(NaN), interval(0.9, 0.8, Infinity), interval(0.9, NaN, 1), interval(Infinity, 0.8, 1)];
  expect(assembleRetention(0.95, setting, [good, interval(0)])).toEqual({ ...kept, accuracy: good, cost: interval(0) });
  for (const own of bad) {
    expect(assembleRetention(0.95, setting, [good, own])).toEqual({ ...kept, accuracy: good, cost: null });
    expect(assembleRetention(0.95, setting, [own, good])).toEqual({ ...kept, accuracy: null, cost: good });
  }
});

it('where no α promises a share nothing is said of it', () => {
  const nothing = { retain: 0.95, alpha: null, promised: null, accuracy: null, cost: null };
  expect(assembleRetention(0.95, undefined, [])).toEqual(nothing);
});
