import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../../src/core/normal.js';

describe('normalQuantile', () => {
  // SciPy 1.10: scipy.stats.norm.ppf
  it.each([
    [0.5, 0],
    [0.6, 0.2533471031357997],
    [0.8, 0.8416212335729143],
    [0.9, 1.2815515655446004],
    [0.95, 1.6448536269514722],
    [0.975, 1.959963984540054],
    [0.99, 2.3263478740408408],
    [0.999, 3.090232306167813],
    [0.9999, 3.719016485455709],
  ])('of %f is %f', (p, z) => {
    expect(normalQuantile(p)).toBeCloseTo(z, 11);
  });

  it('ends, and rises, up to the last number below 1', () => {
    let last = 0;
    for (let tail = 0.25; tail >= 2 ** -53; tail /= 2) {
      const z = normalQuantile(1 - tail);
      expect(z).toBeGreaterThan(last);
      last = z;
    }
    expect(last).toBeLessThan(8.3);
  });
});
