import { CentroidIndex } from './distances.js';
import { squaredDistance, type Matrix } from './matrix.js';
import { additionsPerStep, pieces, productsPerStep, type Steps } from './steps.js';

/** Rows of one block of `squaredDistancesOfRows`: they stay in the cache while the centroids stream past. */
const rowsPerBlock = 16;

/**
 * The triangle inequality decides only with this relative margin, far above the rounding of a distance (~1e-13): what it
 * skips, the kernel would have decided alike.
 */
const boundMargin = 1e-9;

/**
 * Lloyd's algorithm has settled when fewer than one row in 200 changes its cluster (below 200 rows: none does).
 * The tail beyond is long and flat: on 20,000 × 1,024 diffuse rows, k = 100, to wait for one in 1,000 instead took 29 s in
 * place of 20 and lowered the inertia by 1.4e-4 of itself.
 */
export function hasSettled(changes: number, rows: number): boolean {
  return changes * 200 < rows;
}

/** The nearest centroid of every row, ties to the lower index; with the squared distance to it. */
export function* assignToNearest(
  points: Matrix,
  centroids: Matrix,
  labels: Int32Array,
  distances: Float64Array,
): Steps<void> {
  const k = centroids.rows;
  const index = new CentroidIndex(centroids);
  const block = new Float64Array(rowsPerBlock * k);
  const completesPiece = pieces(productsPerStep);
  for (let start = 0; start < points.rows; start += rowsPerBlock) {
    const end = Math.min(start + rowsPerBlock, points.rows);
    index.squaredDistancesOfRows(points, start, end, block);
    for (let row = start; row < end; row++) {
      const at = (row - start) * k;
      let nearest = 0;
      for (let j = 1; j < k; j++) if (block[at + j]! < block[at + nearest]!) nearest = j;
      labels[row] = nearest;
      distances[row] = block[at + nearest]!;
    }
    if (completesPiece((end - start) * k * points.columns)) yield false;
  }
}

/** c_j = (1/n_j) Σ x over the rows labelled j, summed in double in row order. An empty cluster keeps its centroid. */
export function* updateCentroids(points: Matrix, labels: Int32Array, centroids: Matrix): Steps<void> {
  const { columns, data } = points;
  const sums = new Float64Array(centroids.rows * columns);
  const completesPiece = pieces(additionsPerStep);
  for (let row = 0; row < points.rows; row++) {
    const from = row * columns;
    const to = labels[row]! * columns;
    for (let i = 0; i < columns; i++) sums[to + i] = sums[to + i]! + data[from + i]!;
    if (completesPiece(columns)) yield false;
  }
  clusterSizes(labels, centroids.rows).forEach((size, j) => {
    if (size === 0) return;
    for (let i = j * columns; i < (j + 1) * columns; i++) centroids.data[i] = sums[i]! / size;
  });
}

/** n_j: the number of rows labelled j. */
export function clusterSizes(labels: Int32Array, clusters: number): Int32Array {
  const sizes = new Int32Array(clusters);
  for (const label of labels) sizes[label] = sizes[label]! + 1;
  return sizes;
}

/**
 * Gives every empty cluster the row farthest from its own centroid, of those that are not alone in their cluster.
 * `distances` are the rows' (squared) distances to their own centroids.
 *
 * @returns whether there was an empty cluster
 */
export function fillEmptyClusters(labels: Int32Array, distances: Float64Array, clusters: number): boolean {
  const sizes = clusterSizes(labels, clusters);
  let repaired = false;
  for (let empty = sizes.indexOf(0); empty >= 0; empty = sizes.indexOf(0)) {
    let farthest = -1;
    for (let row = 0; row < labels.length; row++) {
      if (sizes[labels[row]!]! > 1 && (farthest < 0 || distances[row]! > distances[farthest]!)) farthest = row;
    }
    if (farthest < 0) return repaired;
    sizes[labels[farthest]!]!--;
    sizes[empty] = 1;
    labels[farthest] = empty;
    distances[farthest] = 0;
    repaired = true;
  }
  return repaired;
}

