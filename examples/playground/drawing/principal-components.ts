/** Two directions in which some rows differ most, and where a point lies in them. */
export interface Projection {
  readonly project: (point: ArrayLike<number>) => readonly [number, number];
  /** Share of the rows' variance that the two directions hold, in [0, 1]. */
  readonly explained: number;
}

/**
 * Principal component analysis by power iteration on the rows' Gram matrix G = X·Xᵀ, X centred: it is small where there are fewer rows
 * than dimensions. An eigenvector u of G with eigenvalue λ gives the direction Xᵀu/√λ.
 */
export function principalComponents(rows: readonly ArrayLike<number>[]): Projection {
  const dimensions = rows[0]!.length;
  const mean = Float64Array.from({ length: dimensions }, (_, d) => sum(rows, (row) => row[d]!) / rows.length);
  const centred = rows.map((row) => Float64Array.from(mean, (centre, d) => row[d]! - centre));
  const gram = centred.map((a) => Float64Array.from(centred, (b) => dot(a, b)));
  const total = sum(gram, (row, i) => row[i]!);

  const directions: Float64Array[] = [];
  let explained = 0;
  for (let component = 0; component < 2; component++) {
    const { vector, value } = largestEigenvector(gram);
    const scale = value > 0 ? 1 / Math.sqrt(value) : 0;
    directions.push(Float64Array.from(mean, (_, d) => scale * sum(centred, (row, i) => vector[i]! * row[d]!)));
    explained += total > 0 ? value / total : 0;
    gram.forEach((row, i) => {
      row.forEach((entry, j) => (row[j] = entry - value * vector[i]! * vector[j]!));
    });
  }
  return {
    project: (point) => {
      const moved = Float64Array.from(mean, (centre, d) => point[d]! - centre);
      return [dot(directions[0]!, moved), dot(directions[1]!, moved)];
    },
    explained,
  };
}

function largestEigenvector(matrix: readonly Float64Array[]): { vector: Float64Array; value: number } {
  let vector = Float64Array.from(matrix, (_, i) => 1 + (i % 7));
  let value = 0;
  for (let i = 0; i < 200; i++) {
    const next = Float64Array.from(matrix, (row) => dot(row, vector));
    const length = Math.sqrt(dot(next, next));
    if (length < 1e-12) return { vector: vector.fill(0), value: 0 };
    vector = next.map((entry) => entry / length);
    if (Math.abs(length - value) <= 1e-10 * length) break;
    value = length;
  }
  return { vector, value };
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}

function sum<T>(items: readonly T[], of: (item: T, i: number) => number): number {
  return items.reduce((total, item, i) => total + of(item, i), 0);
}
