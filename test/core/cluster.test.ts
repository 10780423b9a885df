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

function matrixOf(rows: readonly (readonly number[])[]): Matrix {
  return { rows: rows.length, columns: rows[0]?.length ?? 0, data: Float32Array.from(rows.flat()) };
}

function rowsOf({ rows, columns, data }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, row) => Array.from(data.subarray(row * columns, (row + 1) * columns)));
}

function finish<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
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
function pointsAndCentroids(least = 1) {
  return fc.tuple(fc.integer({ min: 1, max: 5 }), fc.boolean()).chain(([columns, coarse]) => {
    const value = coarse ? fc.integer({ min: 0, max: 3 }) : fc.float({ min: -1, max: 1, noNaN: true });
    const row = fc.array(value, { minLength: columns, maxLength: columns });
    return fc.tuple(
      fc.array(row, { minLength: Math.max(least, 1), maxLength: 60 }).map(matrixOf),
      fc.array(row, { minLength: 1, maxLength: 20 }).map(matrixOf),
    );
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

  it('leaves clusters empty when there are more of them than rows', () => {
    const labels = Int32Array.of(0, 0);
    expect(fillEmptyClusters(labels, new Float64Array(2), 3)).toBe(true);
    expect(Array.from(clusterSizes(labels, 3))).toEqual([1, 1, 0]);
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
        // Where clusters outnumber the distinct rows, a repaired label may tie with a lower one: compare distances there.
        const truth = bruteForce(points, centroids);
        const reached = rowsOf(points).map((row, i) => squared(row, rowsOf(centroids)[labels[i]!]!));
        expect(reached).toEqual(truth.map(({ distance }) => distance));
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
    for (let seed = 0; seed < 60; seed++) {
      const clusters = 2 + (seed % 11);
      const random = createRandom(seed);
      // Whole numbers: sums are exact in every order.
      const points = matrixOf(Array.from({ length: 40 }, () => [Math.floor(random() * 99), Math.floor(random() * 99)]));
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
