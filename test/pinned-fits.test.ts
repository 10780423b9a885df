import { describe, expect, it } from 'vitest';
import { fitRouter, paperSettings, referenceSettings, type FitOptions, type RoutingRecord } from '../src/index.js';

/** Simulated records of whole numbers over powers of two: the same on every engine, and made by nothing of the library. */
function plainRecords(rows: number, dimensions: number): RoutingRecord[] {
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
  return Array.from({ length: rows }, (_, i) => {
    const embedding = Array.from({ length: dimensions }, (_, d) => next() - 0.5 + Number(d % 12 === i % 12));
    return {
      query: `query ${i}`,
      records: { large: next() < 0.75, medium: next(), small: i % 7 === 0 ? null : Number(next() < 0.5) },
      usages: {
        large: { cost: 0.01 + next() / 100, input_tokens: 100 + (i % 50), output_tokens: 40 },
        medium: { cost: 0.004, input_tokens: 100 + (i % 50), output_tokens: 60 },
        small: { cost: next() / 1000 },
      },
      embedding,
    };
  });
}

const cases: [rows: number, dimensions: number, options: FitOptions, fingerprint: string][] = [
  [200, 8, {}, '1e7cecfd72a00980'],
  [300, 40, { estimator: 'linear', shrinkage: 40, seed: 7 }, '54d5c439c09822fb'],
  [700, 20, paperSettings, '31ed5403f90b8ae7'],
  [300, 20, referenceSettings, '45d6cb00a14916e2'],
  // More rows than the sample of the restarts, more dimensions than its sketch.
  [2060, 258, { clusters: 20, restarts: 2 }, '39e2b211c5ae127e'],
  [500, 30, { dimensions: 16, prices: { small: { input: 1, output: 2 } } }, '1e0f29b242d48266'],
];

/**
 * The digests of what these fits give, byte for byte. Nobody can work them out by hand: they are here so that nobody changes them
 * unawares. A state that was fitted yesterday and one that is fitted today from the same records have to be the same; whoever
 * changes one of these literals makes a breaking change, and says so in CHANGELOG.md.
 */
describe('a fit gives the bytes that it gave before', () => {
  it.each(cases)('%i × %i, %o', async (rows, dimensions, options, fingerprint) => {
    const router = await fitRouter(plainRecords(rows, dimensions), { id: 'pinned', dimensions }, options);
    expect(router.fingerprint).toBe(fingerprint);
  });
});
