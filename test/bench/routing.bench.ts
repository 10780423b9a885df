/**
 * The routing, state, import and size rows of the performance table. Run: npm run bench, or
 *
 *     npx tsx test/bench/routing.bench.ts [--repeats 11] [--json]
 *
 * Seeded data; results are checked before they are timed; what is compared runs in turn, and medians are compared.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { flipPoints, Router, type RouterState } from '../../src/index.js';
import { createRandom } from '../../src/core/random.js';
import { encodeMatrix } from '../../src/state.js';

const { values: options } = parseArgs({
  options: { repeats: { type: 'string', default: '11' }, json: { type: 'boolean', default: false } },
  // The other bench has options of its own.
  strict: false,
});
const repeats = Number(options.repeats);
const root = fileURLToPath(new URL('../..', import.meta.url));
const [clusters, dimensions, models, queries] = [60, 4096, 8, 1000];

interface Row {
  readonly what: string;
  readonly measured: string;
  readonly value: number | null;
  readonly must: number;
  readonly aim: number;
}

/** The paper's setting with random centroids: what is timed does not depend on what they are. */
function makeState(random: () => number): RouterState {
  const data = Float32Array.from(
    { length: clusters * dimensions },
    () => (random() - 0.5) / Math.sqrt(dimensions / 12),
  );
  const cells = (value: () => number): number[] => Array.from({ length: clusters * models }, value);
  const scoreSum = cells(() => Math.floor(random() * 30));
  return {
    format: 'pareto-router',
    version: 2,
    embedding: {
      id: 'bench',
      dimensions,
      canary: encodeMatrix({ rows: 2, columns: dimensions, data: data.subarray(0, 2 * dimensions) }),
    },
    options: {
      clusters,
      nearestClusters: 4,
      rule: 'global',
      estimator: 'nearest',
      beta: 9,
      shrinkage: 10,
      seed: 42,
      restarts: 10,
      maxIterations: 300,
      defaultAlpha: 0.7,
    },
    models: Array.from({ length: models }, (_, i) => `model-${i}`),
    centroids: encodeMatrix({ rows: clusters, columns: dimensions, data }),
    cells: {
      count: cells(() => 30),
      scoreSum,
      scoreSquareSum: scoreSum,
      costCount: cells(() => 30),
      costSum: cells(random),
      tokenCount: cells(() => 30),
      inputTokenSum: cells(() => Math.floor(random() * 30_000)),
      outputTokenSum: cells(() => Math.floor(random() * 90_000)),
    },
    clusters: {
      size: new Array<number>(clusters).fill(30),
      distanceQuantiles: Array.from({ length: 101 }, (_, i) => 0.7 + i / 200),
    },
  };
}

