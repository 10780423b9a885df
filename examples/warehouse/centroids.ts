import type { Router } from 'pareto-router';

/** The centroids of a router: in its state, they are base64 of little-endian Float32, row by row. */
export function centroidsOf(router: Router): Float32Array[] {
  const { centroids, options } = router.toJSON();
  const numbers = new Float32Array(Uint8Array.from(Buffer.from(centroids, 'base64')).buffer);
  const length = numbers.length / options.clusters;
  return Array.from({ length: options.clusters }, (_, j) => numbers.subarray(j * length, (j + 1) * length));
}
