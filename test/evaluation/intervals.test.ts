import { describe, expect, it } from 'vitest';
import type { Measured } from '../../src/core/resampled-means.js';
import {
  estimateIntervals,
  Lineup,
  type BootstrapSettings,
  type Interval,
  type Statistic,
} from '../../src/evaluation/intervals.js';
import type { EvaluationProgress } from '../../src/index.js';
import { trafficByHand, type Row } from './by-hand.js';

const settings: BootstrapSettings = { resamples: 200, seed: 1, signal: undefined, onProgress: undefined };

/** Sixteen queries, half of which b answers as well as a, and half of which a alone answers. */
const rows = Array.from({ length: 16 }, (_, i): Row => ['x', [1, i % 2], [1, 2 + (i % 4)]]);
const traffic = trafficByHand(['a', 'b'], rows);
const all = (model: number): Int32Array => new Int32Array(rows.length).fill(model);

describe('Lineup', () => {
  it('gives policies that answer alike one place, single models among them', () => {
    const lineup = new Lineup(traffic);
    const mixed = all(0).fill(1, 15);
    expect([lineup.single('b'), lineup.add(all(0)), lineup.add(mixed)]).toEqual([0, 1, 2]);
    expect([lineup.add(all(1)), lineup.single('a'), lineup.single('b'), lineup.add(mixed.slice())]).toEqual([
      0, 1, 0, 2,
    ]);
    expect(lineup.policies).toEqual([all(1), all(0), mixed]);
  });
});

describe('estimateIntervals', () => {
  const accuracyOf =
    (policy: number): Statistic =>
    ({ accuracy }) => [accuracy[policy]!];
  const intervalsOf = async (
    statistic: Statistic,
    policies: readonly Int32Array[] = [all(0)],
    own: Partial<BootstrapSettings> = {},
  ): Promise<Interval[]> => (await estimateIntervals(traffic, policies, [statistic], { ...settings, ...own }))[0]!;

  it('estimates on all queries once, and measures every policy on the same draw', async () => {
    const differences: Statistic = ({ accuracy: [a, b, again], meanCost }) => [
      a! - b!,
      a! - b! - (again! - b!),
      meanCost[1]!,
    ];
    const policies = [all(0), all(1), all(0)];
    const [figures, alone] = await estimateIntervals(traffic, policies, [differences, accuracyOf(0)], settings);
    const [gain, none, cost] = figures!;
    // b is right on half, at a mean of 2, 3, 4 and 5.
    expect([gain!.estimate, cost!.estimate]).toEqual([0.5, 3.5]);
    expect(none).toEqual({ estimate: 0, low: 0, high: 0 });
    expect(alone).toEqual([{ estimate: 1, low: 1, high: 1 }]);
  });

  it('has the width of the normal approximation', async () => {
    const [share] = await intervalsOf(accuracyOf(0), [all(1)], { resamples: 4000 });
    // A share of 1/2 among 16 has a standard error of 1/8; replicates are multiples of 1/16.
    expect(Math.abs(share!.low - (0.5 - 1.96 / 8))).toBeLessThan(1 / 16);
    expect(Math.abs(share!.high - (0.5 + 1.96 / 8))).toBeLessThan(1 / 16);
  });

  it.each([1, 7, 8, 9, 17])('takes %d resamples, each of them once', async (resamples) => {
    // Counts up from 0 on all queries: the replicates are 1, 2, …, n, whose quantile q lies at 1 + q · (n − 1).
    let calls = 0;
    expect(await intervalsOf(() => [calls++], [all(0)], { resamples })).toEqual([
      {
        estimate: 0,
        low: expect.closeTo(1 + 0.025 * (resamples - 1), 10) as number,
        high: expect.closeTo(1 + 0.975 * (resamples - 1), 10) as number,
      },
    ]);
    expect(calls).toBe(resamples + 1);
  });

  it('draws the records of one query together, by the seed alone', async () => {
    const drawn = async (seed: number, records = traffic): Promise<number[]> => {
      const seen: number[] = [];
      const keep = ({ accuracy }: Measured): number[] => {
        seen.push(accuracy[0]!);
        return [];
      };
      const b = new Int32Array(records.datasetOf.length).fill(1);
      await estimateIntervals(records, [b], [keep], { ...settings, seed });
      return seen;
    };
    // Each query twice: 32 records, and the same 16 draws.
    const twice = trafficByHand(['a', 'b'], [...rows, ...rows]);
    const textOf = Int32Array.from([...rows.keys(), ...rows.keys()]);
    expect(await drawn(1, { ...twice, textOf })).toEqual(await drawn(1));
    expect(await drawn(2)).not.toEqual(await drawn(1));
  });

  it('leaves out what is not a number, and is none where nothing else is left', async () => {
    let calls = 0;
    // NaN on all queries, then 1, NaN, 3, …: the odd ones up to 199.
    const odd: Statistic = () => [calls++ % 2 === 1 ? calls - 1 : NaN, NaN];
    expect(await intervalsOf(odd)).toEqual([
      {
        estimate: NaN,
        low: expect.closeTo(1 + 0.025 * 198, 10) as number,
        high: expect.closeTo(1 + 0.975 * 198, 10) as number,
      },
      { estimate: NaN, low: NaN, high: NaN },
    ]);
  });

  it.each([
    [16, [0, 8, 16]],
    [18, [0, 8, 16, 18]],
  ])('tells of %d resamples every 8 and at the end, and waits for whoever is told', async (resamples, expected) => {
    const told: EvaluationProgress[] = [];
    let busy = 0;
    const onProgress = async (progress: EvaluationProgress): Promise<void> => {
      told.push(progress);
      busy = 1;
      await new Promise((resolve) => setTimeout(resolve));
      busy = 0;
    };
    const [seen] = await intervalsOf(() => [busy], [all(0)], { resamples, onProgress });
    expect([seen, busy]).toEqual([{ estimate: 0, low: 0, high: 0 }, 0]);
    expect(told).toEqual(expected.map((completed) => ({ stage: 'bootstrap', completed, total: resamples })));
  });

  it('can be aborted, before the first resample and every 8', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const reason = new Error('enough');
    let calls = 0;
    const statistic: Statistic = () => {
      if (++calls === 5) controller.abort(reason);
      return [0];
    };
    await expect(intervalsOf(statistic, [all(0)], { signal })).rejects.toBe(reason);
    // On all queries, and on 8 resamples; then on nothing.
    expect(calls).toBe(1 + 8);
    await expect(intervalsOf(statistic, [all(0)], { signal })).rejects.toBe(reason);
    expect(calls).toBe(1 + 8);
  });
});
