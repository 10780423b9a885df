import {
  assignToNearest,
  clusterSizes,
  fillEmptyClusters,
  hasSettled,
  lloyd,
  updateCentroids,
} from './core/cluster.js';
import { arrayOf, createMatrix, rowOf, selectRows, type Matrix } from './core/matrix.js';
import { createRandom, sampleIndices } from './core/random.js';
import { labelsOfSeeds, lloydOnPairwise, pairwiseSquaredDistances, sketch } from './core/seeding.js';
import type { Steps } from './core/steps.js';
import { finish } from './finish.js';

/** Every row's cluster, and the clusters' centroids. */
export interface Clustering {
  readonly centroids: Matrix;
  /** The nearest centroid of every row, as `squaredDistances` finds it; each centroid is the nearest of some row. */
  readonly labels: Int32Array;
}

export interface ClusteringSettings {
  /** At most the number of distinct rows. */
  readonly clusters: number;
  readonly restarts: number;
  readonly maxIterations: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  /** Awaited after every piece of work; `completed` never falls and ends at `total`. */
  readonly onPass?: ((completed: number, total: number) => void | PromiseLike<void>) | undefined;
}

/** Restarts run on pairwise distances of at most so many rows (16 MiB), … */
const sampleSize = 2048;
/** … taken in at most so many dimensions. */
const sketchColumns = 256;

/** ml-kmeans polishes the best restart where rows × dimensions × clusters of one of its passes stay below this. */
const polishedWork = 1 << 27;

/** A cheap picture of some rows, on which restarts run. It does not depend on the number of clusters. */
export interface Picture {
  /** All rows, in few dimensions. */
  readonly rows: Matrix;
  /** Some of them, or all. */
  readonly sample: Matrix;
  /** Squared distances of the sample's rows to each other. */
  readonly pairwise: Float32Array;
  /** How many random numbers it took: a clustering goes on behind them, whether it made the picture itself or not. */
  readonly draws: number;
}

/** @param seed - that of the clusterings to come */
export async function pictureOf(
  embeddings: Matrix,
  seed: number,
  signal: AbortSignal | undefined,
  onStep: () => unknown = () => undefined,
): Promise<Picture> {
  const stream = createRandom(seed);
  let draws = 0;
  const random = (): number => {
    draws++;
    return stream();
  };
  const isWide = embeddings.columns > sketchColumns;
  const rows = isWide ? await finish(sketch(embeddings, sketchColumns, random), signal, onStep) : embeddings;
  const isSmall = rows.rows <= sampleSize;
  const sample = isSmall ? rows : selectRows(rows, sampleIndices(rows.rows, sampleSize, random));
  return { rows, sample, pairwise: await finish(pairwiseSquaredDistances(sample), signal, onStep), draws };
}

/**
 * k-means of L2-normalised rows: `restarts` runs of k-means++ and Lloyd on a cheap picture of the rows (a sample, in few
 * dimensions), the best of them carried on with all rows, first in the picture's dimensions, then in full.
 *
 * @param picture - of these rows and this seed, where it was made already
 */
