import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.js';
import { centredGeometry, ClusterRidge, queryKernel } from '../../src/core/ridge.js';
import { kernelWeights } from '../../src/core/kernel-weights.js';

const close = (values: readonly number[]): unknown[] => values.map((value) => expect.closeTo(value, 9) as unknown);

describe('kernelWeights', () => {
  it('is 1 at the nearest, 1/8 one bandwidth farther, 1/27 two', () => {
    expect([...kernelWeights(Float64Array.of(1.5, 0.5, 2.5), 1)]).toEqual(close([1 / 8, 1, 1 / 27]));
  });

  it('leaves the nearest alone without a bandwidth, all of them', () => {
    expect([...kernelWeights(Float64Array.of(0.5, 0.7, 0.5), 0)]).toEqual([1, 0, 1]);
  });
});

describe('the centred geometry', () => {
  // Shares ¾ and ¼: g = (¾, ¼), c_0 − g = (¼, −¼), c_1 − g = (−¾, ¾), s² = 1 − 5/8 = 3/8.
  const axes = { rows: 2, columns: 2, data: Float32Array.of(1, 0, 0, 1) };

  it('is worked out by hand', () => {
    const geometry = centredGeometry(axes, [30, 10]);
    expect(geometry.scale).toBeCloseTo(3 / 8, 12);
    expect([...geometry.squaredNorms]).toEqual(close([1 / 8, 9 / 8]));
    expect(geometry.spread).toBeCloseTo(3 / 8, 12);
    expect([...geometry.kernel]).toEqual(close([1 / 3, -1, -1, 3]));
  });

  it('gives a query its products from distances alone', () => {
    const geometry = centredGeometry(axes, [30, 10]);
    // x = (.6, .8): x − g = (−.15, .55); products −.175 and .525.
    const kappa = queryKernel(geometry, Float64Array.of(0.16 + 0.64, 0.36 + 0.04));
    expect([...kappa]).toEqual(close([-0.175 / 0.375, 0.525 / 0.375]));
  });

  it('weighs clusters alike where no size is known', () => {
    expect([...centredGeometry(axes, [0, 0]).share]).toEqual([0.5, 0.5]);
  });

  it('has nothing to tell where all centroids are one', () => {
    const same = centredGeometry({ rows: 2, columns: 2, data: Float32Array.of(1, 0, 1, 0) }, [5, 5]);
    expect([...queryKernel(same, Float64Array.of(0.3, 0.3))]).toEqual([0, 0]);
    expect([...new ClusterRidge(same, Float64Array.of(5, 5)).solve(Float64Array.of(1, -1))]).toEqual(
      close([0.1, -0.1]),
    );
  });
});

describe('ClusterRidge', () => {
  it('solves (K + diag(50/n)) a = v over the observed clusters, as multiplying back shows', () => {
    const random = createRandom(3);
    for (let round = 0; round < 20; round++) {
      const [rows, columns] = [2 + (round % 9), 1 + (round % 5)];
      const data = Float32Array.from({ length: rows * columns }, () => random() - 0.5);
      const geometry = centredGeometry(
        { rows, columns, data },
        Array.from({ length: rows }, () => 1 + random() * 9),
      );
      const counts = Float64Array.from({ length: rows }, (_, j) => (j % 3 === 1 ? 0 : 1 + Math.floor(random() * 40)));
      const values = Float64Array.from({ length: rows }, () => random() - 0.5);
      const solution = new ClusterRidge(geometry, counts).solve(values);
      counts.forEach((count, a) => {
        if (count === 0) {
          expect(solution[a]).toBe(0);
          return;
        }
        let product = (50 / count) * solution[a]!;
        for (let b = 0; b < rows; b++) product += geometry.kernel[a * rows + b]! * solution[b]!;
        expect(product).toBeCloseTo(values[a]!, 9);
      });
    }
  });
});
