import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  centroidsFromNpy,
  fitRouter,
  recordsFromLangfuse,
  recordsFromLLMRouterBench,
  recordsFromOpenTelemetry,
  recordsFromRouterArena,
  recordsFromRouterBench,
  recordsFromRows,
  statisticsFromAvengersPro,
  type LangfuseExport,
  type LLMRouterBenchFile,
  type OpenTelemetryExport,
  type OutcomeRow,
  type RouterArenaPrediction,
  type RouterBenchRow,
  type RoutingRecord,
} from '../../src/index.js';
import { expectRouterError, letterEmbedder } from '../support.js';

const fixture = (name: string): string => readFileSync(new URL(`../fixtures/formats/${name}`, import.meta.url), 'utf8');
const lines = (name: string): unknown[] =>
  fixture(name)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

async function all(records: AsyncIterable<RoutingRecord>): Promise<RoutingRecord[]> {
  const read: RoutingRecord[] = [];
  for await (const record of records) read.push(record);
  return read;
}

/** A stream, as a file or a database gives rows. */
async function* streamed<T>(values: readonly T[]): AsyncGenerator<T> {
  for (const value of values) yield await Promise.resolve(value);
}

describe('recordsFromRows', () => {
  const rows: OutcomeRow[] = [
    { query: 'a?', model: 'large', score: 1, cost: 0.002, dataset: 'x', index: 1 },
    { query: 'b?', model: 'large', score: true },
    {
      query: 'a?',
      model: 'small',
      score: 0,
      input_tokens: 3,
      output_tokens: 4,
      dataset: 'x',
      index: 1,
      embedding: [1, 0],
    },
    { query: 'a?', model: 'small', score: null, dataset: 'x', index: 2 },
    { query: 'a?', model: 'small', score: 0.5, dataset: 'x', index: 1 },
  ];

  it('joins the rows of one query, and begins a second record for a second answer', async () => {
    const usage = { cost: undefined, input_tokens: undefined, output_tokens: undefined };
    expect(await all(recordsFromRows(rows))).toEqual([
      {
        query: 'a?',
        dataset: 'x',
        index: 1,
        embedding: [1, 0],
        records: { large: 1, small: 0 },
        usages: { large: { ...usage, cost: 0.002 }, small: { ...usage, input_tokens: 3, output_tokens: 4 } },
      },
      { query: 'b?', dataset: null, index: null, embedding: null, records: { large: true }, usages: { large: usage } },
      { query: 'a?', dataset: 'x', index: 2, embedding: null, records: { small: null }, usages: { small: usage } },
      { query: 'a?', dataset: 'x', index: 1, embedding: null, records: { small: 0.5 }, usages: { small: usage } },
    ]);
  });

  it('reads a stream alike', async () => {
    expect(await all(recordsFromRows(streamed(rows)))).toEqual(await all(recordsFromRows(rows)));
  });

  it('keeps a model called __proto__', async () => {
    const [record] = await all(recordsFromRows([{ query: 'a?', model: '__proto__', score: 1 }]));
    expect(Object.entries(record!.records)).toEqual([['__proto__', 1]]);
  });

  it('feeds a fit', async () => {
    const many = Array.from({ length: 30 }, (_, i) =>
      ['large', 'small'].map((model) => ({ model, query: `q${i}`, score: 1 })),
    );
    const router = await fitRouter(recordsFromRows(many.flat()), letterEmbedder);
    expect(router.models).toEqual(['large', 'small']);
  });

  it.each([
    [5, 'rows: expected an iterable, got 5'],
    [[5], 'rows[0]: expected an object with query, model and score, got 5'],
    [[{ query: 'a?', model: 3 }], 'rows[0].model: expected a string, got 3'],
    [
      [rows[0], { query: 'a?', model: 'm', score: 7 }],
      'rows[1].score: expected a score in [0, 1], a boolean or null, got 7',
    ],
    [[{ query: 'a?', model: 'm', cost: '$1' }], 'rows[0].cost: expected a number, got "$1"'],
  ])('refuses %j', async (wrong, message) => {
    await expectRouterError(() => all(recordsFromRows(wrong as OutcomeRow[])), 'invalid_records', message);
  });
});

describe('recordsFromRouterBench', () => {
  it('finds the models by their columns of costs', async () => {
    expect(await all(recordsFromRouterBench(lines('routerbench.jsonl') as RouterBenchRow[]))).toEqual([
      {
        query: 'Which planet is largest?',
        index: 'arc.val.1',
        dataset: 'arc-challenge',
        records: { 'gpt-4': 1, mixtral: 0.25 },
        usages: { 'gpt-4': { cost: 0.0031 }, mixtral: { cost: 0.0002 } },
      },
      {
        query: 'What melts ice?',
        index: 'arc.val.2',
        dataset: 'arc-challenge',
        records: { 'gpt-4': 1, mixtral: null },
        usages: { 'gpt-4': { cost: 0.0029 }, mixtral: { cost: null } },
      },
    ]);
  });

  it.each([
    [
      [{ prompt: 'a?', 'gpt-4': 1 }],
      `rows[0]: expected a model's score beside its column "<model>|total_cost", got the columns "prompt, gpt-4"`,
    ],
    [[{ prompt: 'a?', 'gpt-4': 71, 'gpt-4|total_cost': 1 }], 'rows[0]["gpt-4"]: expected a number from 0 to 1, got 71'],
    [[{ prompt: 'a?', m: 1, 'm|total_cost': 'x' }], 'rows[0]["m|total_cost"]: expected a number, got "x"'],
    [['row'], 'rows[0]: expected an object with prompt and a column for each model, got "row"'],
  ])('refuses %j', async (wrong, message) => {
    await expectRouterError(() => all(recordsFromRouterBench(wrong as RouterBenchRow[])), 'invalid_records', message);
  });
});

