import fc from 'fast-check';
import { kmeans } from 'ml-kmeans';
import { describe, expect, it, vi } from 'vitest';
import { clusterEmbeddings, type ClusteringSettings } from '../src/clustering.js';
import { CentroidIndex } from '../src/core/distances.js';
import { rowOf, selectRows, type Matrix } from '../src/core/matrix.js';
import { normalizeRows } from './support.js';
import { createRandom } from '../src/core/random.js';

const defaults: ClusteringSettings = { clusters: 3, restarts: 10, maxIterations: 100, seed: 42 };

function unitVectors(rows: number, columns: number, seed: number): Matrix {
  const random = createRandom(seed);
  const matrix: Matrix = { rows, columns, data: new Float32Array(rows * columns).map(() => random() - 0.5) };
  normalizeRows(matrix);
  return matrix;
}

/** Rows around `centers` directions; row i belongs to direction i mod centers. */
function blobs(rows: number, columns: number, centers: number, spread: number): Matrix {
  const directions = unitVectors(centers, columns, 1);
  const noise = unitVectors(rows, columns, 2);
  const data = noise.data.map((value, i) => {
    const center = Math.floor(i / columns) % centers;
    return directions.data[center * columns + (i % columns)]! + spread * value;
  });
  const matrix = { rows, columns, data };
  normalizeRows(matrix);
  return matrix;
}

function rowsOf({ rows, columns, data }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, row) => Array.from(data.subarray(row * columns, (row + 1) * columns)));
}

const squared = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0);

function inertiaOf(points: readonly number[][], centroids: readonly number[][]): number {
  return points.reduce((sum, x) => sum + Math.min(...centroids.map((c) => squared(x, c))), 0);
}

/** Every label is the first of the nearest centroids, and every centroid is some row's. */
function expectNearest(points: Matrix, centroids: Matrix, labels: Int32Array): void {
  const centers = rowsOf(centroids);
  const truth = rowsOf(points).map((row) => {
    const distances = centers.map((center) => squared(row, center));
    return distances.indexOf(Math.min(...distances));
  });
  expect(Array.from(labels)).toEqual(truth);
  expect(new Set(labels).size).toBe(centroids.rows);
}

describe('clusterEmbeddings', () => {
  it.each([
    ['in few dimensions', 300, 16, 5],
    ['in many dimensions, restarted on a sketch', 240, 700, 7],
    ['with more rows than the sample', 5000, 8, 6],
  ])('finds separate blobs %s', async (_, rows, columns, clusters) => {
    const points = blobs(rows, columns, clusters, 0.3);
    const { centroids, labels } = await clusterEmbeddings(points, { ...defaults, clusters });
    expect(labels.every((label, row) => label === labels[row % clusters])).toBe(true);
    expectNearest(points, centroids, labels);
  });

  it('agrees with the route kernel on every row', async () => {
    const points = unitVectors(200, 30, 3);
    const { centroids, labels } = await clusterEmbeddings(points, { ...defaults, clusters: 11 });
    const index = new CentroidIndex(centroids);
    const distances = new Float64Array(11);
    labels.forEach((label, row) => {
      index.squaredDistances(rowOf(points, row), distances);
      expect(label).toBe(distances.indexOf(Math.min(...distances)));
    });
  });

  it.each([
    ['of one sample', 400, 20, 8],
    ['with more rows than the sample', 4500, 12, 8],
  ])('leaves ml-kmeans less than a thousandth of the inertia to gain, %s', async (_, rows, columns, clusters) => {
    const points = unitVectors(rows, columns, 4);
    const { centroids } = await clusterEmbeddings(points, { ...defaults, clusters });
    const reached = inertiaOf(rowsOf(points), rowsOf(centroids));
    const further = kmeans(rowsOf(points), clusters, { initialization: rowsOf(centroids), maxIterations: 100 });
    expect(inertiaOf(rowsOf(points), further.centroids)).toBeGreaterThan(reached * 0.999);
    const alone = [1, 2, 3].map((seed) => kmeans(rowsOf(points), clusters, { seed, maxIterations: 100 }).centroids);
    const best = Math.min(...alone.map((centers) => inertiaOf(rowsOf(points), centers)));
    expect(reached).toBeLessThan(best * 1.01);
  });

  it('leaves ml-kmeans out where it would be too slow, with labels that are nearest all the same', async () => {
    const points = unitVectors(2100, 260, 12);
    const { centroids, labels } = await clusterEmbeddings(points, { ...defaults, clusters: 1000, restarts: 1 });
    expect(new Set(labels).size).toBe(1000);
    const index = new CentroidIndex(centroids);
    const distances = new Float64Array(1000);
    labels.forEach((label, row) => {
      index.squaredDistances(rowOf(points, row), distances);
      expect(label).toBe(distances.indexOf(Math.min(...distances)));
    });
  });

  it('is the same to the byte for the same seed, and another for another', async () => {
    const points = unitVectors(300, 300, 5);
    const settings = { ...defaults, clusters: 12 };
    const [once, twice] = [await clusterEmbeddings(points, settings), await clusterEmbeddings(points, settings)];
    expect(once.centroids.data).toEqual(twice.centroids.data);
    expect(once.labels).toEqual(twice.labels);
    const other = await clusterEmbeddings(points, { ...settings, seed: 43 });
    expect(other.centroids.data).not.toEqual(once.centroids.data);
  });

  it('leaves the embeddings untouched', async () => {
    const points = unitVectors(50, 300, 6);
    const before = points.data.slice();
    await clusterEmbeddings(points, defaults);
    expect(points.data).toEqual(before);
  });

  it('one cluster: its centroid is the mean', async () => {
    const points = unitVectors(9, 5, 7);
    const { centroids, labels } = await clusterEmbeddings(points, { ...defaults, clusters: 1 });
    expect(Array.from(labels)).toEqual(new Array(9).fill(0));
    const mean = rowsOf(points)[0]!.map((_, i) => rowsOf(points).reduce((sum, row) => sum + row[i]!, 0) / 9);
    expect(Array.from(centroids.data)).toEqual(mean.map(Math.fround));
  });

  it.each([
    ['a cluster for every row', 20, 20],
    ['one row more than clusters', 21, 20],
    ['one row', 1, 1],
  ])('%s', async (_, rows, clusters) => {
    const points = unitVectors(rows, 300, 8);
    const { centroids, labels } = await clusterEmbeddings(points, { ...defaults, clusters });
    expectNearest(points, centroids, labels);
  });

  it('as many clusters as rows beyond the sample', async () => {
    const points = unitVectors(4200, 3, 9);
    const distinct = new Set(rowsOf(points).map(String)).size;
    const { centroids, labels } = await clusterEmbeddings(points, { ...defaults, clusters: distinct, restarts: 1 });
    expect(centroids.rows).toBe(distinct);
    expect(new Set(labels).size).toBe(distinct);
  });

  it('leaves no cluster empty where the sketch cannot tell distinct rows apart', async () => {
    // 300 unit vectors along the axes: many share a sum and a sign in 256 dimensions.
    const distinct: Matrix = { rows: 300, columns: 300, data: new Float32Array(90_000) };
    for (let i = 0; i < 300; i++) distinct.data[i * 301] = 1;
    const points = selectRows(
      distinct,
      Int32Array.from({ length: 900 }, (_, i) => i % 300),
    );
    const { centroids, labels } = await clusterEmbeddings(points, { ...defaults, clusters: 300, restarts: 2 });
    expectNearest(points, centroids, labels);
  });

  it('labels are the nearest centroids and none is empty, whatever the rows', async () => {
    const directions = fc.constantFrom(
      [1, 0],
      [0, 1],
      [-1, 0],
      [0, -1],
      [0.6, 0.8],
      [0.8, 0.6],
      [-0.6, 0.8],
      [0.8, -0.6],
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(directions, { minLength: 1, maxLength: 40 }),
        fc.nat(7),
        fc.nat(100),
        fc.integer({ min: 1, max: 4 }),
        async (rows, wanted, seed, maxIterations) => {
          const points = { rows: rows.length, columns: 2, data: Float32Array.from(rows.flat()) };
          const clusters = (wanted % new Set(rows.map(String)).size) + 1;
          const clustering = await clusterEmbeddings(points, { clusters, restarts: 1, maxIterations, seed });
          expectNearest(points, clustering.centroids, clustering.labels);
        },
      ),
    );
  });

  it('one dimension: the two directions', async () => {
    const points = { rows: 5, columns: 1, data: Float32Array.of(1, -1, -1, 1, 1) };
    const { centroids, labels } = await clusterEmbeddings(points, { ...defaults, clusters: 2 });
    expect(Array.from(centroids.data).sort()).toEqual([-1, 1]);
    expectNearest(points, centroids, labels);
  });
});

