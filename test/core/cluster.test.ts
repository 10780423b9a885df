import fc from 'fast-check';
import { kmeans } from 'ml-kmeans';
import { describe, expect, it } from 'vitest';
import {
  assignToNearest,
  clusterSizes,
  fillEmptyClusters,
  hasSettled,
  lloyd,
  updateCentroids,
} from '../../src/core/cluster.js';
import type { Matrix } from '../../src/core/matrix.js';
import { createRandom } from '../../src/core/random.js';
import {
  floorOfLogarithm,
  labelsOfSeeds,
  lloydOnPairwise,
  pairwiseSquaredDistances,
  sketch,
} from '../../src/core/seeding.js';
import type { Steps } from '../../src/core/steps.js';
import golden from '../fixtures/kmeans-golden.json';
import { finish } from '../support.js';

function matrixOf(rows: readonly (readonly number[])[]): Matrix {
  return { rows: rows.length, columns: rows[0]?.length ?? 0, data: Float32Array.from(rows.flat()) };
}

function rowsOf({ rows, columns, data }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, row) => Array.from(data.subarray(row * columns, (row + 1) * columns)));
}

/** What long work says at its pauses, each with what can be seen then. */
function pausesOf<Seen>(steps: Steps<unknown>, look: () => Seen): [isPass: boolean, seen: Seen][] {
  return Array.from(steps, (isPass) => [isPass, look()]);
}

const squared = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0);

/** The nearest of the centroids, ties to the lower index. */
function bruteForce(points: Matrix, centroids: Matrix): { label: number; distance: number }[] {
  return rowsOf(points).map((row) => {
    const distances = rowsOf(centroids).map((centroid) => squared(row, centroid));
    const distance = Math.min(...distances);
    return { label: distances.indexOf(distance), distance };
  });
}

function inertiaOf(points: Matrix, labels: ArrayLike<number>, clusters: number): number {
  let inertia = 0;
  for (let j = 0; j < clusters; j++) {
    const members = rowsOf(points).filter((_, row) => labels[row] === j);
    const mean = members[0]?.map((_, i) => members.reduce((sum, member) => sum + member[i]!, 0) / members.length) ?? [];
    inertia += members.reduce((sum, member) => sum + squared(member, mean), 0);
  }
  return inertia;
}

/** Points of 1 to 5 dimensions; few distinct values, so that duplicates and ties are common. */
function pointsAndCentroids() {
  return fc.tuple(fc.integer({ min: 1, max: 5 }), fc.boolean()).chain(([columns, coarse]) => {
    const value = coarse ? fc.integer({ min: 0, max: 3 }) : fc.float({ min: -1, max: 1, noNaN: true });
    const row = fc.array(value, { minLength: columns, maxLength: columns });
    // Lengths are drawn first: left to itself, an array of fast-check's rarely has more than ten entries.
    const matrix = (min: number, max: number) =>
      fc.integer({ min, max }).chain((length) => fc.array(row, { minLength: length, maxLength: length }).map(matrixOf));
    return fc.tuple(matrix(1, 60), matrix(1, 20));
  });
}

const cases = golden.cases.map(({ name, columns, points, initial, inertia, labels }) => ({
  name,
  points: { rows: points.length / columns, columns, data: Float32Array.from(points) },
  initial: { rows: initial.length / columns, columns, data: Float32Array.from(initial) },
  inertia,
  labels,
}));

