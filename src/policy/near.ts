import { createMatrix, rowOf } from '../core/matrix.js';
import { novelty } from '../core/novelty.js';
import { selectNearest, softmaxWeights, toDotProductDistances } from '../core/score.js';
import { parseEmbedding } from '../embedder.js';
import { reading } from '../validation.js';
import type { Policy } from './policy.js';

/** The clusters that a query looks at. */
export interface Neighbourhood {
  /** Nearest first. */
  readonly clusters: Int32Array;
  /** Distance of each: Euclidean (rule `'reference'`: 1 − dot product). */
  readonly distances: Float64Array;
  /** Weight of each beside the others here; they sum to 1. */
  readonly weights: Float64Array;
  /** ‖q − c‖² to every cluster of the router. */
  readonly squaredDistances: Float64Array;
  /** Weight of every cluster of the router in the estimates; the nearest weighs 1. */
  readonly clusterWeights: Float64Array;
  /** Share of training queries that, held out, lie nearer to a centroid than this query; `null` where it is unknown. */
  readonly novelty: number | null;
}

/**
 * Step 6 of the method, first half: the nearest clusters of one query.
 *
 * @param place - what the embedding is called in a message
 * @throws RouterError `invalid_embedding`
 */
export function near(policy: Policy, embedding: unknown, place: string): Neighbourhood {
  const { centroids, state } = policy;
  const query = createMatrix(1, centroids.columns);
  const distances = new Float64Array(centroids.rows);
  parseEmbedding(embedding, place, query.data, state.embedding.dimensions);
  centroids.squaredDistances(query.data, distances);
  return selectNear(policy, distances);
}

/** Rows of one pass of {@link nearOfEach}: their distances stay in the cache. */
const rowsPerPass = 64;

/** The same of many queries, one after the other: the same bits in less time. */
export function* nearOfEach(
  policy: Policy,
  embeddings: ArrayLike<unknown>,
  placeOf: (query: number) => string,
): Generator<Neighbourhood> {
  const { centroids, state } = policy;
  const clusters = centroids.rows;
  const queries = createMatrix(Math.min(rowsPerPass, embeddings.length), centroids.columns);
  const distances = new Float64Array(queries.rows * clusters);
  for (let start = 0; start < embeddings.length; start += rowsPerPass) {
    const rows = Math.min(rowsPerPass, embeddings.length - start);
    for (let row = 0; row < rows; row++) {
      const place = placeOf(start + row);
      const embedding = reading('invalid_embedding', place, () => embeddings[start + row]);
      parseEmbedding(embedding, place, rowOf(queries, row), state.embedding.dimensions);
    }
    centroids.squaredDistancesOfRows(queries, 0, rows, distances);
    for (let row = 0; row < rows; row++) {
      yield selectNear(policy, distances.subarray(row * clusters, (row + 1) * clusters));
    }
  }
}

/** Overwrites `distances`, the squared ones to every centroid. */
function selectNear({ state, smoother, centroidSquaredNorms }: Policy, distances: Float64Array): Neighbourhood {
  const { nearestClusters, rule, beta } = state.options;
  const { distanceQuantiles } = state.clusters;
  const squared = distances.slice();
  let least = Infinity;
  for (const distance of squared) least = Math.min(least, distance);
  if (rule === 'reference') toDotProductDistances(distances, centroidSquaredNorms);
  else for (let j = 0; j < distances.length; j++) distances[j] = Math.sqrt(distances[j]!);
  const clusters = selectNearest(distances, nearestClusters);
  const clusterWeights = smoother.weights(clusters, squared);
  return {
    clusters,
    distances: valuesAt(distances, clusters),
    weights:
      rule === 'reference' ? softmaxWeights(distances, clusters, beta) : sharesOf(valuesAt(clusterWeights, clusters)),
    squaredDistances: squared,
    clusterWeights,
    novelty: distanceQuantiles ? novelty(Math.sqrt(least), distanceQuantiles) : null,
  };
}

function valuesAt(values: Float64Array, clusters: Int32Array): Float64Array {
  const selected = new Float64Array(clusters.length);
  for (let i = 0; i < clusters.length; i++) selected[i] = values[clusters[i]!]!;
  return selected;
}

/** Scales weights to sum to 1, in place. */
function sharesOf(weights: Float64Array): Float64Array {
  let total = 0;
  for (const weight of weights) total += weight;
  for (let i = 0; i < weights.length; i++) weights[i]! /= total;
  return weights;
}
