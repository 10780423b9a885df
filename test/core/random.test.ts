import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, sampleIndices, shuffle } from '../../src/core/random.js';

const seeds = fc.integer({ min: 0, max: 0xffffffff });

/** The published algorithms once more, in arbitrary-precision integers: the slower truth. */
function* slowRandom(seed: number): Generator<number> {
  const mask = 0xffffffffn;
  let word = BigInt(seed);
  const split = (): bigint => {
    word = (word + 0x9e3779b9n) & mask;
    let z = word;
    z = ((z ^ (z >> 16n)) * 0x21f0aaadn) & mask;
    z = ((z ^ (z >> 15n)) * 0x735a2d97n) & mask;
    return z ^ (z >> 15n);
  };
  let [a, b, c, counter] = [split(), split(), split(), 1n];
  for (let i = 0; ; i++) {
    const result = (a + b + counter) & mask;
    counter = (counter + 1n) & mask;
    a = b ^ (b >> 9n);
    b = (c + (c << 3n)) & mask;
    c = ((((c << 21n) | (c >> 11n)) & mask) + result) & mask;
    if (i >= 12) yield Number(result) / 2 ** 32;
  }
}

describe('createRandom', () => {
  it('is sfc32 seeded by splitmix32, for every seed', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = createRandom(seed);
        const truth = slowRandom(seed);
        for (let i = 0; i < 50; i++) expect(random()).toBe(truth.next().value);
      }),
    );
  });

  it('stays in [0, 1), fills it evenly and has no visible memory', () => {
    const random = createRandom(0);
    const counts = new Array<number>(16).fill(0);
    let mean = 0;
    let product = 0;
    let last = 0.5;
    let least = 1;
    let greatest = 0;
    for (let i = 0; i < 160_000; i++) {
      const number = random();
      least = Math.min(least, number);
      greatest = Math.max(greatest, number);
      counts[Math.floor(number * 16)]!++;
      mean += number / 160_000;
      product += ((number - 0.5) * (last - 0.5)) / 160_000;
      last = number;
    }
    expect(least).toBeGreaterThanOrEqual(0);
    expect(greatest).toBeLessThan(1);
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.004);
    expect(Math.abs(product)).toBeLessThan(0.001);
    // Pearson's statistic, 15 degrees of freedom: beyond 44 once in 10,000.
    expect(counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(44);
  });

  it('gives neighbouring seeds unrelated streams', () => {
    const first = new Set(Array.from({ length: 1000 }, (_, seed) => createRandom(seed)()));
    expect(first.size).toBeGreaterThan(998);
  });
});

describe('shuffle', () => {
  it('permutes in place, alike for the same seed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), seeds, (items, seed) => {
        const [once, twice] = [[...items], [...items]];
        shuffle(once, createRandom(seed));
        shuffle(twice, createRandom(seed));
        expect(once).toEqual(twice);
        expect(once.sort((a, b) => a - b)).toEqual([...items].sort((a, b) => a - b));
      }),
    );
  });

  it('gives all six orders of three items equally often', () => {
    const random = createRandom(3);
    const counts = new Map<string, number>();
    for (let i = 0; i < 12_000; i++) {
      const items = ['a', 'b', 'c'];
      shuffle(items, random);
      counts.set(items.join(''), (counts.get(items.join('')) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });
});

describe('sampleIndices', () => {
  it('gives distinct indices in rising order', () => {
    const sizes = fc
      .integer({ min: 0, max: 60 })
      .chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 0, max: n })));
    fc.assert(
      fc.property(sizes, seeds, ([population, count], seed) => {
        const chosen = Array.from(sampleIndices(population, count, createRandom(seed)));
        expect(chosen).toHaveLength(count);
        chosen.forEach((index, i) => {
          expect(index).toBeGreaterThan(i === 0 ? -1 : chosen[i - 1]!);
          expect(index).toBeLessThan(population);
        });
      }),
    );
  });

  it('takes every index equally often', () => {
    const random = createRandom(5);
    const counts = new Array<number>(5).fill(0);
    for (let i = 0; i < 10_000; i++) for (const index of sampleIndices(5, 2, random)) counts[index]!++;
    for (const count of counts) expect(Math.abs(count - 4000)).toBeLessThan(250);
  });
});
