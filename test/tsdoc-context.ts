/** What the `@example`s of the TSDoc take for granted, as an app would have it. Exported names are in scope of each of them. */
import { readFile as readTextFile } from 'node:fs/promises';
import {
  fitRouter,
  hashingEmbedder,
  splitRecords,
  tradeoffCurve,
  type ClusterStatistics,
  type LangfuseObservation,
  type LangfuseScore,
  type LLMRouterBenchFile,
  type RouterArenaPrediction,
  type RouterBenchRow,
  type RoutingRecord,
} from 'pareto-router';
import { npyFile } from './npy.js';

type Name = 'large' | 'small';

/** 480 queries of three topics; large is right on all of them, small on the first topic. */
export const records: RoutingRecord<Name>[] = Array.from({ length: 480 }, (_, i) => ({
  query: `${['sum', 'verse', 'proof'][i % 3]!} number ${i}`,
  dataset: `topic ${i % 3}`,
  records: { large: 1, small: i % 3 === 0 ? 1 : 0 },
  usages: { large: { cost: 0.01 }, small: { cost: 0.001 } },
}));
const priced = records.map((record) => ({
  ...record,
  usages: {
    large: { input_tokens: 100, output_tokens: 50, cost: 0.01 },
    small: { input_tokens: 90, output_tokens: 80, cost: 0.001 },
  },
}));
export const embedder = hashingEmbedder();
export const { train, test } = splitRecords(priced);
export const router = await fitRouter(train, embedder);
export const deployed = router;
export const saved = JSON.stringify(router);
export const query = 'Is 91 prime?';
export const embeddings = await embedder.embed(
  test.map((record) => record.query),
  {},
);
export const lastWeek = embeddings;
export const embedding = embeddings[0]!;
export const decision = router.route(embedding);
export const curve = await tradeoffCurve(router, test);
export const feedback: RoutingRecord<Name>[] = [{ query, records: { large: 1, small: 0 }, usages: records[0]!.usages }];
export const prices = { 'gpt-5': { input: 1.25, output: 10 }, qwen3: { input: 0.2, output: 0.8 } };
export const centroids = [embeddings[0]!, embeddings[1]!].map((vector) => Array.from(vector).slice(0, 512));
export const statistics: ClusterStatistics[] = [0, 1].map((cluster) => ({
  ...{ cluster, model: 'large', count: 10, scoreSum: 9, scoreSquareSum: 9 },
  ...{ costCount: 10, costSum: 0.1 },
}));
export const sleep = (_ms: number): Promise<void> => Promise.resolve();
export const isFatal = (error: unknown): boolean => error instanceof TypeError;
export const redis = {
  get: (key: string): Promise<string | null> => Promise.resolve(key && null),
  set: (key: string, value: string): Promise<string> => Promise.resolve(key + value),
};
export const embedElsewhere = (texts: readonly string[], _signal?: AbortSignal): Promise<number[][]> =>
  Promise.resolve(texts.map(() => [1, 0]));
export const writeFile = (_path: string, _text: string): Promise<void> => Promise.resolve();

const fixture = (name: string): Promise<string> =>
  readTextFile(new URL(`fixtures/formats/${name}`, import.meta.url), 'utf8');
export function readFile(path: string): Promise<Uint8Array>;
export function readFile(path: string, encoding: 'utf8'): Promise<string>;
export async function readFile(path: string): Promise<Uint8Array | string> {
  if (path === 'router.json') return saved;
  return path.endsWith('.npy') ? npyFile(2, 4096) : fixture(path);
}
const tokens =
  '{"key":"gen_ai.usage.input_tokens","value":{"intValue":9}},{"key":"gen_ai.usage.output_tokens","value":{"intValue":9}}';
/** With token counts of both models. */
export const lines = (await fixture('opentelemetry.jsonl'))
  .replace('{"key":"gen_ai.response.id","value":{"stringValue":"r2"}}', (attribute) => `${attribute},${tokens}`)
  .trim()
  .split('\n');
export const rows = (await fixture('routerbench.jsonl'))
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as RouterBenchRow);
export const files = JSON.parse(await fixture('llm-router-bench.json')) as LLMRouterBenchFile[];
export const predictions = JSON.parse(await fixture('router-arena.json')) as RouterArenaPrediction[];
export const { observations, scores } = JSON.parse(await fixture('langfuse.json')) as {
  observations: LangfuseObservation[];
  scores: LangfuseScore[];
};

// Clients of SDKs that are not installed here; `test:adapters` has the real ones. None is called.
const never = (): never => {
  throw new Error('an example calls no provider');
};
export class CohereClient {
  readonly v2 = { embed: never };
}
export class VoyageAIClient {
  readonly embed = never;
}
export class GoogleGenAI {
  readonly models = { embedContent: never };
  constructor(readonly options: object) {}
}
export const extract = (texts: string[]): Promise<{ tolist(): number[][] }> =>
  Promise.resolve({ tolist: () => texts.map(() => [1, 0]) });
export const pipeline = (_task: 'feature-extraction', _model: string, _options: { dtype: 'q8' }) =>
  Promise.resolve(extract);

// These are.
process.env.OPENAI_API_KEY ??= 'none';
export { OpenAI } from 'openai';
export { openai } from '@ai-sdk/openai';
export { embedMany } from 'ai';
