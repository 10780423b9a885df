/**
 * Small logs: what a router gains with 100 … 1,988 records to fit, on the bundled sample or on records and embeddings of your own,
 * five splits, and which settings serve there.
 *
 *     npx tsx test/bench/learning-curve.bench.ts [RECORDS.jsonl EMBEDDINGS.f32]
 *
 * The embeddings are row-major little-endian Float32, one row a record.
 */
import { readFileSync } from 'node:fs';
import { readSample } from '../../examples/read-sample.js';
import { sampleRecords } from '../../examples/sample.js';
import {
  evaluateRouter,
  fitRouter,
  splitRecords,
  tradeoffCurve,
  type Router,
  type RouterOptions,
  type RoutingRecord,
} from '../../src/index.js';

const [recordsFile, embeddingsFile] = process.argv.slice(2);
const records = recordsFile === undefined ? sampleRecords(await readSample('zeroeval-10')) : readOwn(recordsFile);
const dimensions = records[0]!.embedding!.length;

function readOwn(file: string): RoutingRecord[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  const bytes = readFileSync(embeddingsFile!);
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const columns = values.length / lines.length;
  return lines.map((line, i) => ({
    ...(JSON.parse(line) as RoutingRecord),
    embedding: values.subarray(i * columns, (i + 1) * columns),
  }));
}

const seeds = [42, 999, 2024, 2025, 3407];
const sizes = [100, 200, 500, 1000, 1988];
interface Contender extends Partial<Pick<RouterOptions, 'estimator' | 'shrinkage' | 'nearestClusters'>> {
  readonly name: string;
  readonly clusters?: (n: number) => number;
}
const contenders: Contender[] = [
  { name: 'default' },
  { name: 'half the clusters', clusters: (n) => Math.max(1, Math.min(50, Math.floor(n / 28))) },
  { name: 'shrinkage 40', shrinkage: 40 },
  { name: 'linear', estimator: 'linear' },
  { name: 'nearest 25/3', estimator: 'nearest', nearestClusters: 3, clusters: (n) => Math.min(25, n / 10) },
  { name: 'one cluster', clusters: () => 1, nearestClusters: 1 },
];

const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b) / numbers.length;
const error = (numbers: readonly number[]): number =>
  Math.sqrt(numbers.reduce((sum, x) => sum + (x - mean(numbers)) ** 2, 0) / (numbers.length - 1) / numbers.length);
const shown = (numbers: readonly number[], digits = 0): string =>
  `${mean(numbers).toFixed(digits)} ± ${error(numbers).toFixed(digits)}`;

console.log(
  `${records.length} records, ${dimensions} dimensions, ${seeds.length} splits; AIQ in 1e-4, ± standard error`,
);
for (const size of sizes) {
  const aiqs = contenders.map((): number[] => []);
  const mixes: number[] = [];
  const gains: number[] = [];
  const kept: number[] = [];
  const costs: number[] = [];
  for (const seed of seeds) {
    const { train, test } = splitRecords(records, { seed });
    const fitted = sample(train, size);
    for (const [i, { clusters, name, ...options }] of contenders.entries()) {
      const k = clusters && { clusters: Math.floor(clusters(fitted.length)) };
      const router: Router = await fitRouter(fitted, { id: 'bench', dimensions }, { seed, ...options, ...k });
      aiqs[i]!.push(1e4 * (await tradeoffCurve(router, test)).aiq!);
      if (name !== 'default') continue;
      const { verdict, zeroRouterAiq } = await evaluateRouter(router, test, { seed, resamples: 1, retain: [0.95] });
      mixes.push(1e4 * zeroRouterAiq!);
      gains.push(100 * verdict!.gain.estimate);
      const [{ accuracy, cost } = { accuracy: null, cost: null }] = verdict!.retention;
      kept.push(100 * accuracy!.estimate);
      costs.push(100 * cost!.estimate);
    }
  }
  console.log(
    `\n${size} records to fit: ${shown(gains, 1)} points over the mix; promised 95 % of the best model's accuracy: ` +
      `kept ${shown(kept, 1)} % at ${shown(costs)} % of its cost`,
  );
  contenders.forEach(({ name }, i) => {
    const beside = aiqs[i]!.map((aiq, run) => aiq - aiqs[0]![run]!);
    const overMix = aiqs[i]!.map((aiq, run) => aiq - mixes[run]!);
    console.log(
      `  ${name.padEnd(18)} over the mix ${shown(overMix).padStart(9)}   beside the default ${shown(beside)}`,
    );
  });
}

/** Every so many-th record: `splitRecords` keeps the order of the records, so this is a fair sample. */
function sample<T>(items: readonly T[], wanted: number): T[] {
  const share = Math.min(1, wanted / items.length);
  return items.filter((_, i) => Math.floor(i * share) < Math.floor((i + 1) * share));
}
