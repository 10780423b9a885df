import { createMatrix, rowOf, type Matrix } from './core/matrix.js';
import type { RouterError } from './errors.js';
import {
  accept,
  callable,
  describe,
  dimensions as dimensionsCheck,
  isArrayLike,
  mismatch,
  object,
  optional,
  parse,
  positiveInteger,
  reading,
  vector,
} from './validation.js';

/**
 * Turns texts into vectors. Every vector of one embedder must come from the same vector space.
 * @example
 * const embedder: Embedder = {
 *   id: 'my-company/minilm-v2',
 *   embed: async (texts, { signal }) => embedElsewhere(texts, signal),
 * };
 */
export interface Embedder {
  /** Names the vector space, for example `openai/text-embedding-3-small`: saved in the state and checked when it is loaded. */
  readonly id: string;
  /** Length of the vectors. Inferred from the first answer when left out. */
  readonly dimensions?: number | undefined;
  /**
   * Most texts of one call; the library splits.
   * @default 96
   */
  readonly maxBatchSize?: number | undefined;
  /** One finite, nonzero vector a text, in the order of the texts. It need not be normalised. */
  embed(texts: readonly string[], options: { signal?: AbortSignal }): PromiseLike<readonly ArrayLike<number>[]>;
}

/**
 * A bare embedding function. Its vector space is called `'custom'`: give an {@link Embedder} to name it.
 * @example
 * const embed: EmbedFunction = async (texts) => texts.map((text) => [text.length, text.split(' ').length, 1]);
 * const router = await fitRouter(records, embed);
 */
export type EmbedFunction = Embedder['embed'];

/**
 * Names the vector space of embeddings that were made elsewhere; it cannot embed.
 * @example
 * const space: VectorSpace = { id: 'warehouse/embeddings-7', dimensions: 2 };
 * const router = await fitRouter([{ query: 'Is 91 prime?', records: { large: 1, small: 0 }, embedding: [1, 0] }], space);
 */
export interface VectorSpace {
  readonly id: string;
  readonly dimensions: number;
}

/** An embedder after the door: `embed` is absent where embeddings are made elsewhere. */
export interface EmbedderSource {
  readonly id: string;
  readonly dimensions: number | undefined;
  readonly maxBatchSize: number;
  readonly embed: EmbedFunction | undefined;
}

/** @throws RouterError `invalid_options` */
export function parseEmbedder(embedder: Embedder | EmbedFunction | VectorSpace): EmbedderSource {
  if (typeof embedder === 'function') {
    return { id: 'custom', dimensions: undefined, maxBatchSize: 96, embed: embedder };
  }
  const check = object<Partial<Embedder> & { id: string }>(
    {
      id: accept('a name of the vector space', (value) => typeof value === 'string' && value !== ''),
      dimensions: optional(dimensionsCheck),
      maxBatchSize: optional(positiveInteger),
      embed: optional(callable<EmbedFunction>()),
    },
    'an embedder { id, embed }, a function, or { id, dimensions }',
  );
  const { id, dimensions, maxBatchSize = 96, embed } = parse(check, embedder, 'invalid_options', 'embedder');
  if (!embed && dimensions === undefined) {
    throw mismatch('invalid_options', 'embedder', 'embed, or the dimensions of precomputed embeddings', 'neither');
  }
  // Called on the embedder, so that a class keeps its `this`.
  return { id, dimensions, maxBatchSize, embed: embed && ((texts, options) => embed.call(embedder, texts, options)) };
}

/**
 * Reads a vector at the door: checks it, and writes its first `target.length` numbers L2-normalised into `target`.
 *
 * @param place - what the vector is called in the message
 * @param length - how long the vector must be; longer than the target where only its first numbers are used
 * @throws RouterError `invalid_embedding` for another length, a number that is not finite, or a vector of zeros
 */
