import {
  aiSdkEmbedder,
  cachedEmbedder,
  cohereEmbedder,
  fitRouter,
  googleEmbedder,
  hashingEmbedder,
  openaiEmbedder,
  retryingEmbedder,
  Router,
  transformersEmbedder,
  voyageEmbedder,
  type Embedder,
} from '../../src/index.js';
import type { Dice } from './dice.js';
import { asksForMuch, hostileValue, mutate } from './hostile.js';
import { vectorOf } from './inputs.js';
import { requireDecision, requireSameAgain } from './invariants.js';
import type { Target } from './targets.js';

/** Makes an embedder of what is handed to it: a client that gives an answer (or is none), and options. */
type Make = (client: unknown, options: unknown) => Embedder;

/** What a client answers to so many texts, as its service would. */
type AnswerOf = (vectors: number[][]) => unknown;

/** How a client that always gives one answer is built. */
type ClientOf = (answer: () => Promise<unknown>) => unknown;

interface Adapter {
  readonly make: Make;
  readonly answerOf: AnswerOf;
  readonly clientOf: ClientOf;
  readonly options: object;
}

const withIndex: AnswerOf = (vectors) => ({ data: vectors.map((embedding, index) => ({ index, embedding })) });

const adapters: readonly Adapter[] = [
  {
    make: (client, options) => openaiEmbedder(client as never, options as never),
    clientOf: (create) => ({ embeddings: { create } }),
    answerOf: withIndex,
    options: { model: 'm', dimensions: 3, id: 'a name', maxBatchSize: 3 },
  },
  {
    make: (client, options) => voyageEmbedder(client as never, options as never),
    clientOf: (embed) => ({ embed }),
    answerOf: withIndex,
    options: { model: 'm', inputType: 'query', dimensions: 3, maxBatchSize: 3 },
  },
  {
    make: (client, options) => cohereEmbedder(client as never, options as never),
    clientOf: (embed) => ({ v2: { embed } }),
    answerOf: (float) => ({ embeddings: { float } }),
    options: { model: 'm', inputType: 'clustering', dimensions: 3 },
  },
  {
    make: (client, options) => googleEmbedder(client as never, options as never),
    clientOf: (embedContent) => ({ models: { embedContent } }),
    answerOf: (vectors) => ({ embeddings: vectors.map((values) => ({ values })) }),
    options: { model: 'm', taskType: 'CLUSTERING', dimensions: 3, maxBatchSize: 3 },
  },
  {
    make: (extract, options) => transformersEmbedder(extract as never, options as never),
    clientOf: (extract) => extract,
    answerOf: (vectors) => ({ tolist: () => vectors }),
    options: { model: 'm', pooling: 'cls', prefix: 'query: ', maxBatchSize: 3 },
  },
  {
    make: (embedMany, options) => aiSdkEmbedder(embedMany as never, 'a model', options as never),
    clientOf: (embedMany) => embedMany,
    answerOf: (embeddings) => ({ embeddings }),
    options: { id: 'a name', providerOptions: { openai: { dimensions: 3 } }, maxRetries: 0, maxBatchSize: 3 },
  },
  {
    make: (_, options) => hashingEmbedder(options as never),
    clientOf: () => undefined,
    answerOf: () => undefined,
    options: { dimensions: 3 },
  },
];

const someOf = (dice: Dice, options: object): object =>
  Object.fromEntries(Object.entries(options).filter(([key]) => key === 'model' || dice.chance(0.5)));

/** Two texts, as many as a router keeps the vectors of to know its embedder again: an answer of two vectors serves for both. */
const records = ['a', 'b'].map((query) => ({ query, records: { large: query === 'a' ? 1 : 0 } }));

/** An embedder over a client that may be none, with options that may be none, that may answer anything. */
function embedderOf(dice: Dice): Embedder {
  const { make, answerOf, clientOf, options } = dice.pick(adapters);
  const chosen = someOf(dice, options);
  const changed = dice.chance(0.3) ? mutate(dice, chosen) : chosen;
  const given = asksForMuch(changed, 'dimensions') ? chosen : changed;
  const vectors = dice.times(2, () => vectorOf(dice, 3));
  const answer = dice.chance(0.6) ? mutate(dice, answerOf(vectors)) : answerOf(vectors);
  const client = clientOf(() => Promise.resolve(answer));
  return make(dice.chance(0.1) ? mutate(dice, client) : client, given);
}

/** A store that may hold anything, and may be none. */
function storeOf(dice: Dice): unknown {
  const entries = new Map<string, unknown>();
  const stored = dice.chance(0.3) ? hostileValue(dice) : undefined;
  const store = {
    get: (key: string) => entries.get(key) ?? stored,
    set: (key: string, vector: unknown) => entries.set(key, vector),
  };
  return dice.chance(0.1) ? mutate(dice, store) : store;
}

/** Ready-made embedders, over clients and stores of somebody else. */
export const embedderTargets: readonly Target[] = [
  {
    name: 'ready-made embedders',
    cases: 20_000,
    async attack(dice) {
      const inner = embedderOf(dice);
      const wrapped = dice.pick<() => Embedder>([
        () => inner,
        () => inner,
        () => cachedEmbedder(inner, storeOf(dice) as never),
        () => {
          const options = { attempts: 2, wait: () => undefined };
          const changed = dice.chance(0.2) ? mutate(dice, options) : options;
          return retryingEmbedder(inner, (asksForMuch(changed, 'attempts') ? options : changed) as never);
        },
      ])();
      const router = await fitRouter(records, wrapped, { clusters: 1, restarts: 1, concurrency: 1 });
      requireSameAgain(router);
      await router.verifyEmbedder();
      requireDecision(router, router.route(vectorOf(dice, router.toJSON().embedding.dimensions)));
      if (dice.chance(0.2)) await Router.fromJSON(router.toJSON(), embedderOf(dice)).verifyEmbedder();
    },
  },
];
