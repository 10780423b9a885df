import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readSample } from '../../examples/read-sample.js';
import { sampleRecords, type Sample } from '../../examples/sample.js';
import { evaluateRouter, fitRouter, splitRecords } from '../../src/index.js';

const folder = new URL('../../examples/data/zeroeval-10/', import.meta.url);

describe('sampleRecords', () => {
  const sample: Sample = {
    datasets: { gsm: 2, crux: 1 },
    inputTokens: [100, 200, 50],
    models: {
      small: { price: { input: 0.5, output: 1 }, scores: '010', outputTokens: [10, 20, 30] },
      large: { price: { input: 2, output: 10 }, scores: '111', outputTokens: [300, 200, 100] },
    },
    // The bytes 127, -127, 0 | 1, 2, 127 | -1, -128, 5.
    embedding: { id: 'bytes', dimensions: 3, int8: 'f4EAAQJ//4AF' },
  };

  it('turns columns into records: names, scores, tokens × price, signed bytes', () => {
    const records = sampleRecords(sample);
    expect(records.map(({ query, dataset, index }) => [query, dataset, index])).toEqual([
      ['gsm/0', 'gsm', 0],
      ['gsm/1', 'gsm', 1],
      ['crux/0', 'crux', 0],
    ]);
    expect(records.map((record) => record.records)).toEqual([
      { small: 0, large: 1 },
      { small: 1, large: 1 },
      { small: 0, large: 1 },
    ]);
    // 200 × 0.5 + 20 × 1 = 120 and 200 × 2 + 200 × 10 = 2,400 millionths of a dollar.
    expect(records[1]!.usages).toEqual({
      small: { cost: 0.00012, input_tokens: 200, output_tokens: 20 },
      large: { cost: 0.0024, input_tokens: 200, output_tokens: 200 },
    });
    expect(records.map(({ embedding }) => Array.from(embedding!))).toEqual([
      [127, -127, 0],
      [1, 2, 127],
      [-1, -128, 5],
    ]);
  });
});

describe('zeroeval-10', () => {
  it('is what its checksums say', async () => {
    const sums = (await readFile(new URL('SHA256SUMS', folder), 'utf8')).trimEnd().split('\n');
    expect(sums).toHaveLength(3);
    for (const line of sums) {
      const [sum, name] = line.split(/ +/) as [string, string];
      const file = await readFile(new URL(name, folder));
      expect(createHash('sha256').update(file).digest('hex'), name).toBe(sum);
    }
  });

  it('has the records, accuracies and costs of its source', async () => {
    const records = sampleRecords(await readSample('zeroeval-10'));
    expect(records).toHaveLength(2840);
    expect(new Set(records.map(({ query }) => query)).size).toBe(2840);
    expect(records.filter(({ embedding }) => embedding!.length === 384)).toHaveLength(2840);
    const total = (dataset: string, model: string): number =>
      records
        .filter((record) => record.dataset === dataset)
        .reduce((sum, { records }) => sum + Number(records[model]), 0);
    // Right answers out of 1,319, 800 and 721, counted in ZeroEval's published results.
    expect(['gsm', 'crux', 'math-l5'].map((dataset) => total(dataset, 'gpt-4o-2024-08-06'))).toEqual([1269, 696, 399]);
    expect(['gsm', 'crux', 'math-l5'].map((dataset) => total(dataset, 'gemma-2-2b-it'))).toEqual([681, 172, 31]);
    const dollars = (model: string): number => records.reduce((sum, { usages }) => sum + usages![model]!.cost!, 0);
    expect(dollars('claude-3-5-sonnet-20241022')).toBeCloseTo(9.700053, 8);
    expect(dollars('deepseek-v2.5-0908')).toBeCloseTo(0.24559542, 8);
  });

  it('says which samples there are', async () => {
    await expect(readSample('nowhere')).rejects.toThrow("--sample: expected zeroeval-10, got 'nowhere'");
  });
});

it('the README tells the figures of the sample', async () => {
  const records = sampleRecords(await readSample('zeroeval-10'));
  const { train, test } = splitRecords(records, { trainRatio: 0.7, seed: 42 });
  const router = await fitRouter(train, { id: 'sample', dimensions: records[0]!.embedding!.length });
  const { verdict, aiq, zeroRouterAiq, perfGain, costSave } = await evaluateRouter(router, test);
  const percent = (share: number | null | undefined, digits = 1): string => (100 * share!).toFixed(digits);
  const { gain, retention } = verdict!;
  const { accuracy, cost } = retention.find(({ retain }) => retain === 0.95)!;
  const [low, high] = [percent(accuracy?.low), percent(accuracy?.high)];

  const readme = (await readFile(new URL('../../README.md', import.meta.url), 'utf8')).replaceAll(/\s+/g, ' ');
  expect(readme).toContain(
    `**${percent(gain.estimate)} points (95 % interval ${percent(gain.low)} to ${percent(gain.high)}) more accurate**`,
  );
  expect(readme).toContain(`accuracy at ${percent(cost?.estimate, 0)} % of its cost** (measured: `);
  expect(readme).toContain(`(measured: ${percent(accuracy?.estimate)} %, ${low} to ${high})`);
  const thousandths = (area: number | null): string => area!.toFixed(3).replace('0.', '.');
  expect(readme).toContain(`AIQ ${thousandths(aiq)} against ${thousandths(zeroRouterAiq)} of the mix`);
  expect(readme).toContain(`PerfGain ${percent(perfGain)} %, CostSave ${percent(costSave)} %`);
});