export function parseEmbedding(
  vector: unknown,
  place: string,
  target: Float32Array,
  length: number = target.length,
): void {
  reading('invalid_embedding', place, () => {
    if (!isArrayLike(vector)) throw mismatch('invalid_embedding', place, 'an array of numbers', describe(vector));
    if (vector.length !== length) {
      throw mismatch('invalid_embedding', place, `${length} dimensions`, String(vector.length));
    }
    const divisor = normOf(vector, target.length, place);
    for (let i = 0; i < target.length; i++) target[i] = (vector[i] as number) / divisor;
  });
}

function normOf(vector: ArrayLike<unknown>, dimensions: number, place: string): number {
  let squares = 0;
  for (let i = 0; i < dimensions; i++) {
    const value = vector[i];
    if (typeof value !== 'number')
      throw mismatch('invalid_embedding', `${place}[${i}]`, 'a finite number', describe(value));
    squares += value * value;
  }
  // A sum that is no good number is rare: only then is it worth finding out why.
  if (!(squares > 1e-200 && squares < 1e200)) throw withoutDirection(vector as ArrayLike<number>, dimensions, place);
  return Math.sqrt(squares);
}

function withoutDirection(vector: ArrayLike<number>, dimensions: number, place: string): RouterError {
  let largest = 0;
  for (let i = 0; i < dimensions; i++) {
    const size = Math.abs(vector[i]!);
    if (!Number.isFinite(size)) {
      return mismatch('invalid_embedding', `${place}[${i}]`, 'a finite number', describe(vector[i]));
    }
    largest = Math.max(largest, size);
  }
  if (largest === 0) return mismatch('invalid_embedding', place, 'a vector with a direction', 'zeros only');
  // Its squares vanish or overflow.
  return mismatch('invalid_embedding', place, 'numbers between 1e-100 and 1e100 in size', String(largest));
}

/** A query on its way to becoming a row of the embedding matrix. */
export interface EmbeddableQuery {
  readonly query: string;
  /** Precomputed: then nothing is embedded. */
  readonly embedding: ArrayLike<number> | undefined;
  /** What the record is called in messages. */
  readonly place: string;
}

/** How many calls run at once, and what is told on the way. */
export interface EmbedSettings {
  readonly concurrency: number;
  /** Use only so many numbers of each vector, its first ones. */
  readonly dimensions?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told after each batch how many of the distinct texts are embedded, those that came with their embedding first; awaited. */
  readonly onBatch?: ((completed: number, total: number) => unknown) | undefined;
}

/** Embedded queries, L2-normalised. */
export interface EmbeddedQueries extends Matrix {
  /** How long the vectors were; more than `columns` where only their first numbers are used. */
  readonly dimensions: number;
}

/**
 * Embeds queries into the rows of a matrix, L2-normalised: precomputed embeddings as they are, every other distinct text
 * once, in batches.
 *
 * @throws RouterError `embedder_missing` where a query has no embedding and nothing can make one, `embedder_failed`
 * where the embedder throws or answers with the wrong number of vectors, `invalid_embedding` for a malformed vector;
 * the signal's reason when aborted
 */
export async function embedQueries(
  embedder: EmbedderSource,
  queries: readonly EmbeddableQuery[],
  settings: EmbedSettings,
): Promise<EmbeddedQueries> {
  let embedded: EmbeddedQueries | undefined;
  const write = (vector: ArrayLike<number>, row: number, place: string): void => {
    embedded ??= createEmbedded(queries.length, embedder.dimensions ?? lengthOf(vector, place), settings.dimensions);
    parseEmbedding(vector, place, rowOf(embedded, row), embedded.dimensions);
  };
  const rowsByText = new Map<string, number[]>();
  const given: number[] = [];
  queries.forEach(({ query, embedding }, row) => {
    const rows = embedding ? given : rowsByText.get(query);
    if (rows) rows.push(row);
    else rowsByText.set(query, [row]);
  });

  const texts = [...rowsByText.keys()];
  const total = given.length + texts.length;
  let completed = 0;
  for (const row of given) {
    const { embedding, place } = queries[row]!;
    write(embedding!, row, `${place}.embedding`);
    completed++;
    if (completed % embeddingsPerReport !== 0 && completed !== given.length) continue;
    settings.signal?.throwIfAborted();
    await settings.onBatch?.(completed, total);
  }
  await inBatches(texts, embedder.maxBatchSize, settings, async (batch) => {
    const places = batch.map((text) => queries[rowsByText.get(text)![0]!]!.place);
    const vectors = await embedTexts(embedder, batch, places, settings.signal);
    vectors.forEach((vector, i) => {
      for (const row of rowsByText.get(batch[i]!)!) {
        write(vector, row, `embedding of ${places[i]}.query by ${describe(embedder.id)}`);
      }
    });
    completed += batch.length;
    await settings.onBatch?.(completed, total);
  });
  return embedded ?? createEmbedded(0, embedder.dimensions ?? 0, undefined);
}