/**
 * Lloyd's algorithm: rows to their nearest centroids, centroids to the means of their rows, until the labels have settled
 * or `maxIterations` updates were made. Exact, but spares the distances that cannot matter (Ding et al. 2015, "Yinyang
 * k-means", with the blocks of the kernel as groups). For row x with centroid a, kept up to date as the centroids drift:
 *
 *     upper ≥ ‖x − c_a‖                 upper ← upper + drift(a)
 *     lower_g ≤ ‖x − c_j‖, j ∈ g \ {a}  lower_g ← lower_g − max drift over g
 *
 * Group g need not be looked at while upper ≤ lower_g. Moves `centroids`; on return `labels` are the nearest of them.
 */
export function* lloyd(points: Matrix, centroids: Matrix, labels: Int32Array, maxIterations: number): Steps<void> {
  const { rows } = points;
  const k = centroids.rows;
  const index = new CentroidIndex(centroids);
  const { blocks: groups, firsts } = index;
  const upper = new Float64Array(rows).fill(Infinity);
  const lower = new Float64Array(rows * groups);
  const drift = new Float64Array(k);
  const groupDrift = new Float64Array(groups);
  const wanted = new Int32Array(groups);
  const distances = new Float64Array(firsts[groups]!);
  const groupOf = Int32Array.from({ length: k }, (_, j) => firsts.findIndex((first) => j < first) - 1);
  labels.fill(0);
  for (let iteration = 0; ; iteration++) {
    const completesPiece = pieces(productsPerStep);
    let changes = 0;
    for (let row = 0; row < rows; row++) {
      const label = labels[row]!;
      const work = assignWithinBounds(row);
      if (labels[row] !== label) changes++;
      if (completesPiece(work)) yield false;
    }
    if (iteration === maxIterations) return;
    if (fillEmptyClusters(labels, upper, k)) lower.fill(0);
    else if (iteration > 0 && hasSettled(changes, rows)) return;
    yield* moveCentroids();
    yield true;
  }

  function assignWithinBounds(row: number): number {
    const bounds = row * groups;
    let own = labels[row]!;
    const limit = upper[row]! * (1 + boundMargin);
    let group = 0;
    while (group < groups && limit < lower[bounds + group]!) group++;
    if (group === groups) return 0;

    let least = squaredDistance(points, row, centroids, own);
    let distance = Math.sqrt(least);
    let count = 0;
    for (; group < groups; group++) {
      if (distance * (1 + boundMargin) >= lower[bounds + group]!) wanted[count++] = group;
    }
    index.squaredDistancesToBlocks(points, row, wanted.subarray(0, count), distances);
    let at = 0;
    for (let next = 0; next < count; next++) {
      const group = wanted[next]!;
      const first = firsts[group]!;
      const last = firsts[group + 1]!;
      let bound = Infinity;
      for (let j = first; j < Math.min(last, k); j++) {
        const candidate = distances[at + j - first]!;
        if (j === own) continue;
        if (candidate < least || (candidate === least && j < own)) {
          // The row leaves `own`, whose distance now bounds its group.
          const left = groupOf[own]!;
          if (left === group) bound = Math.min(bound, least);
          else lower[bounds + left] = Math.min(lower[bounds + left]!, distance);
          own = j;
          least = candidate;
          distance = Math.sqrt(least);
        } else bound = Math.min(bound, candidate);
      }
      lower[bounds + group] = Math.sqrt(bound);
      at += last - first;
    }
    labels[row] = own;
    upper[row] = distance;
    return (1 + at) * points.columns;
  }

  function* moveCentroids(): Steps<void> {
    const before: Matrix = { ...centroids, data: centroids.data.slice() };
    yield* updateCentroids(points, labels, centroids);
    index.replace(centroids);
    groupDrift.fill(0);
    for (let j = 0; j < k; j++) {
      const group = groupOf[j]!;
      drift[j] = Math.sqrt(squaredDistance(before, j, centroids, j));
      groupDrift[group] = Math.max(groupDrift[group]!, drift[j]!);
    }
    for (let row = 0; row < rows; row++) {
      upper[row] = upper[row]! + drift[labels[row]!]!;
      for (let group = 0; group < groups; group++) {
        const at = row * groups + group;
        lower[at] = lower[at]! - groupDrift[group]!;
      }
    }
  }
}
