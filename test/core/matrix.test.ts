import fc from 'fast-check';
import { distance as truth } from 'ml-distance';
import { describe, expect, it } from 'vitest';
import {
  selectRows,
  squaredDistance,
  squaredDistances,
  squaredDistancesOfRows,
  type Matrix,
} from '../../src/core/matrix.js';

function matrixOf(rows: readonly (readonly number[])[]): Matrix {
  return { rows: rows.length, columns: rows[0]?.length ?? 0, data: Float32Array.from(rows.flat()) };
}

function rowsOf({ rows, columns, data }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, row) => Array.from(data.subarray(row * columns, (row + 1) * columns)));
}

/** Queries and centroids of one dimension: block boundaries of all kernels lie inside these sizes. */
const queriesAndCentroids = fc
  .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 19 }), fc.integer({ min: 1, max: 9 }))
  .chain(([queries, centroids, columns]) => {
    const row = fc.array(fc.float({ min: -4, max: 4, noNaN: true }), { minLength: columns, maxLength: columns });
    return fc.tuple(
      fc.array(row, { minLength: queries, maxLength: queries }).map(matrixOf),
      fc.array(row, { minLength: centroids, maxLength: centroids }).map(matrixOf),
    );
  });

describe('selectRows', () => {
  it('copies rows in the given order', () => {
    const matrix = matrixOf([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const selected = selectRows(matrix, Int32Array.of(2, 0, 2));
    expect(rowsOf(selected)).toEqual([
      [5, 6],
      [1, 2],
      [5, 6],
    ]);
    selected.data.fill(0);
    expect(matrix.data[0]).toBe(1);
  });
});

describe('the distance kernels', () => {
  it('compute by hand: (1, 2) to (4, 6) is 25, to itself 0', () => {
    const points = matrixOf([
      [1, 2],
      [4, 6],
    ]);
    expect(squaredDistance(points, 0, points, 1)).toBe(25);
    expect(squaredDistance(points, 1, points, 1)).toBe(0);
  });

  it('agree with ml-distance, bit for bit, one row and many rows alike', () => {
    fc.assert(
      fc.property(queriesAndCentroids, ([queries, centroids]) => {
        const expected = rowsOf(queries).map((q) => rowsOf(centroids).map((c) => truth.squaredEuclidean(q, c)));
        const one = new Float64Array(centroids.rows + 1).fill(-1);
        expected.forEach((row, i) => {
          squaredDistances(queries, i, centroids, one);
          expect(Array.from(one)).toEqual([...row, -1]);
        });
        const many = new Float64Array(queries.rows * centroids.rows + 1).fill(-1);
        squaredDistancesOfRows(queries, 0, queries.rows, centroids, centroids.rows, many);
        expect(Array.from(many)).toEqual([...expected.flat(), -1]);
      }),
    );
  });

  it('take part of the rows against the first centroids', () => {
    fc.assert(
      fc.property(queriesAndCentroids, fc.nat(6), fc.nat(6), fc.nat(18), ([queries, centroids], a, b, c) => {
        const [start, end] = [Math.min(a, b) % (queries.rows + 1), Math.max(a, b) % (queries.rows + 1)].sort();
        const count = (c % centroids.rows) + 1;
        const distances = new Float64Array((end! - start!) * count);
        squaredDistancesOfRows(queries, start!, end!, centroids, count, distances);
        const expected = rowsOf(queries)
          .slice(start, end)
          .flatMap((q) =>
            rowsOf(centroids)
              .slice(0, count)
              .map((center) => truth.squaredEuclidean(q, center)),
          );
        expect(Array.from(distances)).toEqual(expected);
      }),
    );
  });
});
