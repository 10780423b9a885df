import type { RouterState } from 'pareto-router';

/** A router's cluster centres, as rows. */
export function centroidsOf({ centroids, options: { clusters } }: RouterState): Float32Array[] {
  const bytes = Uint8Array.from(atob(centroids), (character) => character.charCodeAt(0));
  const numbers = new Float32Array(bytes.buffer);
  const dimensions = numbers.length / clusters;
  return Array.from({ length: clusters }, (_, i) => numbers.subarray(i * dimensions, (i + 1) * dimensions));
}
