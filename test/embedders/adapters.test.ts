import { describe, expect, it, vi } from 'vitest';
import {
  aiSdkEmbedder,
  cachedEmbedder,
  cohereEmbedder,
  fitRouter,
  googleEmbedder,
  openaiEmbedder,
  retryingEmbedder,
  transformersEmbedder,
  voyageEmbedder,
} from '../../src/index.js';
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

describe('openaiEmbedder, options', () => {
  it('reads base64', async () => {
    // 1, −2 and 0.5 as little-endian Float32: 0000803f 000000c0 0000003f.
    const create = () => Promise.resolve({ data: [{ index: 0, embedding: 'AACAPwAAAMAAAAA/' }] });
    expect(await openaiEmbedder({ embeddings: { create } }, { model: 'm' }).embed(['a'], {})).toEqual([[1, -2, 0.5]]);
  });

  it('takes a name and a limit', () => {
    const options = { model: 'm', id: 'my-server/m', maxBatchSize: 64 };
    expect(openaiEmbedder({ embeddings: { create: vi.fn() } }, options)).toMatchObject({
      id: 'my-server/m',
      maxBatchSize: 64,
    });
  });
});

describe('aiSdkEmbedder', () => {
  const model = { provider: 'mistral', modelId: 'embed' };
  const embedMany = vi.fn(() => Promise.resolve({ embeddings: [[1, 2]] }));

  it('passes texts, signal and settings on', async () => {
    const providerOptions = { mistral: { dimensions: 2 } };
    const embedder = aiSdkEmbedder(embedMany, model, { providerOptions, maxRetries: 5, maxBatchSize: 10 });
    expect(embedder).toMatchObject({ id: 'mistral/embed/{"mistral":{"dimensions":2}}', maxBatchSize: 10 });
    expect(await embedder.embed(['a'], { signal })).toEqual([[1, 2]]);
    const settings = { model, providerOptions, maxRetries: 5 };
    expect(embedMany).toHaveBeenLastCalledWith({ ...settings, values: ['a'], abortSignal: signal });
    await aiSdkEmbedder(embedMany, model).embed(['b'], {});
    expect(embedMany).toHaveBeenLastCalledWith({ model, values: ['b'] });
  });

  it('names the space after the model, or as it is told', () => {
    expect(aiSdkEmbedder(embedMany, model).id).toBe('mistral/embed');
    expect(aiSdkEmbedder(embedMany, 'openai/small').id).toBe('openai/small');
    expect(aiSdkEmbedder(embedMany, model, { id: 'x' }).id).toBe('x');
  });
});

describe('retryingEmbedder', () => {
  const failing = (failures: number) =>
    vi.fn((texts: readonly string[]) =>
      failures-- > 0 ? Promise.reject(new Error(`429, ${failures} left`)) : Promise.resolve(texts.map(letterVector)),
    );

  it('calls again after the wait, as often as allowed', async () => {
    const wait = vi.fn();
    const embed = failing(2);
    const embedder = retryingEmbedder({ ...letterEmbedder, maxBatchSize: 7, embed }, { attempts: 3, wait });
    expect(embedder).toMatchObject({ id: 'letters', dimensions: 8, maxBatchSize: 7 });
    expect(await embedder.embed(['a'], { signal })).toEqual([letterVector('a')]);
    expect(embed.mock.calls).toEqual(Array.from({ length: 3 }, () => [['a'], { signal }]));
    expect(wait.mock.calls).toEqual([
      [1, new Error('429, 1 left')],
      [2, new Error('429, 0 left')],
    ]);
  });

  it('gives up with the last error', async () => {
    const wait = vi.fn();
    const embedder = retryingEmbedder(failing(3), { attempts: 2, wait });
    await expect(async () => embedder.embed(['a'], {})).rejects.toThrow('429, 1 left');
    expect(wait).toHaveBeenCalledTimes(1);
  });

  it('gives up when the wait says so', async () => {
    const embed = failing(3);
    const wait = (_: number, error: unknown) => Promise.reject(new Error('no use', { cause: error }));
    await expect(async () => retryingEmbedder(embed, { attempts: 9, wait }).embed(['a'], {})).rejects.toThrow('no use');
    expect(embed).toHaveBeenCalledTimes(1);
  });

  it('ends with an abort, before a wait and after one', async () => {
    const controller = new AbortController();
    const embed = failing(3);
    const wait = vi.fn(() => {
      controller.abort(new Error('enough'));
    });
    const embedder = retryingEmbedder(embed, { attempts: 9, wait });
    await expect(async () => embedder.embed(['a'], controller)).rejects.toThrow('enough');
    await expect(async () => embedder.embed(['a'], controller)).rejects.toThrow('enough');
    expect(embed).toHaveBeenCalledTimes(2);
    expect(wait).toHaveBeenCalledTimes(1);
  });

  it.each<[unknown, unknown, string]>([
    [{ id: 'x', dimensions: 2 }, {}, 'retryingEmbedder: expected an embedder that can embed, got "x"'],
    [
      letterEmbedder,
      { attempts: 0, wait: vi.fn() },
      'retryingEmbedder options.attempts: expected a whole number ≥ 1, got 0',
    ],
    [letterEmbedder, { attempts: 2 }, 'retryingEmbedder options.wait: expected a function, got undefined'],
  ])('refuses %o with %o', async (embedder, options, message) => {
    await expectRouterError(() => retryingEmbedder(embedder as never, options as never), 'invalid_options', message);
  });
});

