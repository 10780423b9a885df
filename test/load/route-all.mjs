import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Router } from '../../dist/index.js';

/**
 * Routes so many queries, the same for the same seed, at changing α and constraints.
 *
 * @param {{ text: string, queries: number, dimensions: number }} work - `text` is the JSON of a router
 * @returns the SHA-256 of all decisions in full, and the bytes of heap and array buffers in use after a tenth and at the end
 */
export async function routeAll({ text, queries, dimensions }) {
  const router = Router.fromJSON(JSON.parse(text));
  const hash = createHash('sha256');
  let state = 1;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const embedding = new Float32Array(dimensions);
  const used = [];
  for (let i = 1; i <= queries; i++) {
    for (let d = 0; d < dimensions; d++) embedding[d] = next() - 0.5;
    const constraints = i % 3 === 0 ? { maxCost: 0.004 + next() / 100, exclude: ['model 3'] } : {};
    hash.update(JSON.stringify(router.route(embedding, next(), constraints)));
    if (i === Math.ceil(queries / 10) || i === queries) used.push(await memoryInUse());
  }
  return { digest: hash.digest('hex'), used };
}

/** After two collections of garbage (`--expose-gc`): array buffers are swept behind the first. */
export async function memoryInUse() {
  globalThis.gc();
  await wait(20);
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
