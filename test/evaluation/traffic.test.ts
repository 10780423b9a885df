import { describe, expect, it } from 'vitest';
import { readTraffic } from '../../src/evaluation/traffic.js';
import {
  fitRouter,
  type EvaluationProgress,
  type Router,
  type RoutingRecord,
  type TrafficOptions,
} from '../../src/index.js';
import { expectRouterError, letterEmbedder, record } from '../support.js';

/** A router of the models a, b and c. */
function fitLetters(embedder = letterEmbedder): Promise<Router> {
  const records = Array.from({ length: 10 }, (_, i) => ({
    query: `learnt ${i}`,
    records: { c: 1, a: i % 2, b: 0 },
    usages: { a: { cost: 1 }, b: { cost: 2 }, c: { cost: 3 } },
  }));
  return fitRouter(records, embedder);
}

const vector = (first: number): number[] => [first, 1, 1, 1, 1, 1, 1, 1];
const plain = (query: string): RoutingRecord => ({ query, records: { a: 1 } });

describe('readTraffic', () => {
  it("has a row a record, in the order of their texts, and a column a model of the router's", async () => {
    const records = [
      record('q2', vector(1), { c: [0.25, 7], d: [1, 9] }, 'A'),
      record('q1', vector(2), { a: [null, 0.5], c: [1, null] }, 'B'),
      { ...record('q2', vector(3), { d: [0, 9], a: [0, 3] }), dataset: null },
      record('q3', vector(4), {}, 'A'),
      record('q3', vector(4), { a: [0.75, 2] }, 'A'),
    ];
    const traffic = await readTraffic(await fitLetters(), records, {});
    expect(traffic).toEqual({
      models: ['a', 'b', 'c'],
      // q1, q2 without a dataset, q2 of A, and q3 with nothing observed before q3 with an outcome.
      places: [1, 2, 0, 3, 4].map((position) => `records[${position}]`),
      embeddings: [1, 2, 0, 3, 4].map((position) => records[position]!.embedding),
      datasets: [null, 'A', 'B'],
      datasetOf: Int32Array.of(2, 0, 1, 1, 1),
      textOf: Int32Array.of(0, 1, 1, 2, 2),
      scores: Float64Array.from([NaN, NaN, 1, 0, NaN, NaN, NaN, NaN, 0.25, NaN, NaN, NaN, 0.75, NaN, NaN]),
      costs: Float64Array.from([0.5, NaN, NaN, 3, NaN, NaN, NaN, NaN, 7, NaN, NaN, NaN, 2, NaN, NaN]),
    });
  });

  it('wants one score at least of one model at least', async () => {
    const router = await fitLetters();
    const message = 'records: expected a score of a, b, c in at least one record, got none';
    const nothing = [record('q1', vector(1), { d: [1, 1], a: [null, 1] })];
    await expectRouterError(() => readTraffic(router, nothing, {}), 'invalid_records', message);
    const something = [...nothing, record('q2', vector(1), { c: [0, null] })];
    expect((await readTraffic(router, something, {})).places).toHaveLength(2);
  });

  it('reads costs off prices, where there are token counts and no cost', async () => {
    const usages = { a: { input_tokens: 100, output_tokens: 10 }, b: { cost: 5, input_tokens: 1, output_tokens: 1 } };
    const records = [{ ...plain('q'), embedding: vector(1), usages }];
    const prices = { a: { input: 2e6, output: 3e6 }, b: { input: 1, output: 1 } };
    // 100 · 2 + 10 · 3
    const { costs } = await readTraffic(await fitLetters(), records, { prices });
    expect(Array.from(costs)).toEqual([230, 5, NaN]);
    expect((await readTraffic(await fitLetters(), records, {})).costs[0]).toBeNaN();
  });

  it.each([
    ['four', {}, 4],
    ['as many as it is told', { concurrency: 2 }, 2],
  ])('has %s calls of the embedder under way at once', async (_, options: TrafficOptions, most) => {
    let [underWay, seen] = [0, 0];
    const router = await fitLetters({
      ...letterEmbedder,
      ...{ maxBatchSize: 1 },
      embed: async (texts) => {
        seen = Math.max(seen, ++underWay);
        await new Promise((resolve) => setTimeout(resolve));
        underWay--;
        return letterEmbedder.embed(texts);
      },
    });
    seen = 0;
    const traffic = await readTraffic(
      router,
      Array.from({ length: 9 }, (_, i) => plain(`q${i}`)),
      options,
    );
    expect(seen).toBe(most);
    // q3 is 113 and 51: 1 and 3 modulo 8, in a vector of ones.
    const [one, two] = [1, 2].map((value) => value / Math.sqrt(4 * 2 + 6));
    [one, two, one, two, one, one, one, one].forEach((value, i) => {
      expect(traffic.embeddings[3]![i]).toBeCloseTo(value!, 6);
    });
  });

  it('tells its progress, and waits for whoever is told', async () => {
    const router = await fitLetters();
    const told: EvaluationProgress[] = [];
    let busy = false;
    const onProgress = async (progress: EvaluationProgress): Promise<void> => {
      expect(busy).toBe(false);
      told.push(progress);
      busy = true;
      await new Promise((resolve) => setTimeout(resolve));
      busy = false;
    };
    await readTraffic(router, [plain('q1'), plain('q2')], { onProgress });
    expect(busy).toBe(false);
    expect(told).toEqual([
      { stage: 'read', completed: 2, total: 2 },
      { stage: 'embed', completed: 2, total: 2 },
    ]);
  });

  it('reads nothing when it is aborted before, and stops where it is aborted', async () => {
    const router = await fitLetters();
    const reason = new Error('enough');
    let reads = 0;
    function* source(): Generator<RoutingRecord> {
      while (reads < 5000) {
        reads++;
        if (reads === 3000) controller.abort(reason);
        yield plain(`q${reads}`);
      }
    }
    const controller = new AbortController();
    await expect(readTraffic(router, source(), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(reads).toBe(0);
    await expect(readTraffic(router, source(), { signal: controller.signal })).rejects.toBe(reason);
    expect(reads).toBeLessThan(5000);

    const embedding = new AbortController();
    const slow = await fitLetters({
      ...letterEmbedder,
      embed: (texts) => {
        if (texts.includes('stop')) embedding.abort(reason);
        return letterEmbedder.embed(texts);
      },
    });
    await expect(readTraffic(slow, [plain('stop')], { signal: embedding.signal })).rejects.toBe(reason);
  });
});
