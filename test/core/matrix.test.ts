import { describe, expect, it } from 'vitest';
import {
  arrayOf,
  countDistinctRows,
  createMatrix,
  dot,
  selectRows,
  squaredDistance,
  type Matrix,
} from '../../src/core/matrix.js';

function matrixOf(rows: readonly (readonly number[])[]): Matrix {
  return { rows: rows.length, columns: rows[0]?.length ?? 0, data: Float32Array.from(rows.flat()) };
}

function rowsOf({ rows, columns, data }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, row) => Array.from(data.subarray(row * columns, (row + 1) * columns)));
}

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

describe('squaredDistance', () => {
  it('by hand: (1, 2) to (4, 6) is 25, to itself 0', () => {
    const points = matrixOf([
      [1, 2],
      [4, 6],
    ]);
    expect(squaredDistance(points, 0, points, 1)).toBe(25);
    expect(squaredDistance(points, 1, points, 1)).toBe(0);
  });
});

it('dot by hand: (1, 2, 3) · (4, −5, 6) is 12', () => {
  expect(dot(Float32Array.of(1, 2, 3), Float32Array.of(4, -5, 6))).toBe(12);
  expect(dot(new Float32Array(), new Float32Array())).toBe(0);
});

it('createMatrix and arrayOf: zeros of the shape, and one row as an array', () => {
  const matrix = createMatrix(2, 3);
  expect(rowsOf(matrix)).toEqual([
    [0, 0, 0],
    [0, 0, 0],
  ]);
  matrix.data.set([1, 2, 3, 4, 5, 6]);
  expect(arrayOf(matrix, 1)).toEqual([4, 5, 6]);
});

it('countDistinctRows counts each row once, up to the limit', () => {
  const matrix = matrixOf([
    [1, 2],
    [1, 3],
    [1, 2],
    [2, 1],
    [1, 3],
  ]);
  expect([0, 1, 2, 3, 4, 9].map((limit) => countDistinctRows(matrix, limit))).toEqual([0, 1, 2, 3, 3, 3]);
});
