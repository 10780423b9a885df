import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Tally } from '../../src/core/tally.js';

describe('Tally', () => {
  it('keeps macro and micro accuracy, and costs', () => {
    const tally = new Tally(Int32Array.of(0, 1, 0, 0), 2);
    tally.set(0, 1, 0.25);
    tally.set(1, 1, 0.5);
    tally.set(2, 0, 1);
    tally.set(3, 0, 0.25);
    expect(tally.accuracy).toBeCloseTo((1 / 3 + 1) / 2, 15);
    expect(tally.microAccuracy).toBe(0.5);
    expect(tally.totalCost).toBe(2);
    expect(tally.meanCost).toBe(0.5);
    expect(tally.datasets.map(({ queries }) => queries)).toEqual([3, 1]);
  });

  it('leaves out what is not observed, and a dataset of which nothing is', () => {
    const tally = new Tally(Int32Array.of(0, 0, 1), 2);
    expect(tally.accuracy).toBeNaN();
    expect(tally.meanCost).toBeNaN();
    tally.set(0, 1, NaN);
    tally.set(1, NaN, 0.5);
    expect([tally.accuracy, tally.microAccuracy, tally.meanCost]).toEqual([1, 1, 0.5]);
    expect([tally.scoreCount, tally.costCount]).toEqual([1, 1]);
  });

  it('forgets how it came about', () => {
    const value = fc.double({ min: 0, max: 1, noNaN: true });
    const outcome = fc.option(value, { nil: NaN });
    const change = fc.tuple(fc.nat({ max: 6 }), outcome, outcome);
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const datasetOf = Int32Array.of(0, 1, 1, 0, 2, 1, 0);
        const changed = new Tally(datasetOf, 3);
        for (const [query, score, cost] of changes) changed.set(query, score, cost);
        const direct = new Tally(datasetOf, 3);
        for (let query = 0; query < datasetOf.length; query++) {
          const last = changes.filter(([index]) => index === query).at(-1);
          if (last) direct.set(query, last[1], last[2]);
        }
        for (const key of ['accuracy', 'microAccuracy', 'meanCost', 'totalCost', 'scoreCount', 'costCount'] as const) {
          expect(changed[key]).toBe(direct[key]);
        }
      }),
    );
  });
});
