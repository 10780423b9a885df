import type { Matrix } from './matrix.js';

/** Ridge parameter λ of {@link fitRidge}: a cluster of so many observations at unit leverage is trusted half. Results are flat from 50 to 200. */
const ridgePenalty = 50;

/** The geometry that ridge regression on cluster means needs: centroids around their common centre g. */
export interface CentredGeometry {
  /** n_j / N: share of the training queries. */
  readonly share: Float64Array;
  /** ‖c_j − g‖². */
  readonly squaredNorms: Float64Array;
  /** V = Σ_j share_j · ‖c_j − g‖². */
  readonly spread: number;
  /** s²: variance of the embeddings around g, 1 − ‖g‖² for unit vectors; at least V. */
  readonly scale: number;
  /** K_ab = (c_a − g)·(c_b − g) / s², k × k. */
  readonly kernel: Float64Array;
}

/** g = Σ_j share_j · c_j. Clusters without training queries have no share in it. */
export function centredGeometry({ rows: k, columns, data }: Matrix, sizes: ArrayLike<number>): CentredGeometry {
  let total = 0;
  for (let j = 0; j < k; j++) total += sizes[j]!;
  const share = Float64Array.from({ length: k }, (_, j) => (total === 0 ? 1 / k : sizes[j]! / total));
  const centre = new Float64Array(columns);
  for (let j = 0; j < k; j++) for (let i = 0; i < columns; i++) centre[i]! += share[j]! * data[j * columns + i]!;
  const centred = Float64Array.from(data, (value, at) => value - centre[at % columns]!);
  const kernel = new Float64Array(k * k);
  for (let a = 0; a < k; a++) {
    for (let b = a; b < k; b++) {
      let sum = 0;
      for (let i = 0; i < columns; i++) sum += centred[a * columns + i]! * centred[b * columns + i]!;
      kernel[a * k + b] = sum;
      kernel[b * k + a] = sum;
    }
  }
  const squaredNorms = Float64Array.from({ length: k }, (_, j) => kernel[j * k + j]!);
  const spread = squaredNorms.reduce((sum, norm, j) => sum + share[j]! * norm, 0);
  const scale = Math.max(1 - centre.reduce((sum, value) => sum + value * value, 0), spread);
  return { share, squaredNorms, spread, scale, kernel: scale > 0 ? kernel.map((value) => value / scale) : kernel };
}

/**
 * κ_j = (x − g)·(c_j − g) / s² of a query, from its squared distances alone:
 *
 *     (x − g)·(c_j − g) = (‖x − g‖² + ‖c_j − g‖² − ‖x − c_j‖²) / 2        ‖x − g‖² = Σ_j share_j ‖x − c_j‖² − V
 */
export function queryKernel(
  { share, squaredNorms, spread, scale }: CentredGeometry,
  squaredDistances: Float64Array,
): Float64Array {
  const clusters = squaredDistances.length;
  const kappa = new Float64Array(clusters);
  if (!(scale > 0)) return kappa;
  let fromCentre = -spread;
  for (let j = 0; j < clusters; j++) fromCentre += share[j]! * squaredDistances[j]!;
  for (let j = 0; j < clusters; j++) kappa[j] = (fromCentre + squaredNorms[j]! - squaredDistances[j]!) / (2 * scale);
  return kappa;
}

/**
 * Ridge regression on cluster means, solved in its dual form by a Cholesky factor of K + diag(λ/n_j), over the clusters with
 * n_j > 0: a mean of few observations is trusted less.
 *
 * @param counts - n_j
 */
export class ClusterRidge {
  readonly #observed: Int32Array;
  readonly #factor: Float64Array;

  constructor({ kernel, share }: CentredGeometry, counts: Float64Array) {
    const k = share.length;
    this.#observed = Int32Array.from(counts.keys()).filter((j) => counts[j]! > 0);
    const m = this.#observed.length;
    this.#factor = new Float64Array(m * m);
    for (let row = 0; row < m; row++) {
      for (let column = 0; column <= row; column++) {
        let rest = kernel[this.#observed[row]! * k + this.#observed[column]!]!;
        if (row === column) rest += ridgePenalty / counts[this.#observed[row]!]!;
        for (let i = 0; i < column; i++) rest -= this.#factor[row * m + i]! * this.#factor[column * m + i]!;
        this.#factor[row * m + column] = row === column ? Math.sqrt(rest) : rest / this.#factor[column * m + column]!;
      }
    }
  }

  /** (K + diag(λ/n))⁻¹ v, 0 where nothing was observed: coefficients of deviations v, or the leverage of a query's κ. */
  solve(values: Float64Array): Float64Array {
    const m = this.#observed.length;
    const factor = this.#factor;
    const solution = new Float64Array(m);
    for (let row = 0; row < m; row++) {
      let rest = values[this.#observed[row]!]!;
      for (let i = 0; i < row; i++) rest -= factor[row * m + i]! * solution[i]!;
      solution[row] = rest / factor[row * m + row]!;
    }
    for (let row = m - 1; row >= 0; row--) {
      let rest = solution[row]!;
      for (let i = row + 1; i < m; i++) rest -= factor[i * m + row]! * solution[i]!;
      solution[row] = rest / factor[row * m + row]!;
    }
    const all = new Float64Array(values.length);
    this.#observed.forEach((j, row) => {
      all[j] = solution[row]!;
    });
    return all;
  }
}
