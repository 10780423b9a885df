import { createMistral } from '@ai-sdk/mistral';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAI as createOpenAIv1 } from '@ai-sdk/openai-v1';
import { createOpenAI as createOpenAIv2 } from '@ai-sdk/openai-v2';
import { createOpenAI as createOpenAIv3 } from '@ai-sdk/openai-v3';
import { GoogleGenAI } from '@google/genai';
import { OpenAIEmbeddings } from '@langchain/openai';
import { Mistral } from '@mistralai/mistralai';
import { embedMany, type EmbeddingModel } from 'ai';
import { embedMany as embedManyV4 } from 'ai-v4';
import { embedMany as embedManyV5 } from 'ai-v5';
import { embedMany as embedManyV6 } from 'ai-v6';
import { CohereClient } from 'cohere-ai';
import { Ollama } from 'ollama';
import OpenAI, { AzureOpenAI } from 'openai';
import OpenAIv4 from 'openai-v4';
import OpenAIv5 from 'openai-v5';
import OpenAIv6 from 'openai-v6';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { VoyageAIClient } from 'voyageai';
import { afterEach, describe, expect, expectTypeOf, it } from 'vitest';
import {
  aiSdkEmbedder,
  cachedEmbedder,
  cohereEmbedder,
  fitRouter,
  googleEmbedder,
  openaiEmbedder,
  retryingEmbedder,
  RouterError,
  voyageEmbedder,
  type Embedder,
} from '../../src/index.js';
import { letterVector } from '../support.js';
import * as recipes from './recipes.js';
import { startProvider, type Behaviour, type FakeProvider } from './server.js';

const key = { apiKey: 'none' };
const model = 'm';
const patient = (embedder: Embedder): Embedder => retryingEmbedder(embedder, { attempts: 3, wait: () => sleep(1) });

interface Adapter {
  readonly name: string;
  /** Built with the real client, uncast: that this file compiles is the test of the types. */
  readonly create: (url: string) => Embedder;
  readonly id: string;
  /** Most texts of one call that the server must see. */
  readonly batch: number;
  /** Where the client has no retries of its own: with `retryingEmbedder`. */
  readonly retried?: (embedder: Embedder) => Embedder;
  /** The client does not pass an abort on: the library lets go of the call all the same. */
  readonly deaf?: boolean;
}

const adapters: readonly Adapter[] = [
  ...[
    { name: 'openai 4', create: (baseURL: string) => openaiEmbedder(new OpenAIv4({ ...key, baseURL }), { model }) },
    { name: 'openai 5', create: (baseURL: string) => openaiEmbedder(new OpenAIv5({ ...key, baseURL }), { model }) },
    { name: 'openai 6', create: (baseURL: string) => openaiEmbedder(new OpenAIv6({ ...key, baseURL }), { model }) },
    { name: 'openai 7', create: (baseURL: string) => openaiEmbedder(new OpenAI({ ...key, baseURL }), { model }) },
    {
      name: 'openai 7, answers out of order',
      create: (url: string) => openaiEmbedder(new OpenAI({ ...key, baseURL: `${url}/shuffled` }), { model }),
    },
    {
      name: 'openai 7, Azure',
      create: (baseURL: string) => openaiEmbedder(new AzureOpenAI({ ...key, baseURL, apiVersion: '1' }), { model }),
    },
  ].map((openai) => ({ ...openai, id: 'openai/m', batch: 96 })),
  {
    name: 'ai 4',
    create: (baseURL) => aiSdkEmbedder(embedManyV4, createOpenAIv1({ ...key, baseURL }).embedding(model)),
    id: 'openai.embedding/m',
    batch: 96,
  },
  {
    name: 'ai 5',
    create: (baseURL) => aiSdkEmbedder(embedManyV5, createOpenAIv2({ ...key, baseURL }).embedding(model)),
    id: 'openai.embedding/m',
    batch: 96,
  },
  {
    name: 'ai 6',
    create: (baseURL) => aiSdkEmbedder(embedManyV6, createOpenAIv3({ ...key, baseURL }).embedding(model)),
    id: 'openai.embedding/m',
    batch: 96,
  },
  {
    name: 'ai 7',
    create: (baseURL) => aiSdkEmbedder(embedMany, createOpenAI({ ...key, baseURL }).embedding(model)),
    id: 'openai.embedding/m',
    batch: 96,
  },
  {
    name: 'ai 7, a model of 32 texts a call',
    create: (baseURL) => aiSdkEmbedder(embedMany, createMistral({ ...key, baseURL }).embedding(model)),
    id: 'mistral.embedding/m',
    batch: 32,
  },
  {
    name: 'cohere-ai 8',
    create: (environment) => cohereEmbedder(new CohereClient({ token: 'none', environment }), { model }),
    id: 'cohere/m/clustering',
    batch: 96,
  },
  {
    name: 'voyageai 0.4',
    create: (environment) => voyageEmbedder(new VoyageAIClient({ ...key, environment }), { model }),
    id: 'voyage/m',
    batch: 96,
  },
  ...['gemini-embedding-001', 'gemini-embedding-2'].map((gemini) => ({
    name: `@google/genai 3, ${gemini}`,
    create: (baseUrl: string) =>
      googleEmbedder(
        new GoogleGenAI({ ...key, vertexai: false, httpOptions: { baseUrl, retryOptions: { attempts: 3 } } }),
        {
          model: gemini,
        },
      ),
    id: `google/${gemini}/CLUSTERING`,
    batch: 96,
  })),
  {
    name: 'recipe: @langchain/openai 1',
    create: (baseURL) =>
      recipes.langchain(new OpenAIEmbeddings({ ...key, model, configuration: { baseURL }, maxRetries: 2 }), model),
    id: 'langchain/m',
    batch: 96,
    deaf: true,
  },
  {
    name: 'recipe: ollama 0.6',
    create: (host) => recipes.ollama(new Ollama({ host }), model),
    id: 'ollama/m',
    batch: 96,
    retried: patient,
    deaf: true,
  },
  {
    name: 'recipe: @mistralai/mistralai 2',
    create: (serverURL) => recipes.mistral(new Mistral({ ...key, serverURL }), model),
    id: 'mistral/m',
    batch: 32,
    retried: patient,
  },
];

