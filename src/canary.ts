import { dot, rowOf } from './core/matrix.js';
import { embedTexts, parseEmbedding, type EmbedderSource } from './embedder.js';
import { canaryTexts, decodeMatrix, usedDimensions, type RouterState } from './state.js';
import { describe, mismatch } from './validation.js';

/** Lowest cosine between a canary vector at fit and now that still counts as the same vector space. */
export const leastCanaryCosine = 0.98;

/**
 * Embeds the two canary texts of a fit again, and compares.
 *
 * @throws RouterError `embedder_mismatch`, `embedder_failed`; `invalid_state` for a state without canary
 */
export async function verifyCanary(state: RouterState, embedder: EmbedderSource): Promise<void> {
  const { canary, dimensions } = state.embedding;
  if (canary === undefined) {
    const got = 'none: nothing could embed then';
    throw mismatch('invalid_state', 'state.embedding.canary', 'vectors taken at fit', got);
  }
  const columns = usedDimensions(state);
  const expected = decodeMatrix(canary, canaryTexts.length, columns, 'state.embedding.canary');
  const place = `embedder ${describe(embedder.id)}`;
  const size = Math.min(embedder.maxBatchSize, canaryTexts.length);
  const vectors: ArrayLike<number>[] = [];
  for (let start = 0; start < canaryTexts.length; start += size) {
    const batch = canaryTexts.slice(start, start + size);
    const places = batch.map((_, i) => `canary text ${start + i}`);
    vectors.push(...(await embedTexts(embedder, batch, places, undefined)));
  }
  for (const [row, vector] of vectors.entries()) {
    if (vector.length !== dimensions) {
      throw mismatch('embedder_mismatch', place, `${dimensions} dimensions`, String(vector.length));
    }
    const actual = new Float32Array(columns);
    parseEmbedding(vector, `${place} on canary text ${row}`, actual, dimensions);
    const cosine = dot(rowOf(expected, row), actual);
    if (cosine >= leastCanaryCosine) continue;
    const wanted = `a cosine of at least ${leastCanaryCosine} with its vector at fit on canary text ${row}`;
    throw mismatch('embedder_mismatch', place, wanted, cosine.toFixed(3));
  }
}