describe('recordsFromLLMRouterBench', () => {
  const files = JSON.parse(fixture('llm-router-bench.json')) as LLMRouterBenchFile[];

  it('joins the files of the models', async () => {
    expect(await all(recordsFromLLMRouterBench(files))).toEqual([
      {
        query: '2 + 2?',
        dataset: 'aime',
        index: 1,
        embedding: null,
        records: { 'gpt-5': 1 },
        usages: { 'gpt-5': { cost: 0.0001, input_tokens: 15, output_tokens: 5 } },
      },
      {
        query: '3 · 3?',
        dataset: 'aime',
        index: 2,
        embedding: null,
        records: { 'gpt-5': 0, qwen3: 1 },
        usages: {
          'gpt-5': { cost: 0.0002, input_tokens: 15, output_tokens: 4 },
          qwen3: { cost: 0, input_tokens: 16, output_tokens: 40 },
        },
      },
    ]);
  });

  it('says where a getter of a file throws', async () => {
    const hostile = { ...files[1]!, records: [] };
    const cause = new Error('gone');
    Object.defineProperty(hostile, 'records', {
      get() {
        throw cause;
      },
    });
    await expect(all(recordsFromLLMRouterBench([files[0]!, hostile]))).rejects.toMatchObject({
      code: 'invalid_records',
      message: 'files[1]: expected a value that can be read, got the error: gone',
      cause,
    });
  });

  it.each([
    [[{ dataset_name: 'aime', records: [] }], 'files[0].model_name: expected a string, got undefined'],
    [
      [files[0], { ...files[1]!, records: [{ ...files[1]!.records[0], score: 'right' }] }],
      'files[1].records[0].score: expected a number from 0 to 1, got "right"',
    ],
  ])('refuses a malformed file', async (wrong, message) => {
    await expectRouterError(
      () => all(recordsFromLLMRouterBench(wrong as LLMRouterBenchFile[])),
      'invalid_records',
      message,
    );
  });
});

describe('recordsFromRouterArena', () => {
  it('joins the other models’ answers, and leaves what was not evaluated unknown', async () => {
    const predictions = JSON.parse(fixture('router-arena.json')) as RouterArenaPrediction[];
    expect(await all(recordsFromRouterArena(predictions))).toEqual([
      {
        query: 'Name a noble gas.',
        dataset: null,
        index: 'mmlu_7',
        embedding: null,
        records: { 'gpt-4o-mini': 1, 'claude-3-haiku': 0 },
        usages: {
          'gpt-4o-mini': { cost: 0.00002, input_tokens: 12, output_tokens: 3 },
          'claude-3-haiku': { cost: 0.00003, input_tokens: 13, output_tokens: 4 },
        },
      },
      {
        query: 'Who wrote Emma?',
        dataset: null,
        index: 'mmlu_8',
        embedding: null,
        records: { 'gpt-4o-mini': null },
        usages: { 'gpt-4o-mini': { cost: null, input_tokens: undefined, output_tokens: undefined } },
      },
    ]);
  });

  it('refuses an entry without a prompt', async () => {
    const wrong = [{ 'global index': 'a', prediction: 'm' }] as unknown as RouterArenaPrediction[];
    const message = 'predictions[0].prompt: expected a string, got undefined';
    await expectRouterError(() => all(recordsFromRouterArena(wrong)), 'invalid_records', message);
  });
});

describe('recordsFromLangfuse', () => {
  const exported = JSON.parse(fixture('langfuse.json')) as LangfuseExport;

  it('takes the score of the observation, or else of its trace', async () => {
    expect(await all(recordsFromLangfuse(exported, 'correctness'))).toEqual([
      {
        query: 'Is 91 prime?',
        dataset: null,
        index: null,
        embedding: null,
        records: { 'gpt-5': 1, qwen3: 0.5 },
        usages: {
          'gpt-5': { cost: 0.0008, input_tokens: 41, output_tokens: 7 },
          qwen3: { cost: undefined, input_tokens: 12, output_tokens: 90 },
        },
      },
      {
        query: 'Capital of Peru?',
        dataset: null,
        index: null,
        embedding: null,
        records: { qwen3: null },
        usages: { qwen3: { cost: undefined, input_tokens: undefined, output_tokens: undefined } },
      },
    ]);
  });

  it.each([
    [exported, 'helpfulness', 'scores: expected a score named "helpfulness", got correctness, tone'],
    [exported, 'tone', 'scores[2].value: expected a number from 0 to 1, got 7'],
    [
      {
        ...exported,
        observations: [{ id: 'o', type: 'GENERATION', model: 'm', input: [{ role: 'system', content: 'x' }] }],
      },
      'correctness',
      'observations[0].input: expected a text, or messages with one of the role "user", got an array of 1',
    ],
    [
      { ...exported, observations: [{ id: 'o', type: 'GENERATION', input: 'a?' }] },
      'correctness',
      'observations[0].model: expected the name of a model, got undefined',
    ],
  ])('refuses what it cannot tell', async (wrong, score, message) => {
    await expectRouterError(() => all(recordsFromLangfuse(wrong, score)), 'invalid_records', message);
  });
});

