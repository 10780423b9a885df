import type { RouterState } from 'pareto-router';

/** The centroids of a router: in its state, they are base64 of little-endian Float32, row by row. */
export function centroidsOf({ centroids, options: { clusters } }: RouterState): Float32Array[] {
  const bytes = Uint8Array.from(atob(centroids), (character) => character.charCodeAt(0));
  const numbers = new Float32Array(bytes.buffer);
  const dimensions = numbers.length / clusters;
  return Array.from({ length: clusters }, (_, j) => numbers.subarray(j * dimensions, (j + 1) * dimensions));
}
