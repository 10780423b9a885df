import { describe, expect, it } from 'vitest';
import { hashingEmbedder } from '../../src/index.js';
import { hashText } from '../../src/embedders/hashing.js';
import { expectRouterError } from '../support.js';

const embed = async (texts: readonly string[], dimensions?: number): Promise<Float32Array[]> => {
  const embedder = hashingEmbedder(dimensions === undefined ? {} : { dimensions });
  return (await embedder.embed(texts, {})) as Float32Array[];
};
const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** Letter by letter: letters and digits make words, those of scripts without spaces stand alone, marks too. */
function slowWords(text: string): string[] {
  const words: string[] = [];
  let open = false;
  for (const letter of text) {
    const isUnspaced =
      /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u.test(letter);
    const isWord = !isUnspaced && /[\p{L}\p{M}\p{N}]/u.test(letter);
    if (isWord && open) words.push(`${words.pop()!}${letter}`);
    else if (!/\s/.test(letter)) words.push(letter);
    open = isWord;
  }
  return words;
}

/** The definition, word for word: every feature on its own, without counting ahead, in BigInt arithmetic. */
function slowEmbedding(text: string, dimensions: number): number[] {
  const mask = 0xffffffffn;
  const hash = (feature: string): bigint => {
    let value = 2166136261n;
    for (const byte of Buffer.from(feature, 'utf16le')) value = ((value ^ BigInt(byte)) * 16777619n) & mask;
    value = ((value ^ (value >> 16n)) * 0x85ebca6bn) & mask;
    value = ((value ^ (value >> 13n)) * 0xc2b2ae35n) & mask;
    return value ^ (value >> 16n);
  };
  const words = slowWords(text.normalize('NFKC').toLowerCase());
  const features = words.map((word) => `word ${word}`);
  for (let i = 1; i < words.length; i++) features.push(`pair ${words[i - 1]} ${words[i]}`);
  for (const word of words) {
    const letters = Array.from(`<${word}>`);
    letters.forEach((_, start) => {
      for (const length of [3, 4, 5]) {
        if (start + length <= letters.length) features.push(`gram ${letters.slice(start, start + length).join('')}`);
      }
    });
  }
  const vector = new Array<number>(dimensions).fill(0);
  for (const feature of new Set(features)) {
    const times = features.filter((other) => other === feature).length;
    const value = hash(feature);
    vector[Number((value >> 1n) % BigInt(dimensions))]! += (value & 1n) === 1n ? Math.sqrt(times) : -Math.sqrt(times);
  }
  const norm = Math.hypot(...vector);
  return vector.map((value) => (norm === 0 ? 0 : value / norm));
}

describe('hashText', () => {
  it('is FNV-1a and the finaliser of MurmurHash3', () => {
    // FNV-1a of no byte is its offset basis, 811c9dc5; the finaliser worked out step by step:
    // 811c9dc5 ^ 0000811c = 811c1cd9; × 85ebca6b; ^ >> 13; × c2b2ae35; ^ >> 16, in exact integers.
    const exact = (basis: bigint): number => {
      let value = ((basis ^ (basis >> 16n)) * 0x85ebca6bn) % 0x100000000n;
      value = ((value ^ (value >> 13n)) * 0xc2b2ae35n) % 0x100000000n;
      return Number(value ^ (value >> 16n));
    };
    expect(hashText('')).toBe(exact(0x811c9dc5n));
    // The published FNV-1a of the two bytes "a" and NUL: (0xe40c292c ^ 0) × prime.
    expect(hashText('a')).toBe(exact((0xe40c292cn * 16777619n) % 0x100000000n));
    // The published FNV-1a of "foobar", whose bytes are those of three code units.
    expect(hashText('\u6f66\u626f\u7261')).toBe(exact(0xbf9cf968n));
  });
});

describe('hashingEmbedder', () => {
  it.each([
    'What is 2 + 2?',
    'the cat and the dog and the cat',
    'Größe Straße ÉTÉ',
    '中文没有空格的句子',
    'def f(x): return x ** 2  # π',
    '👩‍👩‍👧 🎉🎉',
    '?!',
  ])('follows its definition: %s', async (text) => {
    const [vector] = await embed([text], 64);
    expect([...vector!]).toEqual(slowEmbedding(text, 64).map((value) => expect.closeTo(value, 6) as unknown));
    expect(cosine(vector!, vector!)).toBeCloseTo(1, 5);
  });

  it('gives the same vector every time, whatever stands beside it', async () => {
    const [alone] = await embed(['query']);
    const [, beside] = await embed(['other', 'query']);
    expect(beside).toEqual(alone);
    expect(alone).toHaveLength(512);
  });

  it('does not look at case, width or composition', async () => {
    const [plain, upper, wide, composed, decomposed] = await embed([
      'cafe 12',
      'CAFE 12',
      'ｃａｆｅ １２',
      'é',
      'e\u0301',
    ]);
    expect(upper).toEqual(plain);
    expect(wide).toEqual(plain);
    expect(decomposed).toEqual(composed);
  });

  it('finds texts with common words alike, and others not', async () => {
    const [a, b, c] = await embed([
      'How many apples does Tom have after buying three more apples?',
      'Tom buys two more apples. How many apples does he have?',
      'def quicksort(items): return sorted(items, reverse=True)',
    ]);
    expect(cosine(a!, b!)).toBeGreaterThan(0.4);
    expect(Math.abs(cosine(a!, c!))).toBeLessThan(0.15);
  });

  it('finds Chinese, Japanese and Thai paraphrases alike', async () => {
    for (const [a, b] of [
      ['今天天气怎么样', '今天的天气好吗'],
      ['今日の天気はどうですか', '今日の天気を教えて'],
      ['วันนี้อากาศเป็นอย่างไร', 'อากาศวันนี้ดีไหม'],
    ] as const) {
      const [first, second] = await embed([a, b]);
      expect(cosine(first!, second!)).toBeGreaterThan(0.25);
    }
  });

  it('gives no zeros where the signs of a short text cancel out', async () => {
    const letters = Array.from({ length: 3000 }, (_, i) => String.fromCodePoint(0x21 + i)).filter((letter) =>
      /\S/u.test(letter),
    );
    for (const dimensions of [1, 8, 512]) {
      const vectors = await embed(letters, dimensions);
      expect(letters.filter((_, i) => vectors[i]!.every((value) => value === 0))).toEqual([]);
    }
  });

  it('gives zeros for nothing but space, which the library then refuses by its place', async () => {
    const vectors = await embed(['', ' \n\t']);
    expect(vectors.every((vector) => vector.every((value) => value === 0))).toBe(true);
  });

  it('names version and dimensions', () => {
    expect(hashingEmbedder().id).toBe('pareto-router/hashing-1/512');
    expect(hashingEmbedder({ dimensions: 64 })).toMatchObject({ id: 'pareto-router/hashing-1/64', dimensions: 64 });
  });

  it.each<[unknown, string]>([
    [{ dimensions: 0 }, 'hashingEmbedder options.dimensions: expected a whole number from 1 to 65536, got 0'],
    [{ dimensions: 1.5 }, 'hashingEmbedder options.dimensions: expected a whole number from 1 to 65536, got 1.5'],
    [{ dimension: 64 }, 'hashingEmbedder options: expected only the keys dimensions, got the key "dimension"'],
    [512, 'hashingEmbedder options: expected an object, got 512'],
  ])('refuses %o', async (options, message) => {
    await expectRouterError(() => hashingEmbedder(options as object), 'invalid_options', message);
  });
});
