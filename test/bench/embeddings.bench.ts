/**
 * What a real embedding buys: AIQ on held-out queries over the mix of single models, five splits, for any embeddings of the same
 * records side by side, as they are and in eight bits a number.
 *
 *     npx tsx test/bench/embeddings.bench.ts RECORDS.jsonl NAME=EMBEDDINGS.f32...
 *
 * The embeddings are row-major little-endian Float32, one row a record; `examples/data/zeroeval-10/embed.py` makes them. The first
 * is what the others are compared with.
 */
import { readFileSync } from 'node:fs';
import { fitRouter, splitRecords, tradeoffCurve, evaluateRouter, type RoutingRecord } from '../../src/index.js';

const [recordsFile, ...named] = process.argv.slice(2);
if (recordsFile === undefined || named.length === 0) {
  throw new Error('usage: npx tsx test/bench/embeddings.bench.ts RECORDS.jsonl NAME=EMBEDDINGS.f32...');
}
const records = readFileSync(recordsFile, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as RoutingRecord);
const seeds = [42, 999, 2024, 2025, 3407];

type Rows = readonly ArrayLike<number>[];
const contenders: { readonly name: string; readonly rows: Rows }[] = named.flatMap((argument) => {
  const [name, file] = argument.split('=') as [string, string];
  const bytes = readFileSync(file);
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const dimensions = values.length / records.length;
  const rows = records.map((_, i) => values.subarray(i * dimensions, (i + 1) * dimensions));
  return [
    { name: `${name}, ${dimensions}`, rows },
    { name: `${name}, ${dimensions}, int8`, rows: rows.map(inEightBits) },
  ];
});

/** As the bundled sample holds them: the largest number of a row becomes ±127. */
function inEightBits(row: Float32Array): Int8Array {
  const largest = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Int8Array.from(row, (value) => Math.round((127 * value) / largest));
}

const aiqs: number[][] = contenders.map(() => []);
const mixes: number[] = [];
for (const seed of seeds) {
  for (const [i, { rows }] of contenders.entries()) {
    const embedded = records.map((record, row) => ({ ...record, embedding: rows[row]! }));
    const { train, test } = splitRecords(embedded, { seed });
    const router = await fitRouter(train, { id: 'bench', dimensions: rows[0]!.length }, { seed });
    aiqs[i]!.push((await tradeoffCurve(router, test)).aiq!);
    if (i === 0) mixes.push((await evaluateRouter(router, test)).zeroRouterAiq!);
  }
  process.stderr.write('.');
}
process.stderr.write('\n');

const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b) / numbers.length;
const standardError = (numbers: readonly number[]): number => {
  const squares = numbers.reduce((sum, value) => sum + (value - mean(numbers)) ** 2, 0);
  return Math.sqrt(squares / (numbers.length - 1) / numbers.length);
};
const paired = (numbers: readonly number[], others: readonly number[]): string => {
  const differences = numbers.map((value, run) => 1e4 * (value - others[run]!));
  return `${mean(differences).toFixed(0)} ± ${standardError(differences).toFixed(0)}`;
};
console.log(
  `${records.length} records, 70/30 splits with seeds ${seeds.join(', ')}; paired differences in 1e-4 ± standard error`,
);
console.log(`single models mixed at random: AIQ ${mean(mixes).toFixed(4)}`);
contenders.forEach(({ name }, i) => {
  const aiq = aiqs[i]!;
  const beside = `over the mix ${paired(aiq, mixes)}  over the first ${paired(aiq, aiqs[0]!)}`;
  console.log(`${name.padEnd(24)} AIQ ${mean(aiq).toFixed(4)}  ${beside}`);
});