describe('progress and abort', () => {
  const points = unitVectors(4400, 300, 10);

  it('awaits onPass, whose completed count never falls and ends at the total', async () => {
    const calls: [number, number][] = [];
    let pending = 0;
    await clusterEmbeddings(points, {
      ...defaults,
      restarts: 2,
      onPass: async (completed, total) => {
        expect(++pending).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 0));
        pending--;
        calls.push([completed, total]);
      },
    });
    expect(calls.length).toBeGreaterThan(5);
    calls.forEach(([completed, total], i) => {
      expect(total).toBe(calls[0]![1]);
      expect(completed).toBeGreaterThanOrEqual(i === 0 ? 0 : calls[i - 1]![0]);
      expect(completed).toBeLessThanOrEqual(total);
    });
    expect(calls.at(-1)![0]).toBe(calls.at(-1)![1]);
  });

  it('takes an onPass that returns nothing, and passes on what it throws', async () => {
    const onPass = vi.fn();
    await clusterEmbeddings(unitVectors(30, 4, 1), { ...defaults, onPass });
    expect(onPass).toHaveBeenCalled();
    onPass.mockImplementation(() => {
      throw new Error('enough');
    });
    await expect(clusterEmbeddings(points, { ...defaults, onPass })).rejects.toThrow('enough');
  });

  it('throws the reason of a signal that is aborted already', async () => {
    const reason = new Error('too late');
    await expect(clusterEmbeddings(points, { ...defaults, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('aborted at any pass, it stops there', async () => {
    const onPass = vi.fn();
    const small = unitVectors(120, 300, 11);
    await clusterEmbeddings(small, { ...defaults, restarts: 2, onPass });
    const passes = onPass.mock.calls.length;
    expect(passes).toBeGreaterThan(4);
    // The last call reports completion; nothing is left to abort after it.
    for (let at = 1; at < passes; at++) {
      const controller = new AbortController();
      let calls = 0;
      const abortThere = () => {
        if (++calls === at) controller.abort();
      };
      const { signal } = controller;
      const run = clusterEmbeddings(small, { ...defaults, restarts: 2, signal, onPass: abortThere });
      await expect(run).rejects.toMatchObject({ name: 'AbortError' });
      expect(calls).toBe(at);
    }
  });
});