/** Medians of the seconds of processor time that each piece of work takes, the pieces taking turns: others on the machine disturb it less. */
function timeInTurns(...works: (() => void)[]): number[] {
  const seconds = works.map((): number[] => []);
  for (let repeat = 0; repeat < repeats; repeat++) {
    works.forEach((work, i) => {
      const start = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(start);
      seconds[i]!.push((user + system) / 1e6);
    });
  }
  return seconds.map(median);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** What an app would write: every squared distance over `number[]` rows, then the four least. */
function plainNearest(centroids: readonly number[][], query: readonly number[]): number[] {
  const distances = centroids.map((centroid) => {
    let sum = 0;
    for (let i = 0; i < centroid.length; i++) sum += (query[i]! - centroid[i]!) ** 2;
    return sum;
  });
  return distances
    .map((_, j) => j)
    .sort((a, b) => distances[a]! - distances[b]!)
    .slice(0, 4);
}

/** Processor seconds of a float32 matrix–vector product of the same shape on one thread; `null` without NumPy. */
function numpySeconds(): number | null {
  const program = `
import numpy, time
c = numpy.random.default_rng(0).standard_normal((${clusters}, ${dimensions})).astype(numpy.float32)
q = c[0].copy()
times = []
for _ in range(11):
    start = time.process_time()
    for _ in range(1000): c @ q
    times.append((time.process_time() - start) / 1000)
print(sorted(times)[5])`;
  const env = { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' };
  const { status, stdout } = spawnSync('/usr/bin/python3', ['-c', program], { encoding: 'utf8', env });
  return status === 0 ? Number(stdout) : null;
}

/** Least milliseconds of processor time in eleven starts of Node with one import, the files taking turns. */
function coldImports(...files: readonly string[]): number[] {
  const milliseconds = files.map((): number[] => []);
  for (let start = 0; start < 11; start++) {
    files.forEach((file, i) => {
      const program = `await import(${JSON.stringify(file)}); const { user, system } = process.cpuUsage(); console.log(user + system)`;
      const microseconds = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
      milliseconds[i]!.push(Number(microseconds) / 1e3);
    });
  }
  return milliseconds.map((values) => Math.min(...values));
}

function bundleSize(): number {
  const { outputFiles } = buildSync({
    stdin: { contents: `export { Router } from './dist/index.js'`, resolveDir: root },
    bundle: true,
    minify: true,
    format: 'esm',
    external: ['ml-kmeans', 'ml-distance'],
    write: false,
  });
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
}

const random = createRandom(7);
const state = makeState(random);
const text = JSON.stringify(state);
const router = Router.fromJSON(state);
const embeddings = Array.from({ length: queries }, () => Array.from({ length: dimensions }, () => random() - 0.5));
const unit = embeddings.map((query) => {
  const norm = Math.hypot(...query);
  return query.map((value) => Math.fround(value / norm));
});
const bytes = Buffer.from(state.centroids, 'base64');
const centroids = Array.from({ length: clusters }, (_, j) =>
  Array.from({ length: dimensions }, (__, i) => bytes.readFloatLE(4 * (j * dimensions + i))),
);

const batch = router.routeBatch(embeddings);
embeddings.forEach((embedding, i) => {
  const single = router.route(embedding);
  const expected = plainNearest(centroids, unit[i]!);
  const found = single.clusters.map(({ cluster }) => cluster);
  if (JSON.stringify(single) !== JSON.stringify(batch[i])) throw new Error(`route and routeBatch differ on query ${i}`);
  if (found.join() !== expected.join()) throw new Error(`query ${i}: ${found.join()} in place of ${expected.join()}`);
});

const [routed, batched, flips, plain] = timeInTurns(
  () => {
    for (const embedding of embeddings) router.route(embedding);
  },
  () => {
    router.routeBatch(embeddings);
  },
  () => {
    for (const embedding of embeddings) flipPoints(router, embedding);
  },
  () => {
    for (const query of unit) plainNearest(centroids, query);
  },
) as [number, number, number, number];
const numpy = numpySeconds();
const [ready] = timeInTurns(() => {
  Router.fromJSON(JSON.parse(text));
}) as [number];

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
writeFileSync(join(folder, 'empty.mjs'), '');
const [empty, loaded] = coldImports(join(folder, 'empty.mjs'), join(root, 'dist/index.js')) as [number, number];
rmSync(folder, { recursive: true });

const micro = (seconds: number): string => `${((seconds / queries) * 1e6).toFixed(0)} µs`;
const bundle = bundleSize();
const table: Row[] = [
  {
    what: 'route() vs plain loop over number[]',
    measured: `${micro(routed)} : ${micro(plain)}`,
    value: routed / plain,
    must: 0.3,
    aim: 0.15,
  },
  {
    what: 'route() vs NumPy float32 matrix × vector',
    measured: numpy === null ? 'NumPy absent' : `${micro(routed)} : ${(numpy * 1e6).toFixed(1)} µs`,
    value: numpy === null ? null : routed / queries / numpy,
    must: 12,
    aim: 1.5,
  },
  {
    what: 'routeBatch(1,000) vs 1,000 route()',
    measured: `${micro(batched)} : ${micro(routed)}`,
    value: batched / routed,
    must: 0.7,
    aim: 0.5,
  },
  {
    what: 'flipPoints() vs route()',
    measured: `${micro(flips)} : ${micro(routed)}`,
    value: flips / routed,
    must: 2,
    aim: 1.2,
  },
  { what: 'state JSON, MB', measured: `${text.length} characters`, value: text.length / 1e6, must: 1.4, aim: 1.35 },
  { what: 'parse + ready, ms', measured: `${(ready * 1e3).toFixed(1)} ms`, value: ready * 1e3, must: 25, aim: 25 },
  {
    what: 'cold import beside an empty module, ms',
    measured: `${loaded.toFixed(1)} − ${empty.toFixed(1)} ms`,
    value: loaded - empty,
    must: 6,
    aim: 4,
  },
  {
    what: 'bundle that loads and routes, kB',
    measured: `${bundle} bytes, gzip`,
    value: bundle / 1000,
    must: 14,
    aim: 12,
  },
];

if (options.json) {
  console.log(JSON.stringify({ machine: cpus()[0]?.model, node: process.version, repeats, table }));
} else {
  console.log(
    `${cpus()[0]?.model ?? 'unknown machine'}, Node ${process.version}, ${clusters} × ${dimensions}, medians of ${repeats}\n`,
  );
  for (const { what, measured, value, must, aim } of table) {
    const judged =
      value === null ? 'absent' : `${value.toFixed(2)} ${value <= aim ? 'aim' : value <= must ? 'must' : 'MISSED'}`;
    console.log(`${what.padEnd(42)} ${measured.padEnd(22)} ${judged.padEnd(12)} must ≤ ${must}, aim ≤ ${aim}`);
  }
}
