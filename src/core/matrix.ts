/** A dense row-major matrix held as Float32: row i is `data.subarray(i * columns, (i + 1) * columns)`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/**
 * How many centroids a kernel keeps in flight. Eight independent sums hide the latency of an addition; the distance of one
 * pair is still summed from coordinate 0 upwards, so every kernel here gives a pair the same bits as the plain loop.
 */
export const blockSize = 8;

/** Rows that stay in the cache (8 × 4,096 × 4 bytes: 128 KiB) while all centroids stream past them. Even: rows go in pairs. */
const rowsPerTile = 8;

/** A view of one row. */
export function rowOf({ columns, data }: Matrix, row: number): Float32Array {
  return data.subarray(row * columns, (row + 1) * columns);
}

/** The given rows, copied in the given order. */
export function selectRows(matrix: Matrix, rows: Int32Array): Matrix {
  const { columns } = matrix;
  const data = new Float32Array(rows.length * columns);
  rows.forEach((row, i) => {
    data.set(rowOf(matrix, row), i * columns);
  });
  return { rows: rows.length, columns, data };
}

/** ‖a − b‖² = Σ (aᵢ − bᵢ)², for row `row` of `a` and row `other` of `b`. */
export function squaredDistance(a: Matrix, row: number, b: Matrix, other: number): number {
  const { columns, data } = a;
  const start = row * columns;
  const otherStart = other * columns;
  let sum = 0;
  for (let i = 0; i < columns; i++) {
    const difference = data[start + i]! - b.data[otherStart + i]!;
    sum += difference * difference;
  }
  return sum;
}

/**
 * ‖q − c‖² of one row against the eight centroids from `first` on, into distances[at … at + 7].
 * Invariant: first + 8 ≤ centroids.rows.
 */
export function squaredDistancesToBlock(
  queries: Matrix,
  row: number,
  centroids: Matrix,
  first: number,
  distances: Float64Array,
  at: number,
): void {
  const { columns, data } = queries;
  const c = centroids.data;
  const q = row * columns;
  const c0 = first * columns;
  const c1 = c0 + columns;
  const c2 = c1 + columns;
  const c3 = c2 + columns;
  const c4 = c3 + columns;
  const c5 = c4 + columns;
  const c6 = c5 + columns;
  const c7 = c6 + columns;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  for (let i = 0; i < columns; i++) {
    const x = data[q + i]!;
    const d0 = x - c[c0 + i]!;
    s0 += d0 * d0;
    const d1 = x - c[c1 + i]!;
    s1 += d1 * d1;
    const d2 = x - c[c2 + i]!;
    s2 += d2 * d2;
    const d3 = x - c[c3 + i]!;
    s3 += d3 * d3;
    const d4 = x - c[c4 + i]!;
    s4 += d4 * d4;
    const d5 = x - c[c5 + i]!;
    s5 += d5 * d5;
    const d6 = x - c[c6 + i]!;
    s6 += d6 * d6;
    const d7 = x - c[c7 + i]!;
    s7 += d7 * d7;
  }
  distances[at] = s0;
  distances[at + 1] = s1;
  distances[at + 2] = s2;
  distances[at + 3] = s3;
  distances[at + 4] = s4;
  distances[at + 5] = s5;
  distances[at + 6] = s6;
  distances[at + 7] = s7;
}

/**
 * ‖q − c‖² of one row of `queries` against every centroid, into distances[0 … k − 1]. Allocates nothing.
 * The last block starts at k − 8: it repeats some distances, bit for bit, in place of a slower loop for the rest.
 */
export function squaredDistances(queries: Matrix, row: number, centroids: Matrix, distances: Float64Array): void {
  const k = centroids.rows;
  if (k < blockSize) {
    for (let j = 0; j < k; j++) distances[j] = squaredDistance(queries, row, centroids, j);
    return;
  }
  for (let block = 0; block < k; block += blockSize) {
    const first = Math.min(block, k - blockSize);
    squaredDistancesToBlock(queries, row, centroids, first, distances, first);
  }
}

/**
 * ‖q − c‖² of the rows `start` … `end` − 1 against the first `count` centroids: row r, centroid j goes into
 * distances[(r − start) · count + j]. Two rows meet four centroids at a time, so each value loaded serves two or four pairs;
 * the bits are those of `squaredDistances`. Allocates nothing.
 */
export function squaredDistancesOfRows(
  queries: Matrix,
  start: number,
  end: number,
  centroids: Matrix,
  count: number,
  distances: Float64Array,
): void {
  if (end - start < 2 || count < 4) {
    for (let row = start; row < end; row++) {
      const at = (row - start) * count;
      for (let j = 0; j < count; j++) distances[at + j] = squaredDistance(queries, row, centroids, j);
    }
    return;
  }
  for (let tile = start; tile < end; tile += rowsPerTile) {
    for (let block = 0; block < count; block += 4) {
      const first = Math.min(block, count - 4);
      for (let pair = tile; pair < Math.min(tile + rowsPerTile, end); pair += 2) {
        const row = Math.min(pair, end - 2);
        squaredDistancesOfTwoRows(queries, row, centroids, first, distances, (row - start) * count + first, count);
      }
    }
  }
}

function squaredDistancesOfTwoRows(
  queries: Matrix,
  row: number,
  centroids: Matrix,
  first: number,
  distances: Float64Array,
  at: number,
  stride: number,
): void {
  const { columns, data } = queries;
  const c = centroids.data;
  const q = row * columns;
  const r = q + columns;
  const c0 = first * columns;
  const c1 = c0 + columns;
  const c2 = c1 + columns;
  const c3 = c2 + columns;
  let q0 = 0;
  let q1 = 0;
  let q2 = 0;
  let q3 = 0;
  let r0 = 0;
  let r1 = 0;
  let r2 = 0;
  let r3 = 0;
  for (let i = 0; i < columns; i++) {
    const x = data[q + i]!;
    const y = data[r + i]!;
    const v0 = c[c0 + i]!;
    const v1 = c[c1 + i]!;
    const v2 = c[c2 + i]!;
    const v3 = c[c3 + i]!;
    q0 += (x - v0) * (x - v0);
    r0 += (y - v0) * (y - v0);
    q1 += (x - v1) * (x - v1);
    r1 += (y - v1) * (y - v1);
    q2 += (x - v2) * (x - v2);
    r2 += (y - v2) * (y - v2);
    q3 += (x - v3) * (x - v3);
    r3 += (y - v3) * (y - v3);
  }
  distances[at] = q0;
  distances[at + 1] = q1;
  distances[at + 2] = q2;
  distances[at + 3] = q3;
  distances[at + stride] = r0;
  distances[at + stride + 1] = r1;
  distances[at + stride + 2] = r2;
  distances[at + stride + 3] = r3;
}

/** A matrix of zeros. */
export function createMatrix(rows: number, columns: number): Matrix {
  return { rows, columns, data: new Float32Array(rows * columns) };
}

/** a·b = Σ aᵢ bᵢ. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** How many different rows there are, counted up to `limit`. */
export function countDistinctRows(matrix: Matrix, limit: number): number {
  const found: Float32Array[] = [];
  for (let i = 0; i < matrix.rows && found.length < limit; i++) {
    const row = rowOf(matrix, i);
    if (!found.some((other) => other.every((value, column) => value === row[column]))) found.push(row);
  }
  return found.length;
}
