import type { Embedder } from '../embedder.js';
import { dimensions as dimensionsCheck, parse, partialObject } from '../validation.js';

/**
 * Options of {@link hashingEmbedder}.
 * @example
 * const options: HashingOptions = { dimensions: 256 };
 * const embedder = hashingEmbedder(options);
 */
export interface HashingOptions {
  /**
   * Length of the vectors, from 1 to 65536. More dimensions mean fewer collisions and slower clustering.
   * @default 512
   */
  readonly dimensions?: number | undefined;
}

/** Character n-grams of these lengths are taken from each word. */
const shortestGram = 3;
const longestGram = 5;

/**
 * A word, or a single mark such as `+` or `?`. Scripts that put no space between words count letter by letter, so that
 * their pairs of neighbours are 2-grams.
 */
const unspaced = String.raw`[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]`;
const wordPattern = (): RegExp =>
  new RegExp(String.raw`${unspaced}\p{M}*|(?:(?!${unspaced})[\p{L}\p{M}\p{N}])+|[^\s\p{L}\p{M}\p{N}]`, 'gu');

/**
 * An embedder that works offline and gives the same vectors on every engine: words, pairs of neighbouring words and character
 * n-grams, hashed to signed coordinates ("hashing trick", Weinberger et al. 2009), each weighing the square root of how
 * often it occurs, L2-normalised.
 *
 * It compares spelling, not meaning: "car" and "automobile" have nothing in common. Good for a first try, for tests, and
 * as a floor that a real embedding model has to beat; not for production where such a model is at hand.
 *
 * What is a letter, and which is its lower case, is the engine's word (`\p{L}`, `normalize`, `toLowerCase`). Engines whose
 * Unicode versions differ agree on all but the characters that the newer one added.
 *
 * @throws RouterError `invalid_options`
 * @example
 * const router = await fitRouter(records, hashingEmbedder());
 */
export function hashingEmbedder(options: HashingOptions = {}): Embedder & { readonly dimensions: number } {
  const { dimensions = 512 } = parse(
    partialObject({ dimensions: dimensionsCheck }),
    options,
    'invalid_options',
    'hashingEmbedder options',
  );
  return {
    id: `pareto-router/hashing-1/${dimensions}`,
    dimensions,
    embed: (texts) => Promise.resolve(texts.map((text) => embedText(text, dimensions))),
  };
}

/**
 * x_h = Σ over features with hash h of ±√(times the feature occurs), then x ← x / ‖x‖. Only a text of spaces is all zeros:
 * where the signs of a short text cancel out, its first feature stands alone.
 */
function embedText(text: string, dimensions: number): Float32Array {
  const vector = new Float64Array(dimensions);
  const add = (feature: string, weight: number): void => {
    const hash = hashText(feature);
    // One bit for the sign, the others for the coordinate.
    vector[(hash >>> 1) % dimensions]! += hash & 1 ? weight : -weight;
  };
  const counts = countFeatures(text);
  for (const [feature, times] of counts) add(feature, Math.sqrt(times));
  const [first] = counts.keys();
  if (first !== undefined && vector.every((value) => value === 0)) add(first, 1);
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return Float32Array.from(vector, (value) => (norm === 0 ? 0 : value / norm));
}

/** Words (and single marks such as `+` or `?`), pairs of neighbours, and n-grams within words whose ends are marked. */
function countFeatures(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const count = (feature: string): void => {
    counts.set(feature, (counts.get(feature) ?? 0) + 1);
  };
  const words = text.normalize('NFKC').toLowerCase().match(wordPattern()) ?? [];
  words.forEach((word, i) => {
    count(`word ${word}`);
    if (i > 0) count(`pair ${words[i - 1]} ${word}`);
    const letters = Array.from(`<${word}>`);
    for (let length = shortestGram; length <= longestGram; length++) {
      for (let start = 0; start + length <= letters.length; start++) {
        count(`gram ${letters.slice(start, start + length).join('')}`);
      }
    }
  });
  return counts;
}

/**
 * FNV-1a (Fowler, Noll, Vo) over the UTF-16 code units, low byte first, then the finaliser of MurmurHash3 (Appleby), as the
 * low bits of FNV alone are not mixed well. Unsigned 32 bits.
 */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
