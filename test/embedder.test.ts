import { describe, expect, it, vi } from 'vitest';
import { embedQueries, parseEmbedder, parseEmbedding, type EmbeddableQuery } from '../src/embedder.js';
import { expectRouterError, letterVector } from './support.js';

const queries = (...texts: string[]): EmbeddableQuery[] =>
  texts.map((query, i) => ({ query, embedding: undefined, place: `records[${i}]` }));

const oneAtATime = { concurrency: 1 };

describe('parseEmbedding', () => {
  it('normalises to length 1 in Float32', () => {
    const target = new Float32Array(2);
    parseEmbedding([3, 4], 'embedding', target);
    expect([...target]).toEqual([Math.fround(0.6), Math.fround(0.8)]);
    parseEmbedding(Float64Array.of(-3e50, 4e50), 'embedding', target);
    expect([...target]).toEqual([Math.fround(-0.6), Math.fround(0.8)]);
    parseEmbedding({ length: 2, 0: 0, 1: 1e-80 }, 'embedding', target);
    expect([...target]).toEqual([0, 1]);
  });

  it.each<[unknown, string]>([
    [undefined, 'embedding: expected an array of numbers, got undefined'],
    ['ab', 'embedding: expected an array of numbers, got "ab"'],
    [[1], 'embedding: expected 2 dimensions, got 1'],
    [[1, 2, 3], 'embedding: expected 2 dimensions, got 3'],
    [[1, NaN], 'embedding[1]: expected a finite number, got NaN'],
    [[Infinity, 0], 'embedding[0]: expected a finite number, got Infinity'],
    [[1, '2'], 'embedding[1]: expected a finite number, got "2"'],
    [[1, null], 'embedding[1]: expected a finite number, got null'],
    [BigInt64Array.of(1n, 2n), 'embedding[0]: expected a finite number, got 1n'],
    [[0, 0], 'embedding: expected a vector with a direction, got zeros only'],
    [[0, 1e-200], 'embedding: expected numbers between 1e-100 and 1e100 in size, got 1e-200'],
    [[1e200, 0], 'embedding: expected numbers between 1e-100 and 1e100 in size, got 1e+200'],
  ])('refuses %o', async (vector, message) => {
    await expectRouterError(
      () => {
        parseEmbedding(vector, 'embedding', new Float32Array(2));
      },
      'invalid_embedding',
      message,
    );
  });
});

describe('parseEmbedder', () => {
  it('calls a bare function custom', () => {
    expect(parseEmbedder(() => Promise.resolve([])).id).toBe('custom');
  });

  it('keeps `this` of an embedder that is an object', async () => {
    class Scaled {
      readonly id = 'scaled';
      readonly factor = 2;
      embed(texts: readonly string[]) {
        return Promise.resolve(texts.map((text) => [this.factor * text.length, 0]));
      }
    }
    const matrix = await embedQueries(parseEmbedder(new Scaled()), queries('ab'), oneAtATime);
    expect([...matrix.data]).toEqual([1, 0]);
  });

  it.each<[string, unknown, string]>([
    [
      'nothing',
      undefined,
      'embedder: expected an embedder { id, embed }, a function, or { id, dimensions }, got undefined',
    ],
    ['text', 'openai', 'embedder: expected an embedder { id, embed }, a function, or { id, dimensions }, got "openai"'],
    ['no id', { embed: () => [] }, 'embedder.id: expected a name of the vector space, got undefined'],
    ['an empty id', { id: '', dimensions: 3 }, 'embedder.id: expected a name of the vector space, got ""'],
    [
      'half a dimension',
      { id: 'x', dimensions: 1.5 },
      'embedder.dimensions: expected a whole number from 1 to 65536, got 1.5',
    ],
    [
      'batches of none',
      { id: 'x', embed: () => [], maxBatchSize: 0 },
      'embedder.maxBatchSize: expected a whole number ≥ 1, got 0',
    ],
    ['embed that is no function', { id: 'x', embed: 3 }, 'embedder.embed: expected a function, got 3'],
    ['a name alone', { id: 'x' }, 'embedder: expected embed, or the dimensions of precomputed embeddings, got neither'],
  ])('refuses %s', async (_, embedder, message) => {
    await expectRouterError(() => parseEmbedder(embedder as never), 'invalid_options', message);
  });
});

