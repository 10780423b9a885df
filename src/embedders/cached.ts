import { parseEmbedder, parseEmbedding, readVectors, type Embedder, type EmbedFunction } from '../embedder.js';
import { requireMethods } from '../client.js';
import { describe, mismatch, parse, vector as vectorCheck } from '../validation.js';

/**
 * Any key–value store: a Map, Redis, a table. Vectors go in as plain arrays, so that they can be written as JSON.
 * @example
 * const store: EmbeddingStore = {
 *   get: async (key) => JSON.parse((await redis.get(key)) ?? 'null') as number[] | null,
 *   set: (key, vector) => redis.set(key, JSON.stringify(vector)),
 * };
 */
export interface EmbeddingStore {
  /** The stored vector; `undefined` or `null` where there is none. */
  get(key: string): PromiseLike<ArrayLike<number> | null | undefined> | ArrayLike<number> | null | undefined;
  /** Stores a vector; what it returns is awaited. */
  set(key: string, vector: number[]): unknown;
}

/**
 * An embedder that asks another one only for texts that are not in a store yet. Keys are `id:text`, so that vector spaces
 * never mix. A store that fails is an error, not a silent miss, and a malformed vector is never stored.
 *
 * @throws RouterError `invalid_options` for something that cannot embed, and for a store that cannot get and set
 * @example
 * const cached = cachedEmbedder(embedder, new Map());
 * await fitRouter(records, cached); // interrupted? call it again: what was embedded is in the store
 */
export function cachedEmbedder(embedder: Embedder | EmbedFunction, store: EmbeddingStore): Embedder {
  const { id, dimensions, maxBatchSize, embed } = parseEmbedder(embedder);
  if (!embed) throw mismatch('invalid_options', 'cachedEmbedder', 'an embedder that can embed', describe(id));
  requireMethods(store, 'a store', ['get', 'set'], 'cachedEmbedder store');
  return {
    id,
    ...(dimensions !== undefined && { dimensions }),
    maxBatchSize,
    async embed(texts, options) {
      const keys = texts.map((text) => `${id}:${text}`);
      const vectors = await Promise.all(keys.map(async (key) => store.get(key)));
      const missing = texts.flatMap((_, i) => (vectors[i] ? [] : [i]));
      if (missing.length === 0) return vectors as ArrayLike<number>[];
      const answer = await embed(
        missing.map((i) => texts[i]!),
        options,
      );
      const fresh = readVectors(answer, missing.length, `embedder ${describe(id)}`);
      fresh.forEach((vector, j) => {
        const place = `embedding of ${describe(texts[missing[j]!])} by ${describe(id)}`;
        const { length } = parse(vectorCheck, vector, 'invalid_embedding', place);
        parseEmbedding(vector, place, new Float32Array(dimensions ?? length));
      });
      await Promise.all(missing.map((i, j) => store.set(keys[i]!, Array.from(fresh[j]!))));
      missing.forEach((i, j) => (vectors[i] = fresh[j]));
      return vectors as ArrayLike<number>[];
    },
  };
}
