import { nearOfEach } from '../policy/near.js';
import type { Policy } from '../policy/policy.js';
import { describe, isArrayLike, mismatch } from '../validation.js';

/** @throws RouterError `invalid_embedding` for what is no array, or empty */
export function requireEmbeddings(embeddings: unknown): void {
  if (!isArrayLike(embeddings)) {
    throw mismatch('invalid_embedding', 'embeddings', 'an array of vectors', describe(embeddings));
  }
  if (embeddings.length === 0) throw mismatch('invalid_embedding', 'embeddings', 'at least one vector', 'none');
}

/** Where one query lies among the clusters, by Euclidean distance whatever the router's rule. */
export interface Placed {
  readonly cluster: number;
  /** Squared, to the centroid of that cluster. */
  readonly squaredDistance: number;
  readonly novelty: number | null;
}

/** @throws RouterError `invalid_embedding` */
export function placeQueries(policy: Policy, embeddings: readonly ArrayLike<number>[]): Placed[] {
  requireEmbeddings(embeddings);
  const places: Placed[] = [];
  for (const { squaredDistances, novelty } of nearOfEach(policy, embeddings, (query) => `embeddings[${query}]`)) {
    const squaredDistance = squaredDistances.reduce((least, distance) => Math.min(least, distance));
    places.push({ cluster: squaredDistances.indexOf(squaredDistance), squaredDistance, novelty });
  }
  return places;
}