describe('embedQueries', () => {
  it('embeds each distinct text once, in batches of at most maxBatchSize', async () => {
    const embed = vi.fn((texts: readonly string[]) => Promise.resolve(texts.map(letterVector)));
    const source = parseEmbedder({ id: 'letters', embed, maxBatchSize: 2 });
    const progress: [number, number][] = [];
    const texts = queries('a', 'b', 'a', 'c', 'b', 'a');
    const matrix = await embedQueries(source, texts, { concurrency: 1, onBatch: (...args) => progress.push(args) });
    expect(embed.mock.calls.map(([batch]) => batch)).toEqual([['a', 'b'], ['c']]);
    expect(progress).toEqual([
      [2, 3],
      [3, 3],
    ]);
    texts.forEach(({ query }, row) => {
      const expected = new Float32Array(8);
      parseEmbedding(letterVector(query), 'expected', expected);
      expect(matrix.data.subarray(8 * row, 8 * row + 8)).toEqual(expected);
    });
  });

  it('takes 96 texts a call where nothing else is said', async () => {
    const embed = vi.fn((texts: readonly string[]) => Promise.resolve(texts.map(letterVector)));
    await embedQueries(
      parseEmbedder(embed),
      queries(...Array.from({ length: 200 }, (_, i) => `text ${i}`)),
      oneAtATime,
    );
    expect(embed.mock.calls.map(([batch]) => batch.length)).toEqual([96, 96, 8]);
  });

  it('uses precomputed embeddings, and does not call the embedder for them', async () => {
    const embed = vi.fn((texts: readonly string[]) => Promise.resolve(texts.map(() => [0, 2])));
    const [first, second] = queries('a', 'b');
    const matrix = await embedQueries(parseEmbedder(embed), [{ ...first!, embedding: [5, 0] }, second!], oneAtATime);
    expect([...matrix.data]).toEqual([1, 0, 0, 1]);
    expect(embed.mock.calls.map(([batch]) => batch)).toEqual([['b']]);
  });

  it('keeps at most `concurrency` calls under way, and answers in order', async () => {
    let underWay = 0;
    let most = 0;
    const embed = async (texts: readonly string[]) => {
      most = Math.max(most, ++underWay);
      // Later texts answer first.
      await new Promise((resolve) => setTimeout(resolve, 20 - Number(texts[0])));
      underWay--;
      return texts.map((text) => [1, Number(text)]);
    };
    const texts = Array.from({ length: 12 }, (_, i) => String(i));
    const matrix = await embedQueries(parseEmbedder({ id: 'slow', embed, maxBatchSize: 1 }), queries(...texts), {
      concurrency: 3,
    });
    expect(most).toBe(3);
    texts.forEach((text, row) => {
      expect(matrix.data[2 * row + 1]! / matrix.data[2 * row]!).toBeCloseTo(Number(text), 5);
    });
  });

  it('passes the signal on, and throws its reason', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const embed = vi.fn((_: readonly string[], { signal }: { signal?: AbortSignal }) => {
      expect(signal).toBe(controller.signal);
      controller.abort(reason);
      return Promise.reject(new Error('request aborted'));
    });
    const embedding = embedQueries(parseEmbedder({ id: 'x', embed, maxBatchSize: 1 }), queries('a', 'b'), {
      concurrency: 1,
      signal: controller.signal,
    });
    await expect(embedding).rejects.toBe(reason);
    expect(embed).toHaveBeenCalledTimes(1);
  });

  it('lets go of a call that does not listen to the signal', async () => {
    const controller = new AbortController();
    const embed = vi.fn(() => new Promise<number[][]>(() => undefined));
    const settings = { concurrency: 1, signal: controller.signal };
    const embedding = embedQueries(parseEmbedder(embed), queries('a'), settings);
    controller.abort();
    await expect(embedding).rejects.toBe(controller.signal.reason);
    expect(embed).toHaveBeenCalledTimes(1);
  });

  it('leaves no listener on the signal', async () => {
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, 'addEventListener');
    const remove = vi.spyOn(signal, 'removeEventListener');
    const embed = (texts: readonly string[]) => Promise.resolve(texts.map(letterVector));
    await embedQueries(parseEmbedder(embed), queries('a', 'b'), { concurrency: 1, signal });
    expect(remove.mock.calls).toEqual(add.mock.calls);
    expect(add).toHaveBeenCalledTimes(1);
  });

  it('says how many texts failed, not from which record to which, as records share texts', async () => {
    const texts = queries('a', ...Array.from({ length: 50 }, () => 'b'), 'c');
    await expectRouterError(
      () =>
        embedQueries(
          parseEmbedder(() => Promise.resolve([])),
          texts,
          oneAtATime,
        ),
      'embedder_failed',
      'embedder "custom" for records[0] and 2 other texts: expected 3 vectors, got 0',
    );
  });

  it('starts no further batch after a failure', async () => {
    const embed = vi.fn(() => Promise.reject(new Error('quota')));
    const source = parseEmbedder({ id: 'x', embed, maxBatchSize: 1 });
    const error = await expectRouterError(
      () => embedQueries(source, queries('a', 'b', 'c', 'd'), { concurrency: 2 }),
      'embedder_failed',
      'embedder "x" for records[0]: expected vectors, got the error: quota',
    );
    expect((error.cause as Error).message).toBe('quota');
    await Promise.resolve();
    expect(embed).toHaveBeenCalledTimes(2);
  });

  it.each<[string, unknown, string, string]>([
    [
      'too few vectors',
      [[1, 0]],
      'embedder_failed',
      'embedder "custom" for records[0] and 1 other text: expected 2 vectors, got 1',
    ],
    [
      'no array',
      undefined,
      'embedder_failed',
      'embedder "custom" for records[0] and 1 other text: expected 2 vectors, got undefined',
    ],
    [
      'vectors of different lengths',
      [[1, 0], [1]],
      'invalid_embedding',
      'embedding of records[1].query by "custom": expected 2 dimensions, got 1',
    ],
    [
      'a vector of zeros',
      [
        [1, 0],
        [0, 0],
      ],
      'invalid_embedding',
      'embedding of records[1].query by "custom": expected a vector with a direction, got zeros only',
    ],
    [
      'NaN',
      [
        [1, 0],
        [0, NaN],
      ],
      'invalid_embedding',
      'embedding of records[1].query by "custom"[1]: expected a finite number, got NaN',
    ],
    [
      'no first vector',
      [null, [1, 0]],
      'invalid_embedding',
      'embedding of records[0].query by "custom": expected an array of numbers, got null',
    ],
    [
      'no vector',
      [[1, 0], null],
      'invalid_embedding',
      'embedding of records[1].query by "custom": expected an array of numbers, got null',
    ],
  ])('names the text when the embedder answers with %s', async (_, answer, code, message) => {
    const source = parseEmbedder(() => Promise.resolve(answer as number[][]));
    await expectRouterError(
      () => embedQueries(source, queries('a', 'b'), oneAtATime),
      code as 'embedder_failed',
      message,
    );
  });

  it('reports an embedder that throws at once, or throws something odd', async () => {
    const source = parseEmbedder(() => {
      throw 'no key';
    });
    await expectRouterError(
      () => embedQueries(source, queries('a'), oneAtATime),
      'embedder_failed',
      'embedder "custom" for records[0]: expected vectors, got the error: "no key"',
    );
  });

  it('asks for embeddings where nothing can embed', async () => {
    await expectRouterError(
      () => embedQueries(parseEmbedder({ id: 'elsewhere', dimensions: 2 }), queries('a'), oneAtATime),
      'embedder_missing',
      'records[0].embedding: expected an embedding, as "elsewhere" cannot embed, got none',
    );
  });

  it('refuses a precomputed embedding of another length', async () => {
    const [first, second] = queries('a', 'b');
    const mixed = [
      { ...first!, embedding: [1, 0] },
      { ...second!, embedding: [1, 0, 0] },
    ];
    await expectRouterError(
      () => embedQueries(parseEmbedder({ id: 'x', dimensions: 2 }), mixed, oneAtATime),
      'invalid_embedding',
      'records[1].embedding: expected 2 dimensions, got 3',
    );
  });
});