describe('recordsFromOpenTelemetry', () => {
  const exports = lines('opentelemetry.jsonl') as OpenTelemetryExport[];

  it('finds an evaluation by its span and by its response', async () => {
    expect(await all(recordsFromOpenTelemetry(exports, 'correctness'))).toEqual([
      {
        query: 'Is 91 prime?',
        dataset: null,
        index: null,
        embedding: null,
        records: { 'gpt-5': 1, qwen3: 0.25 },
        usages: {
          'gpt-5': { cost: undefined, input_tokens: 41, output_tokens: 7 },
          qwen3: { cost: undefined, input_tokens: undefined, output_tokens: undefined },
        },
      },
    ]);
  });

  it('finds it in whatever order the lines come', async () => {
    const [forward, backward] = await Promise.all(
      [exports, [...exports].reverse()].map((order) => all(recordsFromOpenTelemetry(order, 'correctness'))),
    );
    expect(backward).toEqual(forward);
  });

  it.each([
    [
      exports,
      'relevance',
      'exports: expected an event gen_ai.evaluation.result named "relevance", got correctness, tone',
    ],
    [
      exports,
      'tone',
      'exports[1].resourceLogs[0].scopeLogs[0].logRecords[1].gen_ai.evaluation.score.value: ' +
        'expected a number from 0 to 1, got 7',
    ],
    [[{ spans: [] }], 'tone', 'exports[0]: expected an object with resourceSpans or resourceLogs, got an object'],
  ])('refuses what it cannot tell', async (wrong, name, message) => {
    await expectRouterError(() => all(recordsFromOpenTelemetry(wrong, name)), 'invalid_records', message);
  });
});

describe("the authors' exported models", () => {
  it('give their sums back', () => {
    expect(statisticsFromAvengersPro(fixture('balance_metrics.json'))).toEqual([
      { cluster: 0, model: 'gpt-5', count: 4, scoreSum: 3, scoreSquareSum: 3, costCount: 4, costSum: 0.008 },
      { cluster: 1, model: 'gpt-5', count: 2, scoreSum: 2, scoreSquareSum: 2, costCount: 2, costSum: 0.006 },
      { cluster: 1, model: 'qwen3', count: 2, scoreSum: 1, scoreSquareSum: 1, costCount: 2, costSum: 0.001 },
    ]);
  });

  it.each([
    ['not json', 'balance_metrics: expected JSON, got "not json"'],
    [
      '{ "0": { "m": { "accuracy": 2, "total_queries": 1, "total_cost": 0 } } }',
      'balance_metrics["0"].m.accuracy: expected a number from 0 to 1, got 2',
    ],
    [
      '{ "first": { "m": { "accuracy": 1, "total_queries": 1, "total_cost": 0 } } }',
      'balance_metrics: expected clusters by their number, got the key "first"',
    ],
  ])('are refused where malformed: %s', async (text, message) => {
    await expectRouterError(() => statisticsFromAvengersPro(text), 'invalid_records', message);
  });

  // numpy.save of [[1.5, -2], [0.25, 3]] as Float32 and as Float64.
  const layout = 'k05VTVBZAQB2AHsnZGVzY3InOiAnPGY%sJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDIpLCB9';
  const header = `${layout}${'ICAg'.repeat(19)}IAo`;
  const float32 = Buffer.from(`${header.replace('%s', '0')}AAMA/AAAAwAAAgD4AAEBA`, 'base64');
  const float64 = Buffer.from(`${header.replace('%s', '4')}AAAAAAAD4PwAAAAAAAADAAAAAAAAA0D8AAAAAAAAIQA==`, 'base64');

  it.each([float32, float64])('have their centres read', (bytes) => {
    expect(centroidsFromNpy(bytes)).toEqual([
      [1.5, -2],
      [0.25, 3],
    ]);
  });

  it.each([
    [Buffer.from('short'), 'npy: expected a NumPy file, got 5 other bytes'],
    [float32.subarray(0, -4), 'npy: expected 144 bytes (2 × 2), got 140'],
    [Buffer.from(float32.toString('latin1').replace('False', 'True '), 'latin1'), /^npy: expected two dimensions/],
  ])('are refused in another layout', async (bytes, message) => {
    await expectRouterError(() => centroidsFromNpy(bytes), 'invalid_records', message);
  });
});