const records = Array.from({ length: 120 }, (_, i) => ({
  query: `${'abcdefgh'.charAt(i % 8)} ${i}`,
  records: { large: 1, small: i % 2 },
}));

describe.each(adapters)('$name', ({ create, id, batch, retried = (embedder) => embedder, deaf = false }) => {
  let provider: FakeProvider;
  const start = async (behaviour?: Behaviour): Promise<Embedder> => {
    provider = await startProvider(behaviour);
    return create(provider.url);
  };
  afterEach(() => {
    provider.close();
  });

  it('names its vector space, keeps to the limit, and gives every text its vector', async () => {
    const embedder = await start({ limit: batch });
    expect(embedder.id).toBe(id);
    const texts = Array.from({ length: embedder.maxBatchSize ?? 96 }, (_, i) => `text ${i}`);
    expect(Array.from(await embedder.embed(texts, {}), (vector) => [...Array.from(vector)])).toEqual(
      texts.map(letterVector),
    );
    provider.batches.length = 0;
    const router = await fitRouter(records, embedder, { clusters: 4 });
    // 120 texts, and the two canary texts.
    expect(provider.batches.reduce((sum, size) => sum + size)).toBe(122);
    expect(Math.max(...provider.batches)).toBe(batch);
    expect((await router.routeQuery('a 1')).model).toBe('large');
    expect(JSON.stringify(router)).toContain(JSON.stringify(id));
  });

  it('gets over two answers of 429', async () => {
    const embedder = retried(await start({ failures: 2 }));
    const vectors = await embedder.embed(['a', 'b'], {});
    expect(Array.from(vectors, (vector) => [...Array.from(vector)])).toEqual(['a', 'b'].map(letterVector));
    expect(provider.calls).toBe(3);
  });

  it('is found out when vectors are missing', async () => {
    const fit = fitRouter(records.slice(0, 40), await start({ drop: true }), { concurrency: 1 });
    const error = await fit.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(RouterError);
    expect(error).toMatchObject({
      code: 'embedder_failed',
      message: expect.stringMatching(/ and \d+ other texts: expected /) as unknown,
    });
  });

  it('lets go at once when aborted', async () => {
    const embedder = await start({ hang: true });
    const controller = new AbortController();
    const fit = fitRouter(records, embedder, { signal: controller.signal, concurrency: 1 });
    await expect.poll(() => provider.calls).toBe(1);
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(fit).rejects.toBe(reason);
    const heard = await Promise.race([provider.hungUp.then(() => true), sleep(300, false)]);
    expect(heard).toBe(!deaf);
  });
});