describe('assignToNearest', () => {
  it('is a brute-force nearest neighbour, ties to the lower index', () => {
    fc.assert(
      fc.property(pointsAndCentroids(), ([points, centroids]) => {
        const labels = new Int32Array(points.rows);
        const distances = new Float64Array(points.rows);
        finish(assignToNearest(points, centroids, labels, distances));
        const truth = bruteForce(points, centroids);
        expect(Array.from(labels)).toEqual(truth.map(({ label }) => label));
        expect(Array.from(distances)).toEqual(truth.map(({ distance }) => distance));
      }),
    );
  });

  it('pauses where 2²⁵ products are done, and calls that no pass', () => {
    // A row takes 64 · 2¹⁴ = 2²⁰ products, so 32 rows are a piece; the row of each pause is the last that has a label.
    const [points, centroids] = [80, 64].map((rows) => ({
      rows,
      columns: 1 << 14,
      data: new Float32Array(rows << 14),
    }));
    const labels = new Int32Array(80).fill(-1);
    const pauses = pausesOf(assignToNearest(points!, centroids!, labels, new Float64Array(80)), () =>
      labels.indexOf(-1),
    );
    expect(pauses).toEqual([
      [false, 32],
      [false, 64],
    ]);
  });
});

describe('updateCentroids', () => {
  it('takes means and leaves an empty cluster where it was', () => {
    const points = matrixOf([
      [1, 0],
      [3, 4],
      [5, 5],
    ]);
    const centroids = matrixOf([
      [9, 9],
      [7, 7],
      [8, 8],
    ]);
    finish(updateCentroids(points, Int32Array.of(2, 2, 0), centroids));
    expect(rowsOf(centroids)).toEqual([
      [5, 5],
      [7, 7],
      [2, 2],
    ]);
  });

  it('pauses after 2²² additions, and calls that no pass', () => {
    const [points, centroids] = [6, 1].map((rows) => ({ rows, columns: 1 << 20, data: new Float32Array(rows << 20) }));
    // Four rows of six.
    expect([...updateCentroids(points!, new Int32Array(6), centroids!)]).toEqual([false]);
  });
});

describe('fillEmptyClusters', () => {
  it('gives each empty cluster the farthest row of those that are not alone', () => {
    const labels = Int32Array.of(0, 0, 0, 2, 0);
    const distances = Float64Array.of(1, 4, 2, 9, 3);
    expect(fillEmptyClusters(labels, distances, 4)).toBe(true);
    expect(Array.from(labels)).toEqual([0, 1, 0, 2, 3]);
    expect(Array.from(distances)).toEqual([1, 0, 2, 9, 0]);
    expect(fillEmptyClusters(labels, distances, 4)).toBe(false);
  });

  it('fills the first cluster as well, by the first of equally far rows', () => {
    const labels = Int32Array.of(1, 1, 1);
    const distances = Float64Array.of(4, 2, 4);
    expect(fillEmptyClusters(labels, distances, 3)).toBe(true);
    // Row 0 to cluster 0, then row 2 to cluster 2.
    expect(Array.from(labels)).toEqual([0, 1, 2]);
    expect(Array.from(distances)).toEqual([0, 2, 0]);
  });

  it('leaves clusters empty when there are more of them than rows', () => {
    const labels = Int32Array.of(0, 0);
    expect(fillEmptyClusters(labels, new Float64Array(2), 3)).toBe(true);
    expect(Array.from(clusterSizes(labels, 3))).toEqual([1, 1, 0]);
    expect(fillEmptyClusters(labels, new Float64Array(2), 3)).toBe(false);
    expect(Array.from(labels)).toEqual([1, 0]);
  });
});

