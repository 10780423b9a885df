import { fillEmptyClusters, hasSettled } from './cluster.js';
import { CentroidIndex } from './distances.js';
import type { Matrix } from './matrix.js';
import { shuffle } from './random.js';
import { additionsPerStep, pieces, productsPerStep, type Steps } from './steps.js';

const rowsPerBlock = 16;

/** Seeds between two yields: a few milliseconds. */
const seedsPerStep = 64;

/**
 * A random projection to fewer columns: every coordinate is added, with a random sign, to one of the sums, each of which
 * takes about the same number of coordinates (CountSketch, Charikar et al. 2002). ‖sketch(x − y)‖² is ‖x − y‖² on average,
 * with a relative standard deviation of about √(2 / columns).
 */
export function* sketch(points: Matrix, columns: number, random: () => number): Steps<Matrix> {
  const order = Array.from({ length: points.columns }, (_, i) => i);
  shuffle(order, random);
  const target = new Int32Array(points.columns);
  order.forEach((i, position) => {
    target[i] = position % columns;
  });
  const sign = new Float64Array(points.columns).map(() => (random() < 0.5 ? -1 : 1));
  const data = new Float32Array(points.rows * columns);
  const sums = new Float64Array(columns);
  const completesPiece = pieces(additionsPerStep);
  for (let row = 0; row < points.rows; row++) {
    const start = row * points.columns;
    sums.fill(0);
    for (let i = 0; i < points.columns; i++) {
      const to = target[i]!;
      sums[to] = sums[to]! + sign[i]! * points.data[start + i]!;
    }
    data.set(sums, row * columns);
    if (completesPiece(points.columns)) yield false;
  }
  return { rows: points.rows, columns, data };
}

/** ‖x_i − x_l‖² for all pairs of rows, at [i · rows + l]. */
export function* pairwiseSquaredDistances(points: Matrix): Steps<Float32Array> {
  const { rows } = points;
  const pairwise = new Float32Array(rows * rows);
  const block = new Float64Array(rowsPerBlock * rows);
  const index = new CentroidIndex(points);
  const completesPiece = pieces(productsPerStep);
  for (let start = 0; start < rows; start += rowsPerBlock) {
    const end = Math.min(start + rowsPerBlock, rows);
    index.squaredDistancesOfRows(points, start, end, block, end);
    for (let row = start; row < end; row++) {
      pairwise.set(block.subarray((row - start) * end, (row - start + 1) * end), row * rows);
    }
    for (let other = 0; other < end; other++) {
      for (let row = start; row < end; row++) pairwise[other * rows + row] = block[(row - start) * end + other]!;
    }
    if (completesPiece((end - start) * end * points.columns)) yield false;
  }
  return pairwise;
}

/**
 * Greedy k-means++ (Arthur & Vassilvitskii 2007): the first seed is any row; each further one is the best of 2 + ⌊ln k⌋
 * rows drawn with probability ∝ D²(x), the squared distance to the nearest seed so far; the best leaves the least Σ D².
 * Then k steps of local search (Lattanzi & Sohler 2019): a row drawn ∝ D² takes the place of that seed which is missed
 * least, if Σ D² falls by it. This parts clusters that share a seed, which Lloyd cannot.
 *
 * @returns for every row, which seed is nearest
 */
