import {
  assignToNearest,
  clusterSizes,
  fillEmptyClusters,
  lloyd,
  updateCentroids,
  type Steps,
} from './core/cluster.js';
import { rowOf, selectRows, type Matrix } from './core/matrix.js';
import { createRandom, sampleIndices } from './core/random.js';
import { labelsOfSeeds, lloydOnPairwise, pairwiseSquaredDistances, sketch } from './core/seeding.js';

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

/** Restarts run on pairwise distances of at most so many rows (64 MiB), … */
const sampleSize = 4096;
/** … taken in at most so many dimensions. */
const sketchColumns = 256;

/**
 * Up to these sizes ml-kmeans polishes the best restart: rows × dimensions of the `number[][]` that it takes, and
 * rows × dimensions × clusters of one of its passes.
 */
const polishedValues = 1 << 23;
const polishedWork = 1 << 29;

/**
 * k-means of L2-normalised rows: `restarts` runs of k-means++ and Lloyd on a cheap picture of the rows (a sample, in few
 * dimensions), the best of them carried on with all rows in full dimension.
 */
export async function clusterEmbeddings(embeddings: Matrix, settings: ClusteringSettings): Promise<Clustering> {
  const { clusters, restarts, maxIterations, seed, signal, onPass } = settings;
  const random = createRandom(seed);
  const total = restarts + maxIterations + 1;
  let completed = 0;

  const picture = embeddings.columns > sketchColumns ? sketch(embeddings, sketchColumns, random) : embeddings;
  let { centroids, labels } = await bestRestart();
  if (picture.rows > labels.length) {
    labels = new Int32Array(picture.rows);
    await finish(lloyd(picture, centroids, labels, maxIterations));
  }
  if (picture !== embeddings) centroids = meansOf(embeddings, labels);
  const values = embeddings.rows * embeddings.columns;
  if (values <= polishedValues && values * clusters <= polishedWork) {
    centroids = await polish(centroids);
  } else if (picture !== embeddings) {
    await finish(lloyd(embeddings, centroids, labels, maxIterations));
  }
  await settle();
  completed = total;
  await onPass?.(completed, total);
  return { centroids, labels };

  async function finish<Result>(steps: Steps<Result>): Promise<Result> {
    for (;;) {
      signal?.throwIfAborted();
      const step = steps.next();
      if (step.done === true) return step.value;
      if (onPass) await onPass(completed, total);
    }
  }

  async function bestRestart(): Promise<Clustering> {
    const { rows } = picture;
    if (rows > sampleSize && clusters > sampleSize / 2) {
      // k-means++ on so many rows would cost more than the passes that it saves.
      const centroids = selectRows(picture, sampleIndices(rows, clusters, random));
      return { centroids, labels: new Int32Array(0) };
    }
    const sample = rows > sampleSize ? selectRows(picture, sampleIndices(rows, sampleSize, random)) : picture;
    const pairwise = await finish(pairwiseSquaredDistances(sample));
    let best = { inertia: Infinity, labels: new Int32Array() as Int32Array };
    for (let restart = 0; restart < restarts; restart++) {
      const labels = labelsOfSeeds(pairwise, sample.rows, clusters, random);
      const inertia = await finish(lloydOnPairwise(pairwise, labels, clusters, maxIterations));
      if (inertia < best.inertia) best = { inertia, labels };
      completed++;
    }
    return { centroids: meansOf(sample, best.labels), labels: best.labels };
  }

  function meansOf(points: Matrix, labels: Int32Array): Matrix {
    const means: Matrix = {
      rows: clusters,
      columns: points.columns,
      data: new Float32Array(clusters * points.columns),
    };
    updateCentroids(points, labels, means);
    return means;
  }

  async function polish(centroids: Matrix): Promise<Matrix> {
    const { kmeansGenerator } = await import('ml-kmeans');
    let polished = toArrays(centroids);
    const passes = kmeansGenerator(toArrays(embeddings), clusters, {
      initialization: polished,
      maxIterations,
      tolerance: roundingOfCentroids,
    });
    signal?.throwIfAborted();
    for (const pass of passes) {
      polished = pass.centroids;
      completed++;
      if (onPass) await onPass(completed, total);
      signal?.throwIfAborted();
    }
    return { ...centroids, data: Float32Array.from(polished.flat()) };
  }

  /**
   * Takes the labels against the Float32 centroids. Empty clusters move to the farthest rows, until none is left:
   * every such move lowers the inertia, so this ends.
   */
  async function settle(): Promise<void> {
    const distances = new Float64Array(embeddings.rows);
    for (;;) {
      await finish(assignToNearest(embeddings, centroids, labels, distances));
      const sizes = clusterSizes(labels, clusters);
      if (!fillEmptyClusters(labels, distances, clusters)) return;
      labels.forEach((label, row) => {
        if (sizes[label] === 0) centroids.data.set(rowOf(embeddings, row), label * embeddings.columns);
      });
    }
  }
}

/** A squared move of a centroid that rounding to Float32 explains, and a row that changes its cluster does not. */
const roundingOfCentroids = 1e-12;

function toArrays(matrix: Matrix): number[][] {
  return Array.from({ length: matrix.rows }, (_, row) => Array.from(rowOf(matrix, row)));
}
