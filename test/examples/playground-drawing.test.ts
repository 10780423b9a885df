import { describe, expect, it } from 'vitest';
import { principalComponents } from '../../examples/playground/drawing/principal-components.js';
import { extent, linearScale, logScale } from '../../examples/playground/drawing/scale.js';
import { reprice } from '../../examples/playground/worker/reprice.js';

describe('principal components', () => {
  it('of four points are the axes on which they lie, and hold all the variance', () => {
    // Along (3, 4, 0)/5 at ±5, and along (4, −3, 0)/5 at ±1, about (1, 1, 1): variances 50 and 2.
    const rows = [
      [4, 5, 1],
      [-2, -3, 1],
      [1.8, 0.4, 1],
      [0.2, 1.6, 1],
    ];
    const { project, explained } = principalComponents(rows);
    expect(explained).toBeCloseTo(1, 9);
    expect(project(rows[0]!).map(Math.abs)).toEqual([expect.closeTo(5, 4), expect.closeTo(0, 4)]);
    expect(project(rows[2]!).map(Math.abs)).toEqual([expect.closeTo(0, 4), expect.closeTo(1, 4)]);
    // Out of the plane, above the middle.
    expect(project([1, 1, 7]).map(Math.abs)).toEqual([expect.closeTo(0, 9), expect.closeTo(0, 9)]);
  });

  it('hold what they hold of the variance', () => {
    // Three axes of variances 2·9, 2·4 and 2·1.
    const rows = [
      [3, 0, 0],
      [-3, 0, 0],
      [0, 2, 0],
      [0, -2, 0],
      [0, 0, 1],
      [0, 0, -1],
    ];
    expect(principalComponents(rows).explained).toBeCloseTo(13 / 14, 9);
  });

  it('of equal rows are none', () => {
    const { project, explained } = principalComponents([
      [1, 2],
      [1, 2],
    ]);
    expect(explained).toBe(0);
    expect(project([5, 5])).toEqual([0, 0]);
  });
});

describe('scales', () => {
  it('have ticks at 1, 2 or 5 times a power of ten', () => {
    const { at, ticks } = linearScale([0.27, 0.82], [100, 0], 5);
    expect(ticks.map((tick) => Number(tick.toFixed(9)))).toEqual([0.4, 0.6, 0.8]);
    expect(at(0.27)).toBe(100);
    expect(at(0.545)).toBeCloseTo(50, 9);
  });

  it('have a logarithm of which every decade is as long', () => {
    const { at, ticks } = logScale([0.001, 1], [0, 300], 4);
    expect(ticks).toEqual([0.001, 0.01, 0.1, 1]);
    expect(at(0.01)).toBeCloseTo(100, 9);
    expect(logScale([1, 10], [0, 1], 4).ticks).toEqual([1, 2, 5, 10]);
  });

  it('know the least and the greatest of more values than a call takes', () => {
    const values = Array.from({ length: 300_000 }, (_, i) => i);
    expect(extent(values)).toEqual([0, 299_999]);
  });
});

it('other prices are what the tokens cost now, and unknown without tokens', () => {
  const usages = { a: { cost: 1, input_tokens: 100, output_tokens: 200 }, b: { cost: 2 }, c: { cost: 3 } };
  const [record] = reprice([{ query: 'q', records: { a: 1, b: 1, c: 1 }, usages }], {
    a: { input: 10, output: 20 },
    b: { input: 1, output: 1 },
  });
  // (100 · 10 + 200 · 20) / 10⁶
  expect(record!.usages).toEqual({ a: { ...usages.a, cost: 0.005 }, b: { cost: null }, c: { cost: 3 } });
});