describe('what changes the vectors is in the name or the size', () => {
  it.each<[Embedder, string, number | undefined]>([
    [openaiEmbedder(new OpenAI(key), { model, dimensions: 8, id: 'x' }), 'x', 8],
    [
      cohereEmbedder(new CohereClient({ token: '' }), { model, inputType: 'search_query' }),
      'cohere/m/search_query',
      undefined,
    ],
    [voyageEmbedder(new VoyageAIClient(key), { model, inputType: 'query', dimensions: 256 }), 'voyage/m/query', 256],
    [googleEmbedder(new GoogleGenAI(key), { model, taskType: 'CLASSIFICATION' }), 'google/m/CLASSIFICATION', undefined],
    [aiSdkEmbedder(embedMany, 'openai/m'), 'openai/m', undefined],
    [
      aiSdkEmbedder(embedMany, createOpenAI(key).embedding(model), { providerOptions: { openai: { dimensions: 8 } } }),
      'openai.embedding/m/{"openai":{"dimensions":8}}',
      undefined,
    ],
  ])('%o', (embedder, id, dimensions) => {
    expect([embedder.id, embedder.dimensions]).toEqual([id, dimensions]);
  });

  it('reaches the servers', async () => {
    const provider = await startProvider();
    const { url } = provider;
    await cohereEmbedder(new CohereClient({ token: '', environment: url }), { model, dimensions: 8 }).embed(['a'], {});
    await voyageEmbedder(new VoyageAIClient({ ...key, environment: url }), {
      model,
      inputType: 'query',
      dimensions: 8,
    }).embed(['a'], {});
    const google = new GoogleGenAI({ ...key, vertexai: false, httpOptions: { baseUrl: url } });
    await googleEmbedder(google, { model, dimensions: 8 }).embed(['a'], {});
    const aiModel = createOpenAI({ ...key, baseURL: url }).embedding(model);
    await aiSdkEmbedder(embedMany, aiModel, { providerOptions: { openai: { dimensions: 8 } } }).embed(['a'], {});
    expect(provider.bodies).toMatchObject([
      { input_type: 'clustering', output_dimension: 8, embedding_types: ['float'] },
      { input_type: 'query', output_dimension: 8 },
      { requests: [{ taskType: 'CLUSTERING', outputDimensionality: 8 }] },
      { dimensions: 8 },
    ]);
    provider.close();
  });
});

it('takes the union type of the AI SDK', () => {
  expectTypeOf(aiSdkEmbedder<EmbeddingModel>).toBeCallableWith(embedMany, {} as EmbeddingModel);
});

it('reads base64, whether the client decodes it or not', async () => {
  const provider = await startProvider({ base64: true });
  const embedder = openaiEmbedder(new OpenAI({ ...key, baseURL: provider.url }), { model });
  const [vector] = await embedder.embed(['abc'], {});
  expect(Array.from(vector!)).toEqual(letterVector('abc'));
  provider.close();
});

it('refuses more texts than a small server takes, and says how to go on: maxBatchSize', async () => {
  const provider = await startProvider({ limit: 64 });
  const client = new OpenAI({ ...key, baseURL: provider.url });
  await expect(fitRouter(records, openaiEmbedder(client, { model }))).rejects.toThrow('at most 64 texts');
  await fitRouter(records, openaiEmbedder(client, { model, maxBatchSize: 64 }));
  expect(Math.max(...provider.batches)).toBe(64);
  provider.close();
});

it('loses nothing that was embedded when a fit dies half-way', async () => {
  const store = new Map<string, number[]>();
  const dying = await startProvider();
  const client = new Ollama({ host: dying.url });
  const recipe = recipes.ollama(client, model);
  const once: Embedder = {
    ...recipe,
    maxBatchSize: 40,
    embed: (texts, options) =>
      dying.batches.length === 2 ? Promise.reject(new Error('dead')) : recipe.embed(texts, options),
  };
  await expect(fitRouter(records, cachedEmbedder(once, store), { concurrency: 1 })).rejects.toThrow('dead');
  expect(store.size).toBe(80);
  const provider = await startProvider();
  await fitRouter(records, cachedEmbedder(recipes.ollama(new Ollama({ host: provider.url }), model), store));
  expect(provider.batches.reduce((sum, size) => sum + size)).toBe(42);
  dying.close();
  provider.close();
});

it('the guide shows the recipes as they are tested', async () => {
  const guide = await readFile(new URL('../../examples/guides/embedders.md', import.meta.url), 'utf8');
  const source = await readFile(new URL('recipes.ts', import.meta.url), 'utf8');
  const shown = [...source.matchAll(/\/\/ ---\n(.*?)\/\/ ---/gs)].map(([, recipe]) =>
    recipe!.replace(': Embedder', '').replace(/^ {2}/gm, '').trim(),
  );
  expect(shown).toHaveLength(3);
  for (const recipe of shown) expect(guide).toContain(recipe);
});