describe('what cannot be an embedder', () => {
  const client = {
    embeddings: { create: vi.fn() },
    v2: { embed: vi.fn() },
    embed: vi.fn(),
    models: { embedContent: vi.fn() },
  } as never;
  const f = vi.fn() as never;
  const openai = (options: unknown) => () => openaiEmbedder(client, options as never);
  const aiSdk = (model: unknown, options?: unknown) => () => aiSdkEmbedder(f, model as never, options as never);
  const circular: Record<string, unknown> = {};
  circular.itself = circular;
  const name = 'expected a name, got';

  it.each<[make: () => unknown, message: string | RegExp]>([
    [
      () => openaiEmbedder(undefined as never, { model: 'm' }),
      'openaiEmbedder client: expected a client with embeddings.create, got undefined',
    ],
    [
      () => openaiEmbedder({ embeddings: {} } as never, { model: 'm' }),
      'openaiEmbedder client: expected a client with embeddings.create, got an object',
    ],
    [
      () => cohereEmbedder(null as never, { model: 'm' }),
      'cohereEmbedder client: expected a client with v2.embed, got null',
    ],
    [
      () => voyageEmbedder({} as never, { model: 'm' }),
      'voyageEmbedder client: expected a client with embed, got an object',
    ],
    [
      () => googleEmbedder({} as never, { model: 'm' }),
      'googleEmbedder client: expected a client with models.embedContent, got an object',
    ],
    [
      () => transformersEmbedder({} as never, { model: 'm' }),
      'transformersEmbedder extract: expected a function, got an object',
    ],
    [() => aiSdkEmbedder({} as never, 'm'), 'aiSdkEmbedder embedMany: expected a function, got an object'],
    [openai(undefined), 'openaiEmbedder options: expected an object, got undefined'],
    [openai({}), `openaiEmbedder options.model: ${name} undefined`],
    [openai({ model: '' }), `openaiEmbedder options.model: ${name} ""`],
    [
      openai({ model: 'm', modell: 'x' }),
      'openaiEmbedder options: expected only the keys model, dimensions, id, maxBatchSize, got the key "modell"',
    ],
    [openai({ model: 'm', id: '' }), `openaiEmbedder options.id: ${name} ""`],
    [
      openai({ model: 'm', dimensions: 0 }),
      'openaiEmbedder options.dimensions: expected a whole number from 1 to 65536, got 0',
    ],
    [
      openai({ model: 'm', maxBatchSize: 0 }),
      'openaiEmbedder options.maxBatchSize: expected a whole number ≥ 1, got 0',
    ],
    [() => cohereEmbedder(client, { model: 3 as never }), `cohereEmbedder options.model: ${name} 3`],
    [
      () => cohereEmbedder(client, { model: 'm', inputType: 'query' as never }),
      /^cohereEmbedder options\.inputType: expected 'clustering', .* or 'search_query', got "query"$/,
    ],
    [
      () => cohereEmbedder(client, { model: 'm', dimensions: 0.5 }),
      'cohereEmbedder options.dimensions: expected a whole number from 1 to 65536, got 0.5',
    ],
    [() => voyageEmbedder(client, { model: null as never }), `voyageEmbedder options.model: ${name} null`],
    [
      () => voyageEmbedder(client, { model: 'm', inputType: 'q' as never }),
      `voyageEmbedder options.inputType: expected 'query' or 'document', got "q"`,
    ],
    [
      () => voyageEmbedder(client, { model: 'm', dimensions: -1 }),
      'voyageEmbedder options.dimensions: expected a whole number from 1 to 65536, got -1',
    ],
    [
      () => voyageEmbedder(client, { model: 'm', maxBatchSize: 1.5 }),
      'voyageEmbedder options.maxBatchSize: expected a whole number ≥ 1, got 1.5',
    ],
    [() => googleEmbedder(client, { model: '' }), `googleEmbedder options.model: ${name} ""`],
    [
      () => googleEmbedder(client, { model: 'm', taskType: 3 as never }),
      'googleEmbedder options.taskType: expected a string, got 3',
    ],
    [
      () => googleEmbedder(client, { model: 'm', dimensions: NaN }),
      'googleEmbedder options.dimensions: expected a whole number from 1 to 65536, got NaN',
    ],
    [
      () => googleEmbedder(client, { model: 'm', maxBatchSize: -3 }),
      'googleEmbedder options.maxBatchSize: expected a whole number ≥ 1, got -3',
    ],
    [
      () => transformersEmbedder(f, { model: 'm', pooling: 'max' as never }),
      `transformersEmbedder options.pooling: expected 'mean', 'cls' or 'last_token', got "max"`,
    ],
    [
      () => transformersEmbedder(f, { model: 'm', prefix: 1 as never }),
      'transformersEmbedder options.prefix: expected a string, got 1',
    ],
    [
      () => transformersEmbedder(f, { model: 'm', maxBatchSize: 0 }),
      'transformersEmbedder options.maxBatchSize: expected a whole number ≥ 1, got 0',
    ],
    [() => transformersEmbedder(f, {} as never), `transformersEmbedder options.model: ${name} undefined`],
    [aiSdk(''), `aiSdkEmbedder model: ${name} ""`],
    [aiSdk(undefined), 'aiSdkEmbedder model: expected a model, or its name, got undefined'],
    [aiSdk({ provider: 'openai' }), `aiSdkEmbedder model.modelId: ${name} undefined`],
    [aiSdk('m', { id: '' }), `aiSdkEmbedder options.id: ${name} ""`],
    [aiSdk('m', { maxRetries: -1 }), 'aiSdkEmbedder options.maxRetries: expected a whole number ≥ 0, got -1'],
    [aiSdk('m', { maxBatchSize: 0 }), 'aiSdkEmbedder options.maxBatchSize: expected a whole number ≥ 1, got 0'],
    [
      aiSdk('m', { providerOptions: 'x' }),
      'aiSdkEmbedder options.providerOptions: expected an object by provider, got "x"',
    ],
    [
      aiSdk('m', { providerOptions: circular }),
      /^aiSdkEmbedder options\.providerOptions: expected a value that can be read, got the error: Converting circular/,
    ],
    [
      () => cachedEmbedder(letterEmbedder, null as never),
      'cachedEmbedder store: expected a store with get and set, got null',
    ],
    [
      () => cachedEmbedder(letterEmbedder, { get: f } as never),
      'cachedEmbedder store: expected a store with get and set, got an object',
    ],
  ])('is refused by place: %#', async (make, message) => {
    await expectRouterError(make, 'invalid_options', message);
  });

  it('a client may be a class with getters', async () => {
    class Client {
      readonly #vector = [1, 2];
      get embeddings(): { create: () => Promise<{ data: { index: number; embedding: number[] }[] }> } {
        return { create: () => Promise.resolve({ data: [{ index: 0, embedding: this.#vector }] }) };
      }
    }
    expect(await openaiEmbedder(new Client(), { model: 'm' }).embed(['a'], {})).toEqual([[1, 2]]);
  });
});

/** What the real SDKs do with these calls is in `test/adapters`. */
describe('embedders of providers', () => {
  it('transformersEmbedder pools, normalises and prefixes', async () => {
    const extract = vi.fn(() => Promise.resolve({ tolist: () => [[0.6, 0.8]] }));
    const embedder = transformersEmbedder(extract, { model: 'e5', prefix: 'query: ' });
    expect(embedder).toMatchObject({ id: 'transformers/e5/mean/query: ', maxBatchSize: 32 });
    expect(await embedder.embed(['a'], {})).toEqual([[0.6, 0.8]]);
    expect(extract).toHaveBeenCalledExactlyOnceWith(['query: a'], { pooling: 'mean', normalize: true });
    expect(transformersEmbedder(extract, { model: 'bge', pooling: 'cls' }).id).toBe('transformers/bge/cls');
  });

  it('cohereEmbedder fixes the input type', async () => {
    const embed = vi.fn(() => Promise.resolve({ embeddings: { float: [[1, 2]] } }));
    const embedder = cohereEmbedder({ v2: { embed } }, { model: 'm', dimensions: 2 });
    expect(embedder).toMatchObject({ id: 'cohere/m/clustering', dimensions: 2, maxBatchSize: 96 });
    expect(await embedder.embed(['a'], { signal })).toEqual([[1, 2]]);
    const request = {
      model: 'm',
      texts: ['a'],
      inputType: 'clustering',
      embeddingTypes: ['float'],
      outputDimension: 2,
    };
    expect(embed).toHaveBeenCalledExactlyOnceWith(request, { abortSignal: signal });
    const empty = cohereEmbedder({ v2: { embed: () => Promise.resolve({ embeddings: {} }) } }, { model: 'm' });
    expect(await empty.embed(['a'], {})).toEqual([]);
  });

  it('voyageEmbedder sorts by index', async () => {
    const data = [{ index: 1, embedding: [2] }, { index: 0, embedding: [1] }, { index: 2 }];
    const embed = vi.fn(() => Promise.resolve({ data }));
    const embedder = voyageEmbedder({ embed }, { model: 'm', inputType: 'query', dimensions: 1, maxBatchSize: 1000 });
    expect(embedder).toMatchObject({ id: 'voyage/m/query', dimensions: 1, maxBatchSize: 1000 });
    expect(await embedder.embed(['a', 'b', 'c'], { signal })).toEqual([[1], [2], []]);
    const request = { model: 'm', input: ['a', 'b', 'c'], inputType: 'query', outputDimension: 1 };
    expect(embed).toHaveBeenCalledExactlyOnceWith(request, { abortSignal: signal });
    expect(voyageEmbedder({ embed }, { model: 'm' }).id).toBe('voyage/m');
  });

  it('googleEmbedder sends every text as a content of its own', async () => {
    const embedContent = vi.fn(() => Promise.resolve({ embeddings: [{ values: [1] }, {}] }));
    const embedder = googleEmbedder({ models: { embedContent } }, { model: 'm', dimensions: 1, maxBatchSize: 100 });
    expect(embedder).toMatchObject({ id: 'google/m/CLUSTERING', dimensions: 1, maxBatchSize: 100 });
    expect(await embedder.embed(['a', 'b'], { signal })).toEqual([[1], []]);
    expect(embedContent).toHaveBeenCalledExactlyOnceWith({
      model: 'm',
      contents: [{ parts: [{ text: 'a' }] }, { parts: [{ text: 'b' }] }],
      config: { taskType: 'CLUSTERING', outputDimensionality: 1, abortSignal: signal },
    });
  });
});
