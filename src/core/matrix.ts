/** A dense row-major matrix held as Float32: row i is `data.subarray(i * columns, (i + 1) * columns)`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}