describe('lloyd', () => {
  it.each(cases)('ends where scikit-learn ends: $name', ({ points, initial, inertia, labels }) => {
    const centroids = { ...initial, data: initial.data.slice() };
    const found = new Int32Array(points.rows);
    finish(lloyd(points, centroids, found, 1000));
    expect(Array.from(found)).toEqual(labels);
    const sum = bruteForce(points, centroids).reduce((total, { distance }) => total + distance, 0);
    expect(Math.abs(sum - inertia)).toBeLessThan(1e-6 * inertia);
  });

  it.each(cases)('ends where ml-kmeans ends: $name', ({ points, initial }) => {
    const truth = kmeans(rowsOf(points), initial.rows, {
      initialization: rowsOf(initial),
      maxIterations: 1000,
      tolerance: 0,
    });
    const centroids = { ...initial, data: initial.data.slice() };
    const labels = new Int32Array(points.rows);
    finish(lloyd(points, centroids, labels, 1000));
    expect(Array.from(labels)).toEqual(truth.clusters);
    rowsOf(centroids).forEach((row, j) => {
      row.forEach((value, i) => {
        expect(value).toBeCloseTo(truth.centroids[j]![i]!, 6);
      });
    });
  });

  it('skips no distance that matters: after any number of updates the labels are brute force', () => {
    fc.assert(
      fc.property(pointsAndCentroids(), fc.nat(6), ([points, initial], iterations) => {
        const centroids = { ...initial, data: initial.data.slice() };
        const labels = new Int32Array(points.rows).fill(77);
        finish(lloyd(points, centroids, labels, iterations));
        expect(Array.from(labels)).toEqual(bruteForce(points, centroids).map(({ label }) => label));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps its bounds over many groups of centroids: the labels are brute force', () => {
    for (let seed = 0; seed < 100; seed++) {
      const random = createRandom(seed);
      const matrix = (rows: number): Matrix =>
        matrixOf(Array.from({ length: rows }, () => Array.from({ length: 3 }, () => random() - 0.5)));
      const points = matrix(150);
      const centroids = matrix(9 + (seed % 32));
      const labels = new Int32Array(150);
      finish(lloyd(points, centroids, labels, 1 + (seed % 7)));
      expect(Array.from(labels)).toEqual(bruteForce(points, centroids).map(({ label }) => label));
    }
  });

  it('has settled when fewer than one row in 200 moves', () => {
    expect([hasSettled(0, 1), hasSettled(1, 200), hasSettled(1, 201), hasSettled(5, 1000)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('without updates is an assignment', () => {
    const { points, initial } = cases[0]!;
    const centroids = { ...initial, data: initial.data.slice() };
    const labels = new Int32Array(points.rows);
    finish(lloyd(points, centroids, labels, 0));
    expect(Array.from(labels)).toEqual(bruteForce(points, initial).map(({ label }) => label));
    expect(centroids.data).toEqual(initial.data);
  });

  it('moves a single centroid, whose rows never change', () => {
    const centroids = matrixOf([[9, 9]]);
    const points = matrixOf([
      [1, 0],
      [3, 4],
    ]);
    finish(lloyd(points, centroids, new Int32Array(2), 5));
    expect(rowsOf(centroids)).toEqual([[2, 2]]);
  });

  it('calls an update a pass, and stops when no row moves', () => {
    const centroids = matrixOf([[0], [1]]);
    const labels = new Int32Array(4);
    const passes = pausesOf(lloyd(matrixOf([[0], [1], [10], [11]]), centroids, labels, 9), () => rowsOf(centroids));
    // {0} {1, 10, 11}, then 1 is nearer to 0 than to 22/3, then nothing moves.
    expect(passes).toEqual([
      [true, [[0], [Math.fround(22 / 3)]]],
      [true, [[0.5], [10.5]]],
    ]);
    expect(Array.from(labels)).toEqual([0, 0, 1, 1]);
  });

  it('looks again where a bound has become a tie, which the lower index wins', () => {
    // Of nine centroids, four are the first group. 0 lies at 10 from −10 (centroid 0) and at 9 from 9 (centroid 4), which moves to
    // the mean of 0 and 20, and so lies at 10 as well. All others stand on their rows.
    const others = [100, 200, 300, 400, 500, 600, 700];
    const points = matrixOf([-11, -9, 0, 20, ...others].map((x) => [x]));
    const centroids = matrixOf([-10, ...others.slice(0, 3), 9, ...others.slice(3)].map((x) => [x]));
    const labels = new Int32Array(points.rows);
    finish(lloyd(points, centroids, labels, 1));
    expect(centroids.data[4]).toBe(10);
    expect(Array.from(labels)).toEqual([0, 0, 0, 4, 1, 2, 3, 5, 6, 7, 8]);
  });

  it('pauses where 2²⁵ products are done, and spares those that its bounds can', () => {
    // Centroids at 0, 100, …, 1,500 with a row on each, and 64 rows at 49, to whose mean with 0, 48.2, the first one moves.
    const columns = 1 << 16;
    const places = [...Array.from({ length: 16 }, (_, j) => 100 * j), ...new Array<number>(64).fill(49)];
    const [points, centroids] = [80, 16].map((rows): Matrix => {
      const data = new Float32Array(rows * columns);
      for (let row = 0; row < rows; row++) data[row * columns] = places[row]!;
      return { rows, columns, data };
    });
    // First a row takes 16 distances and its own, 17 · 2¹⁶ products: 31 rows of 80 are a piece. The means take 80 · 2¹⁶ additions,
    // 2²² are a piece. Then bounds spare every row on its first centroid (48.2 < 100 − 48.2), and its own distance every other
    // one (0.8 < 51 − 48.2): no piece is completed, and nothing moves.
    const pauses = [...lloyd(points!, centroids!, new Int32Array(80), 9)];
    expect(pauses).toEqual([false, false, false, true]);
  });

  it('repairs empty clusters on the way', () => {
    const points = matrixOf([[0], [1], [10], [11], [30]]);
    const centroids = matrixOf([[5], [1000], [2000]]);
    const labels = new Int32Array(5);
    finish(lloyd(points, centroids, labels, 100));
    // 30 goes to the first empty cluster, 11 to the second; from there Lloyd reaches {0, 1} {30} {10, 11}.
    expect(Array.from(labels)).toEqual([0, 0, 2, 2, 1]);
    expect(rowsOf(centroids)).toEqual([[0.5], [30], [10.5]]);
  });
});

describe('k-means on pairwise distances', () => {
  it('the distances are those of brute force', () => {
    fc.assert(
      fc.property(pointsAndCentroids(), ([points]) => {
        const expected = rowsOf(points).flatMap((a) => rowsOf(points).map((b) => Math.fround(squared(a, b))));
        expect(Array.from(finish(pairwiseSquaredDistances(points)))).toEqual(expected);
      }),
    );
  });

  it.each(cases)('ends where scikit-learn ends: $name', ({ points, initial, inertia, labels }) => {
    const pairwise = finish(pairwiseSquaredDistances(points));
    const found = Int32Array.from(bruteForce(points, initial), ({ label }) => label);
    const reached = finish(lloydOnPairwise(pairwise, found, initial.rows, 1000));
    expect(Array.from(found)).toEqual(labels);
    expect(Math.abs(reached - inertia)).toBeLessThan(1e-6 * inertia);
  });

  it('reports the inertia of its labels, which never rises', () => {
    fc.assert(
      fc.property(pointsAndCentroids(), fc.nat(1000), ([points, { rows }], seed) => {
        const clusters = Math.min(rows, points.rows);
        const pairwise = finish(pairwiseSquaredDistances(points));
        let last = Infinity;
        for (let iterations = 0; iterations < 5; iterations++) {
          const labels = finish(labelsOfSeeds(pairwise, points.rows, clusters, createRandom(seed)));
          const inertia = finish(lloydOnPairwise(pairwise, labels, clusters, iterations));
          expect(Math.abs(inertia - inertiaOf(points, labels, clusters))).toBeLessThan(1e-4);
          expect(inertia).toBeLessThanOrEqual(last + 1e-4);
          last = inertia;
        }
      }),
    );
  });

  it('assigns all rows at once, ties to the lower index, and counts an iteration as one', () => {
    const cluster = (places: number[], start: number[], iterations: number): [labels: number[], inertia: number] => {
      const labels = Int32Array.from(start);
      const pairwise = finish(pairwiseSquaredDistances(matrixOf(places.map((x) => [x]))));
      const inertia = finish(lloydOnPairwise(pairwise, labels, 2, iterations));
      return [Array.from(labels), inertia];
    };
    // {0} {2, 3, 10}: 2 is nearer to 0 than to 5, 3 is not. {0, 2} {3, 10}: 3 is nearer to 1 than to 6.5. Then all stay.
    expect(cluster([0, 2, 3, 10], [0, 1, 1, 1], 0)).toEqual([[0, 1, 1, 1], 9 + 4 + 25]);
    expect(cluster([0, 2, 3, 10], [0, 1, 1, 1], 1)).toEqual([[0, 0, 1, 1], 2 + 24.5]);
    expect(cluster([0, 2, 3, 10], [0, 1, 1, 1], 2)).toEqual([[0, 0, 0, 1], expect.closeTo(14 / 3, 12)]);
    expect(cluster([0, 2, 3, 10], [0, 1, 1, 1], 9)).toEqual([[0, 0, 0, 1], expect.closeTo(14 / 3, 12)]);
    // Means 1 and 3: 2 is as near to both.
    expect(cluster([0, 4, 2, 2], [0, 1, 0, 1], 1)).toEqual([[0, 1, 0, 0], expect.closeTo(8 / 3, 12)]);
  });

  it('pauses after pieces of work, none of which it calls a pass', () => {
    // Blocks of 16 rows: 16 · 16 · 2¹⁷ = 2²⁵ products, then 4 · 20 · 2¹⁷.
    const wide = { rows: 20, columns: 1 << 17, data: new Float32Array(20 << 17) };
    expect([...pairwiseSquaredDistances(wide)]).toEqual([false]);
    // 64 seeds of 127 beyond the first, 64 and 128 of 128 swaps.
    const pairwise = finish(pairwiseSquaredDistances(matrixOf(Array.from({ length: 130 }, (_, i) => [i]))));
    expect([...labelsOfSeeds(pairwise, 130, 128, createRandom(1))]).toEqual([false, false, false]);
    // The sums, and two iterations that move a row; the third moves none.
    const few = finish(pairwiseSquaredDistances(matrixOf([[0], [2], [3], [10]])));
    expect([...lloydOnPairwise(few, Int32Array.of(0, 1, 1, 1), 2, 9)]).toEqual([false, false, false]);
  });

  it('draws the row in whose share the number falls, and leaves a row as near to two seeds with the first', () => {
    const places = [0, 10, 5];
    const pairwise = finish(pairwiseSquaredDistances(matrixOf(places.map((x) => [x]))));
    // Zeros draw row 0, which has no share of D² then, and so row 1. To put 5 in the place of either would gain nothing.
    expect(Array.from(finish(labelsOfSeeds(pairwise, 3, 2, () => 0)))).toEqual([0, 1, 0]);
  });

  it('seeds one row of every distinct position before it repeats any', () => {
    const points = matrixOf([[0], [5], [0], [5], [9], [9], [0]]);
    for (let seed = 0; seed < 20; seed++) {
      const pairwise = finish(pairwiseSquaredDistances(points));
      const labels = finish(labelsOfSeeds(pairwise, 7, 3, createRandom(seed)));
      expect(inertiaOf(points, labels, 3)).toBe(0);
      expect(new Set(labels).size).toBe(3);
    }
  });

  it('seeds as the definition says: greedy k-means++ with 2 + ⌊ln k⌋ trials, then k swaps where they gain', () => {
    for (let seed = 0; seed < 90; seed++) {
      const clusters = 2 + (seed % 11);
      const random = createRandom(seed);
      // Whole numbers: sums are exact in every order. Few of them, every third time: ties.
      const place = (): number => Math.floor(random() * (seed % 3 === 0 ? 6 : 99));
      const points = matrixOf(Array.from({ length: 40 }, () => [place(), place()]));
      const pairwise = finish(pairwiseSquaredDistances(points));
      const labels = finish(labelsOfSeeds(pairwise, 40, clusters, createRandom(seed)));

      const draws = createRandom(seed);
      const rows = rowsOf(points);
      const nearest = (seeds: readonly number[]): number[] =>
        rows.map((row) => Math.min(...seeds.map((other) => squared(row, rows[other]!))));
      const potential = (seeds: readonly number[]): number => nearest(seeds).reduce((sum, d) => sum + d, 0);
      const draw = (seeds: readonly number[]): number => {
        let rest = draws() * potential(seeds);
        return nearest(seeds).findIndex((d) => (rest -= d) < 0);
      };
      const best = (choices: readonly number[][]): number[] =>
        choices.reduce((a, b) => (potential(b) < potential(a) ? b : a));
      let seeds = [Math.floor(draws() * 40)];
      while (seeds.length < clusters) {
        const now = seeds;
        const trials = Array.from({ length: 2 + Math.floor(Math.log(clusters)) }, () => [...now, draw(now)]);
        seeds = best(trials);
      }
      for (let step = 0; step < clusters; step++) {
        const now = seeds;
        const candidate = draw(now);
        seeds = best([now, best(now.map((_, leaving) => now.with(leaving, candidate)))]);
      }
      // Each row is labelled with a seed that is nearest to it.
      const distances = nearest(seeds);
      expect(rows.map((row, i) => squared(row, rows[seeds[labels[i]!]!]!))).toEqual(distances);
    }
  });

  it('draws seeds by D²: the greedy choice finds separate blobs every time', () => {
    const random = createRandom(1);
    const points = matrixOf(Array.from({ length: 90 }, (_, i) => [(i % 9) * 100 + random(), random()]));
    const pairwise = finish(pairwiseSquaredDistances(points));
    for (let seed = 0; seed < 20; seed++) {
      const labels = finish(labelsOfSeeds(pairwise, 90, 9, createRandom(seed)));
      expect(labels.every((label, row) => label === labels[row % 9])).toBe(true);
      expect(new Set(labels).size).toBe(9);
    }
  });
});

describe('floorOfLogarithm', () => {
  it('is ⌊ln n⌋', () => {
    for (let n = 1; n < 5000; n++) expect(floorOfLogarithm(n)).toBe(Math.floor(Math.log(n)));
    expect(floorOfLogarithm(1e9)).toBe(20);
  });
});

describe('sketch', () => {
  const random = createRandom(9);
  const points = matrixOf(Array.from({ length: 40 }, () => Array.from({ length: 300 }, () => random() - 0.5)));

  it('adds every coordinate with a sign to one of the sums, evenly', () => {
    const identity = matrixOf(Array.from({ length: 30 }, (_, i) => Array.from({ length: 30 }, (_, l) => +(i === l))));
    const { data, columns } = finish(sketch(identity, 10, createRandom(4)));
    const weights = rowsOf({ rows: 30, columns, data });
    for (const row of weights) expect(row.filter((value) => value !== 0).map(Math.abs)).toEqual([1]);
    for (let i = 0; i < 10; i++) expect(weights.reduce((sum, row) => sum + Math.abs(row[i]!), 0)).toBe(3);
    expect(new Set(data)).toEqual(new Set([0, 1, -1]));
  });

  it('pauses after 2²² additions, and calls that no pass', () => {
    // 64 rows of 68.
    const wide = { rows: 68, columns: 1 << 16, data: new Float32Array(68 << 16) };
    expect([...sketch(wide, 8, createRandom(1))]).toEqual([false]);
  });

  it('is linear, and keeps squared distances on average', () => {
    const { rows, columns, data } = finish(sketch(points, 60, createRandom(4)));
    const sketched = rowsOf({ rows, columns, data });
    let ratio = 0;
    rowsOf(points).forEach((a, i) => {
      rowsOf(points).forEach((b, l) => {
        if (i < l) ratio += squared(sketched[i]!, sketched[l]!) / squared(a, b) / 780;
      });
    });
    // 780 pairs of 40 rows: at most √(2 / 60) = 0.18 each, if all moved together.
    expect(Math.abs(ratio - 1)).toBeLessThan(0.1);
  });
});