export function* labelsOfSeeds(
  pairwise: Float32Array,
  rows: number,
  clusters: number,
  random: () => number,
): Steps<Int32Array> {
  const trials = 2 + floorOfLogarithm(clusters);
  const seeds = new Int32Array(clusters);
  // Of every row: the squared distances to its nearest and second nearest seed, and which those are.
  const closest = new Float64Array(rows).fill(Infinity);
  const second = new Float64Array(rows).fill(Infinity);
  const labels = new Int32Array(rows);
  const secondLabels = new Int32Array(rows);
  const missed = new Float64Array(clusters);

  take(Math.floor(random() * rows), 0);
  for (let cluster = 1; cluster < clusters; cluster++) {
    const potential = sumOf(closest);
    let seed = 0;
    let least = Infinity;
    for (let trial = 0; trial < trials; trial++) {
      const candidate = draw(random() * potential);
      let left = 0;
      for (let row = 0; row < rows; row++) left += Math.min(closest[row]!, pairwise[candidate * rows + row]!);
      if (left < least) {
        seed = candidate;
        least = left;
      }
    }
    take(seed, cluster);
    if (cluster % seedsPerStep === 0) yield false;
  }
  for (let step = 1; step <= clusters; step++) {
    trySwap();
    if (step % seedsPerStep === 0) yield false;
  }
  return labels;

  /** The row in whose share of Σ D² the number falls. */
  function draw(share: number): number {
    let rest = share;
    for (let row = 0; row < rows; row++) {
      rest -= closest[row]!;
      if (rest < 0) return row;
    }
    return rows - 1;
  }

  function take(seed: number, cluster: number): void {
    seeds[cluster] = seed;
    for (let row = 0; row < rows; row++) consider(row, cluster);
  }

  function consider(row: number, cluster: number): void {
    const distance = pairwise[seeds[cluster]! * rows + row]!;
    if (distance < closest[row]!) {
      second[row] = closest[row]!;
      secondLabels[row] = labels[row]!;
      closest[row] = distance;
      labels[row] = cluster;
    } else if (distance < second[row]!) {
      second[row] = distance;
      secondLabels[row] = cluster;
    }
  }

  function trySwap(): void {
    const potential = sumOf(closest);
    const candidate = draw(random() * potential);
    let left = 0;
    missed.fill(0);
    for (let row = 0; row < rows; row++) {
      const distance = pairwise[candidate * rows + row]!;
      const label = labels[row]!;
      const kept = Math.min(closest[row]!, distance);
      left += kept;
      missed[label] = missed[label]! + Math.min(second[row]!, distance) - kept;
    }
    let leaving = 0;
    for (let cluster = 1; cluster < clusters; cluster++) if (missed[cluster]! < missed[leaving]!) leaving = cluster;
    if (left + missed[leaving]! >= potential) return;
    seeds[leaving] = candidate;
    for (let row = 0; row < rows; row++) {
      if (labels[row] !== leaving && secondLabels[row] !== leaving) {
        consider(row, leaving);
        continue;
      }
      closest[row] = Infinity;
      second[row] = Infinity;
      for (let cluster = 0; cluster < clusters; cluster++) consider(row, cluster);
    }
  }
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** ⌊ln n⌋ for an integer n ≥ 1, without `Math.log`, whose last bit differs between engines. */
export function floorOfLogarithm(n: number): number {
  let logarithm = 0;
  for (let power = Math.E; power <= n; power *= Math.E) logarithm++;
  return logarithm;
}

/**
 * Lloyd's algorithm in terms of pairwise distances alone, whose cost does not depend on the dimension. With
 * S_ji = Σ_{l ∈ j} ‖x_i − x_l‖², the sum over the rows labelled j,
 *
 *     ‖x_i − c_j‖² = S_ji / n_j − W_j / n_j      W_j = Σ_{i ∈ j} S_ji / (2 n_j), the inertia of cluster j
 *
 * A row that changes its cluster changes two rows of S. Moves `labels`.
 *
 * @returns the inertia Σ W_j
 */
export function* lloydOnPairwise(
  pairwise: Float32Array,
  labels: Int32Array,
  clusters: number,
  maxIterations: number,
): Steps<number> {
  const rows = labels.length;
  const sums = new Float64Array(clusters * rows);
  const sizes = new Int32Array(clusters);
  const inertias = new Float64Array(clusters);
  const nearest = new Int32Array(rows);
  const distances = new Float64Array(rows);
  sumClusters();
  yield false;
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    measureClusters();
    distances.fill(Infinity);
    for (let j = 0; j < clusters; j++) compareWith(j);
    fillEmptyClusters(nearest, distances, clusters);
    let moves = 0;
    for (let row = 0; row < rows; row++) {
      if (nearest[row] === labels[row]) continue;
      move(row, labels[row]!, nearest[row]!);
      labels[row] = nearest[row]!;
      moves++;
    }
    if (hasSettled(moves, rows)) break;
    yield false;
  }
  measureClusters();
  return inertias.reduce((sum, inertia) => sum + inertia, 0);

  // Loops stand in functions of their own: an engine optimises those sooner than a generator.

  /** An empty cluster is at 0/0 from every row, and NaN is not the nearest. */
  function compareWith(j: number): void {
    const start = j * rows;
    const size = sizes[j]!;
    const inertia = inertias[j]!;
    for (let row = 0; row < rows; row++) {
      const distance = (sums[start + row]! - inertia) / size;
      if (distance < distances[row]!) {
        distances[row] = distance;
        nearest[row] = j;
      }
    }
  }

  /** Four rows of a cluster at a time, one after the other: a third of the loads and stores, the same bits. */
  function sumClusters(): void {
    const rowsOf = Array.from({ length: clusters }, (): number[] => []);
    labels.forEach((label, row) => rowsOf[label]!.push(row));
    rowsOf.forEach((own, cluster) => {
      sizes[cluster] = own.length;
      const together = own.length - (own.length % 4);
      for (let first = 0; first < together; first += 4) addFour(own, first, cluster * rows);
      for (let k = together; k < own.length; k++) addOne(own[k]! * rows, cluster * rows);
    });
  }

  function addFour(own: readonly number[], first: number, to: number): void {
    const a = own[first]! * rows;
    const b = own[first + 1]! * rows;
    const c = own[first + 2]! * rows;
    const d = own[first + 3]! * rows;
    for (let i = 0; i < rows; i++) {
      const sum = sums[to + i]! + pairwise[a + i]! + pairwise[b + i]!;
      sums[to + i] = sum + pairwise[c + i]! + pairwise[d + i]!;
    }
  }

  function addOne(from: number, to: number): void {
    for (let i = 0; i < rows; i++) sums[to + i] = sums[to + i]! + pairwise[from + i]!;
  }

  function move(row: number, leaving: number, joining: number): void {
    const from = row * rows;
    const left = leaving * rows;
    const joined = joining * rows;
    sizes[leaving] = sizes[leaving]! - 1;
    sizes[joining] = sizes[joining]! + 1;
    for (let i = 0; i < rows; i++) {
      const distance = pairwise[from + i]!;
      sums[left + i] = sums[left + i]! - distance;
      sums[joined + i] = sums[joined + i]! + distance;
    }
  }

  function measureClusters(): void {
    inertias.fill(0);
    for (let row = 0; row < rows; row++) {
      const j = labels[row]!;
      inertias[j] = inertias[j]! + sums[j * rows + row]! / (2 * sizes[j]!);
    }
  }
}