export async function clusterEmbeddings(
  embeddings: Matrix,
  settings: ClusteringSettings,
  picture?: Picture,
): Promise<Clustering> {
  const { clusters, restarts, maxIterations, seed, signal, onPass } = settings;
  const random = createRandom(seed);
  const total = restarts + 3 * maxIterations + 1;
  let completed = 0;
  const pause = (isPass: boolean): unknown => {
    if (isPass) completed++;
    return onPass?.(completed, total);
  };
  const run = <Result>(steps: Steps<Result>): Promise<Result> => finish(steps, signal, pause);

  const { rows, sample, pairwise, draws } = picture ?? (await pictureOf(embeddings, seed, signal, () => pause(false)));
  for (let i = 0; i < draws; i++) random();
  let { centroids, labels } = await bestRestart();
  const sampled = labels.length < embeddings.rows;
  if (sampled) labels = new Int32Array(embeddings.rows);
  if (rows !== embeddings) {
    if (sampled) await run(lloyd(rows, centroids, labels, maxIterations));
    centroids = await meansOf(embeddings, labels);
  }
  await run(lloyd(embeddings, centroids, labels, maxIterations));
  await fillEmpty();
  completed = total;
  await onPass?.(completed, total);
  return { centroids, labels };

  async function bestRestart(): Promise<Clustering> {
    if (sample !== rows && clusters > sampleSize / 2) {
      // k-means++ on so many rows would cost more than the passes that it saves.
      return { centroids: selectRows(rows, sampleIndices(rows.rows, clusters, random)), labels: new Int32Array(0) };
    }
    let best = { inertia: Infinity, labels: new Int32Array() as Int32Array };
    for (let restart = 0; restart < restarts; restart++) {
      const labels = await run(labelsOfSeeds(pairwise, sample.rows, clusters, random));
      const inertia = await run(lloydOnPairwise(pairwise, labels, clusters, maxIterations));
      if (inertia < best.inertia) best = { inertia, labels };
      completed++;
    }
    return polish(sample, { centroids: await meansOf(sample, best.labels), labels: best.labels });
  }

  async function meansOf(points: Matrix, labels: Int32Array): Promise<Matrix> {
    const means = createMatrix(clusters, points.columns);
    await run(updateCentroids(points, labels, means));
    return means;
  }

  /** ml-kmeans takes the last passes over the sample, until few rows change their cluster. */
  async function polish(points: Matrix, best: Clustering): Promise<Clustering> {
    if (points.data.length * clusters > polishedWork) return best;
    const { kmeansGenerator } = await import('ml-kmeans');
    return run(passes());

    function* passes(): Steps<Clustering> {
      let polished = toArrays(best.centroids);
      let { labels } = best;
      const results = kmeansGenerator(toArrays(points), clusters, {
        initialization: polished,
        maxIterations,
        distanceFunction: squaredDistanceOfArrays,
      });
      yield false;
      for (const result of results) {
        polished = result.centroids;
        yield true;
        const before = labels;
        labels = Int32Array.from(result.clusters);
        const changes = labels.reduce((count, label, row) => count + (label === before[row] ? 0 : 1), 0);
        if (hasSettled(changes, points.rows)) break;
      }
      return { centroids: { ...best.centroids, data: Float32Array.from(polished.flat()) }, labels };
    }
  }

  /** Empty clusters move to the farthest rows, until none is left: every such move lowers the inertia, so this ends. */
  async function fillEmpty(): Promise<void> {
    const distances = new Float64Array(embeddings.rows);
    for (;;) {
      const sizes = clusterSizes(labels, clusters);
      if (!sizes.includes(0)) return;
      await run(assignToNearest(embeddings, centroids, labels, distances));
      fillEmptyClusters(labels, distances, clusters);
      labels.forEach((label, row) => {
        if (sizes[label] === 0) centroids.data.set(rowOf(embeddings, row), label * embeddings.columns);
      });
      await run(assignToNearest(embeddings, centroids, labels, distances));
    }
  }
}

function toArrays(matrix: Matrix): number[][] {
  return Array.from({ length: matrix.rows }, (_, row) => arrayOf(matrix, row));
}

/** ‖a − b‖² in four sums: 0.7 times the time of ml-kmeans' own distance, whose single sum waits for every addition. */
function squaredDistanceOfArrays(a: readonly number[], b: readonly number[]): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < a.length; i += 4) {
    const d0 = a[i]! - b[i]!;
    s0 += d0 * d0;
    const d1 = a[i + 1]! - b[i + 1]!;
    s1 += d1 * d1;
    const d2 = a[i + 2]! - b[i + 2]!;
    s2 += d2 * d2;
    const d3 = a[i + 3]! - b[i + 3]!;
    s3 += d3 * d3;
  }
  for (; i < a.length; i++) s0 += (a[i]! - b[i]!) * (a[i]! - b[i]!);
  return s0 + s1 + (s2 + s3);
}
