/**
 * What a new model's evaluation on a few queries is worth: each model is left out in turn and added back by its outcomes on chosen training
 * queries, on as many random ones, and on all. AIQ on held-out queries beside all, in 1e-4, and the error of the new model's expected score on
 * them: root mean square difference to what all outcomes give, in points. Five splits; mean ± standard error over the splits.
 *
 *     npx tsx test/bench/choose-queries.bench.ts RECORDS.jsonl EMBEDDINGS.f32
 *
 * The embeddings are row-major little-endian Float32, one row a record.
 */
import { createRandom, sampleIndices } from '../../src/core/random.js';
import { chooseQueries, fitRouter, splitRecords, tradeoffCurve, type Router } from '../../src/index.js';
import { mean, readRealRecords, standardError } from './real-records.js';

const { records, dimensions } = readRealRecords();
const space = { id: 'bench', dimensions };
const counts = [50, 100, 200];
const ways = ['chosen', 'random'] as const;

/** Loss of AIQ and error of the expected score, by way and count: one number a split. */
const results = new Map<string, { loss: number[]; error: number[] }>();
for (let seed = 1; seed <= 5; seed++) {
  const { train, test } = splitRecords(records, { seed });
  const base = await fitRouter(train, space, { seed });
  const embeddings = train.map(({ embedding }) => embedding);
  /** The router that never had the model, with its outcomes on some training queries added. */
  const withModelOn = (model: string, queries: Iterable<number>): Promise<Router> =>
    base.withoutModels([model]).withRecords(
      Array.from(queries, (i) => {
        const { query, embedding, records, usages } = train[i]!;
        return { query, embedding, records: { [model]: records[model] }, usages: { [model]: usages?.[model] } };
      }),
    );
  const scoresOf = (router: Router, model: string): number[] =>
    router
      .routeBatch(test.map(({ embedding }) => embedding))
      .map(({ ranking }) => ranking.find((ranked) => ranked.model === model)?.performance ?? NaN);
  const ofSplit = new Map<string, { loss: number[]; error: number[] }>();
  for (const model of base.models) {
    const whole = await withModelOn(model, train.keys());
    const wholeAiq = (await tradeoffCurve(whole, test)).aiq!;
    const wholeScores = scoresOf(whole, model);
    for (const count of counts) {
      for (const way of ways) {
        const queries =
          way === 'chosen'
            ? chooseQueries(base, embeddings, count, { seed })
            : sampleIndices(train.length, count, createRandom(1000 * seed + count));
        const router = await withModelOn(model, queries);
        const differences = scoresOf(router, model).map((score, i) => (score - wholeScores[i]!) ** 2);
        const known = differences.filter((difference) => !Number.isNaN(difference));
        const entry = ofSplit.get(`${way} ${count}`) ?? { loss: [], error: [] };
        entry.loss.push(1e4 * (wholeAiq - (await tradeoffCurve(router, test)).aiq!));
        entry.error.push(100 * Math.sqrt(known.reduce((a, b) => a + b, 0) / known.length));
        ofSplit.set(`${way} ${count}`, entry);
      }
    }
    process.stderr.write('.');
  }
  for (const [key, { loss, error }] of ofSplit) {
    const entry = results.get(key) ?? { loss: [], error: [] };
    entry.loss.push(mean(loss));
    entry.error.push(mean(error));
    results.set(key, entry);
  }
}
process.stderr.write('\n');

function withError(numbers: readonly number[]): string {
  return `${mean(numbers).toFixed(2)} ± ${standardError(numbers).toFixed(2)}`;
}

for (const count of counts) {
  for (const way of ways) {
    const { loss, error } = results.get(`${way} ${count}`)!;
    console.log(`${count} ${way}: AIQ below all ${withError(loss)}, error ${withError(error)} points`);
  }
  const [chosen, random] = ways.map((way) => results.get(`${way} ${count}`)!);
  const gained = random!.loss.map((loss, split) => loss - chosen!.loss[split]!);
  const nearer = random!.error.map((error, split) => error - chosen!.error[split]!);
  console.log(`${count} chosen over random: AIQ ${withError(gained)}, error ${withError(nearer)} points less`);
}
