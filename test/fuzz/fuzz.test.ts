import { describe, expect, it } from 'vitest';
import { fuzz } from './fuzz.js';
import { targets } from './targets.js';

/** A short run with a fixed seed; `npm run fuzz` is the long one. */
describe('hostile input', () => {
  it.each(targets)('of $name works with every invariant, or ends in a RouterError of one line', async (target) => {
    const { findings, worked, cases } = await fuzz(target, 1, Math.ceil(target.cases / 200));
    expect(findings).toEqual([]);
    // A generator of nothing but nonsense would find nothing.
    expect(worked / cases).toBeGreaterThan(0.05);
    expect(worked).toBeLessThan(cases);
  });
});
