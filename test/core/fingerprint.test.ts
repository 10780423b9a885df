import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../src/core/fingerprint.js';

describe('fingerprint', () => {
  it('is 16 hexadecimal digits of any text', () => {
    for (const text of ['', 'a', '中文', 'x'.repeat(100_000)]) expect(fingerprint(text)).toMatch(/^[0-9a-f]{16}$/);
  });

  it('tells texts apart that differ in one place, in each of its halves', () => {
    const base = JSON.stringify(Array.from({ length: 500 }, (_, i) => i / 7));
    const changed = Array.from(
      base,
      (letter, i) => `${base.slice(0, i)}${letter === '3' ? '4' : '3'}${base.slice(i + 1)}`,
    );
    const all = [base, ...changed].map(fingerprint);
    for (const half of [all.map((print) => print.slice(0, 8)), all.map((print) => print.slice(8))]) {
      // Some 9,000 words of 32 bits: .01 collisions are expected of a good hash.
      expect(new Set(half).size).toBe(changed.length + 1);
    }
  });

  it('tells order and length apart', () => {
    const texts = ['', '\0', '\0\0', '\0\0\0', 'ab', 'ba', 'aab', 'aba', 'baa', '0.1', '1.0', '10.', '[1,0]', '[0,1]'];
    expect(new Set(texts.map(fingerprint)).size).toBe(texts.length);
  });

  it('flips about half of its bits when one bit of the text flips', () => {
    let flipped = 0;
    const rounds = 2000;
    for (let i = 0; i < rounds; i++) {
      const units = Array.from({ length: 20 }, (_, at) => (i * 31 + at * 17) % 128);
      const other = units.map((unit, at) => (at === i % 20 ? unit ^ (1 << (i % 7)) : unit));
      const [a, b] = [units, other].map((codes) => BigInt(`0x${fingerprint(String.fromCharCode(...codes))}`));
      for (let bits = a! ^ b!; bits > 0n; bits &= bits - 1n) flipped++;
    }
    expect(flipped / rounds).toBeGreaterThan(31);
    expect(flipped / rounds).toBeLessThan(33);
  });
});
