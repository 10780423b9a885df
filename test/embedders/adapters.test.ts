import { describe, expect, it, vi } from 'vitest';
import { aiSdkEmbedder, cachedEmbedder, fitRouter, openaiEmbedder } from '../../src/index.js';
import { expectRouterError, letterEmbedder, letterVector, simulatedRecords } from '../support.js';

const signal = new AbortController().signal;

describe('cachedEmbedder', () => {
  it('asks only for what is not stored, and stores plain arrays under id and text', async () => {
    const store = new Map<string, number[]>([['letters:b', [9, 0, 0, 0, 0, 0, 0, 0]]]);
    const embed = vi.fn((texts: readonly string[]) =>
      Promise.resolve(texts.map((text) => Float32Array.from(letterVector(text)))),
    );
    const cached = cachedEmbedder({ ...letterEmbedder, embed }, store);
    expect(cached).toMatchObject({ id: 'letters', dimensions: 8, maxBatchSize: 96 });
    const first = await cached.embed(['a', 'b', 'c'], { signal });
    expect(embed).toHaveBeenCalledExactlyOnceWith(['a', 'c'], { signal });
    expect(Array.from(first, (vector) => Array.from(vector))).toEqual([
      letterVector('a'),
      store.get('letters:b'),
      letterVector('c'),
    ]);
    expect(store.get('letters:a')).toEqual(letterVector('a'));
    expect(await cached.embed(['c', 'a'], {})).toEqual([letterVector('c'), letterVector('a')]);
    expect(embed).toHaveBeenCalledTimes(1);
  });

  it('works over an asynchronous store, through a whole fit', async () => {
    const entries = new Map<string, string>();
    const store = {
      get: (key: string) => Promise.resolve(entries.has(key) ? (JSON.parse(entries.get(key)!) as number[]) : null),
      set: (key: string, vector: number[]) => Promise.resolve(entries.set(key, JSON.stringify(vector))),
    };
    const embed = vi.fn(letterEmbedder.embed);
    const records = simulatedRecords().map(({ embedding: _, ...record }) => record);
    const fit = () => fitRouter(records, cachedEmbedder({ ...letterEmbedder, embed }, store));
    const first = JSON.stringify(await fit());
    const calls = embed.mock.calls.length;
    expect(JSON.stringify(await fit())).toBe(first);
    expect(embed).toHaveBeenCalledTimes(calls);
  });

  it('stores nothing malformed, and hides no failure of the store', async () => {
    const store = new Map<string, number[]>();
    const broken = cachedEmbedder({ id: 'x', embed: () => Promise.resolve([[1, NaN]]) }, store);
    await expectRouterError(
      async () => broken.embed(['q'], {}),
      'invalid_embedding',
      'embedding of "q" by "x"[1]: expected a finite number, got NaN',
    );
    const short = cachedEmbedder({ id: 'x', embed: () => Promise.resolve([]) }, store);
    await expectRouterError(
      async () => short.embed(['q'], {}),
      'embedder_failed',
      'embedder "x": expected 1 vectors, got 0',
    );
    expect(store.size).toBe(0);
    const failing = { get: () => Promise.reject(new Error('redis is down')), set: () => undefined };
    await expect(cachedEmbedder(letterEmbedder, failing).embed(['q'], {})).rejects.toThrow('redis is down');
    await expectRouterError(
      () => cachedEmbedder({ id: 'x', dimensions: 2 } as never, store),
      'invalid_options',
      'cachedEmbedder: expected an embedder that can embed, got "x"',
    );
  });
});

describe('openaiEmbedder', () => {
  it('asks for floats, and puts the answers into the order of the texts', async () => {
    const create = vi.fn(() =>
      Promise.resolve({
        data: [
          { index: 1, embedding: [0, 1] },
          { index: 0, embedding: [1, 0] },
        ],
      }),
    );
    const embedder = openaiEmbedder({ embeddings: { create } }, { model: 'text-embedding-3-small', dimensions: 2 });
    expect(embedder).toMatchObject({ id: 'openai/text-embedding-3-small', dimensions: 2 });
    expect(await embedder.embed(['a', 'b'], { signal })).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(create).toHaveBeenCalledExactlyOnceWith(
      { model: 'text-embedding-3-small', input: ['a', 'b'], encoding_format: 'float', dimensions: 2 },
      { signal },
    );
  });

  it('leaves the dimensions to the model', () => {
    const embedder = openaiEmbedder({ embeddings: { create: vi.fn() } }, { model: 'm' });
    expect(embedder).not.toHaveProperty('dimensions');
  });
});

describe('aiSdkEmbedder', () => {
  it('passes texts and signal on', async () => {
    const doEmbed = vi.fn(() => Promise.resolve({ embeddings: [[1, 2]] }));
    const embedder = aiSdkEmbedder({ provider: 'mistral', modelId: 'embed', doEmbed }, { maxBatchSize: 10 });
    expect(embedder).toMatchObject({ id: 'mistral/embed', maxBatchSize: 10 });
    expect(await embedder.embed(['a'], { signal })).toEqual([[1, 2]]);
    expect(doEmbed).toHaveBeenCalledExactlyOnceWith({ values: ['a'], abortSignal: signal });
    await embedder.embed(['b'], {});
    expect(doEmbed).toHaveBeenLastCalledWith({ values: ['b'] });
  });
});
