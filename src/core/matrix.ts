/** A dense row-major matrix held as Float32: row i is `data.subarray(i * columns, (i + 1) * columns)`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** A view of one row. */
export function rowOf({ columns, data }: Matrix, row: number): Float32Array {
  return data.subarray(row * columns, (row + 1) * columns);
}

/** A row as an array, for packages that want one; written out, since `Array.from` takes five times as long. */
export function arrayOf({ columns, data }: Matrix, row: number): number[] {
  const array = new Array<number>(columns);
  for (let i = 0; i < columns; i++) array[i] = data[row * columns + i]!;
  return array;
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