/** Embeddings of records that are read between two calls of `onBatch`. */
const embeddingsPerReport = 256;

function createEmbedded(rows: number, dimensions: number, used: number | undefined): EmbeddedQueries {
  if (used !== undefined && used > dimensions) {
    const expected = `at most ${dimensions}, the length of the embeddings`;
    throw mismatch('invalid_options', 'options.dimensions', expected, String(used));
  }
  return { ...createMatrix(rows, used ?? dimensions), dimensions };
}

function lengthOf(value: unknown, place: string): number {
  return parse(vector, value, 'invalid_embedding', place).length;
}

/** Runs `work` over slices of `texts`, at most `concurrency` at once; the first failure ends the others' turn. */
async function inBatches(
  texts: readonly string[],
  size: number,
  { concurrency, signal }: EmbedSettings,
  work: (batch: readonly string[]) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (next < texts.length && !failed) {
      signal?.throwIfAborted();
      const start = next;
      next += size;
      try {
        await work(texts.slice(start, start + size));
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, Math.ceil(texts.length / size)) }, worker));
}

/**
 * Embeds some texts in one call.
 *
 * @param places - what each text is called in messages
 * @throws RouterError `embedder_missing`, `embedder_failed`; the signal's reason when aborted
 */
export async function embedTexts(
  { id, embed }: EmbedderSource,
  texts: readonly string[],
  places: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly ArrayLike<number>[]> {
  if (!embed) {
    throw mismatch(
      'embedder_missing',
      `${places[0]}.embedding`,
      `an embedding, as ${describe(id)} cannot embed`,
      'none',
    );
  }
  const others = places.length - 1;
  const more = others === 0 ? '' : ` and ${others} other text${others === 1 ? '' : 's'}`;
  const place = `embedder ${describe(id)} for ${places[0]}${more}`;
  signal?.throwIfAborted();
  let vectors: unknown;
  try {
    vectors = await (signal ? untilAborted(embed(texts, { signal }), signal) : embed(texts, {}));
  } catch (cause) {
    signal?.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : describe(cause);
    throw mismatch('embedder_failed', place, 'vectors', `the error: ${reason}`, { cause });
  }
  signal?.throwIfAborted();
  return readVectors(vectors, texts.length, place);
}

/**
 * An embedder's answer as an array; its vectors are checked where they are read.
 *
 * @throws RouterError `embedder_failed` for another number of vectors
 */
export function readVectors(vectors: unknown, count: number, place: string): ArrayLike<number>[] {
  return reading('embedder_failed', place, () => {
    if (!isArrayLike(vectors) || vectors.length !== count) {
      const got = isArrayLike(vectors) ? String(vectors.length) : describe(vectors);
      throw mismatch('embedder_failed', place, `${count} vectors`, got);
    }
    return Array.from(vectors as ArrayLike<ArrayLike<number>>);
  });
}

/** Settles with the work, or fails as soon as the signal aborts: some clients do not listen to it until they are done. */
async function untilAborted<T>(work: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      reject(new Error('aborted', { cause: signal.reason }));
    };
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop!);
  }
}
