/**
 * How long a fit and an evaluation keep the event loop, and how soon a fit answers an abort:
 *
 *     npx tsx test/load/stall.ts                      20,000 × 1,024, eight models, k = 100
 *     npx tsx test/load/stall.ts --rows 5000 --columns 256 --clusters 50
 *
 * Both await an `onProgress` that waits for the next turn of the event loop; nothing else lets anybody in. One fit is measured, turn
 * by turn of the loop, and an evaluation of its router on the same records; then other fits are aborted, each at a later moment. The
 * answer to an abort is timed from when it was due.
 */
import { parseArgs } from 'node:util';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createRandom } from '../../src/core/random.js';
import { evaluateRouter, fitRouter, type FitProgress, type RoutingRecord } from '../../src/index.js';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '20000' },
    columns: { type: 'string', default: '1024' },
    clusters: { type: 'string', default: '100' },
    aborts: { type: 'string', default: '8' },
  },
});
const [rows, columns, clusters, aborts] = [values.rows, values.columns, values.clusters, values.aborts].map(Number) as [
  number,
  number,
  number,
  number,
];
const longest = 150;
const models = Array.from({ length: 8 }, (_, i) => `model ${i}`);

/** Simulated: directions around 200 centres; a dearer model answers more often right, and each is better at some of the centres. */
function simulate(): RoutingRecord[] {
  const random = createRandom(1);
  const centres = Array.from({ length: 200 }, () => Float32Array.from({ length: columns }, () => random() - 0.5));
  return Array.from({ length: rows }, (_, i) => {
    const centre = centres[i % centres.length]!;
    return {
      query: `query ${i}`,
      dataset: `dataset ${i % 5}`,
      records: Object.fromEntries(models.map((name, m) => [name, random() < (i % 8 === m ? 0.8 : 0.4 + 0.05 * m)])),
      usages: Object.fromEntries(models.map((name, m) => [name, { cost: 0.001 * 2 ** (m / 2) * (0.5 + random()) }])),
      embedding: centre.map((value) => value + 0.6 * (random() - 0.5)),
    };
  });
}

/** Milliseconds on the clock, and of processor time (all threads): a busy machine stretches the first. */
interface Stall {
  readonly wall: number;
  readonly processor: number;
}

function now(): Stall {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now(), processor: (user + system) / 1000 };
}

/** Calls back whenever the event loop comes round: with how long it did not. */
function watch(onTurn: (stall: Stall) => void): () => void {
  let last = now();
  let on = true;
  const turn = (): void => {
    const { wall, processor } = now();
    onTurn({ wall: wall - last.wall, processor: processor - last.processor });
    last = { wall, processor };
    if (on) setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    on = false;
  };
}

// What a fit loads when it is first needed: the time of a loader that compiles TypeScript is none of the library's.
await import('ml-kmeans');
await import('ml-distance');
const records = simulate();
const space = { id: 'simulated', dimensions: columns };

/** What {@link fitRouter} and {@link evaluateRouter} tell alike. */
type OnProgress = (progress: { stage: string; completed: number; total: number | null }) => Promise<void>;

/** Runs something long, prints the longest stall in each of its stages, and gives its result and its milliseconds. */
async function measure<Result>(
  what: string,
  run: (onProgress: OnProgress) => Promise<Result>,
): Promise<[Result, number]> {
  let stage = 'start';
  let calls = 0;
  const worst = new Map<string, Stall>();
  const stop = watch(({ wall, processor }) => {
    const known = worst.get(stage) ?? { wall: 0, processor: 0 };
    worst.set(stage, { wall: Math.max(known.wall, wall), processor: Math.max(known.processor, processor) });
  });
  const start = performance.now();
  const result = await run(async (progress) => {
    calls++;
    await nextTurn();
    stage = `after ${progress.stage}${progress.completed === progress.total ? ', complete' : ''}`;
  });
  const milliseconds = performance.now() - start;
  await nextTurn();
  await nextTurn();
  stop();
  console.log(`${what}: ${(milliseconds / 1000).toFixed(1)} s, ${calls} calls of onProgress`);
  const worstOf = (key: keyof Stall): number => Math.max(...Array.from(worst.values(), (stall) => stall[key]));
  worst.set('all', { wall: worstOf('wall'), processor: worstOf('processor') });
  for (const [stage, { wall, processor }] of worst) {
    console.log(
      `  ${stage.padEnd(28)} longest stall ${wall.toFixed(0).padStart(5)} ms, processor ${processor.toFixed(0).padStart(5)} ms`,
    );
  }
  return [result, milliseconds];
}

/** Milliseconds from the abort to the rejection. */
async function abortAfter(milliseconds: number): Promise<number> {
  const controller = new AbortController();
  const due = performance.now() + milliseconds;
  const timer = setTimeout(() => {
    controller.abort();
  }, milliseconds);
  let last: FitProgress | undefined;
  try {
    await fitRouter(records, space, {
      clusters,
      signal: controller.signal,
      onProgress: async (progress) => {
        last = progress;
        await nextTurn();
      },
    });
    clearTimeout(timer);
    return 0;
  } catch (error) {
    if (error !== controller.signal.reason) throw error;
    const answered = performance.now() - due;
    console.log(
      `  abort at ${(milliseconds / 1000).toFixed(1)} s (${last?.stage ?? 'start'}): answered after ${answered.toFixed(0)} ms`,
    );
    return answered;
  }
}

const size = `${rows} × ${columns}, ${models.length} models, k = ${clusters}`;
const [router, milliseconds] = await measure(`fit of ${size}`, (onProgress) =>
  fitRouter(records, space, { clusters, onProgress }),
);
await measure(`evaluation of ${size}`, (onProgress) => evaluateRouter(router, records, { onProgress }));
let slowest = 0;
for (let i = 0; i < aborts; i++) slowest = Math.max(slowest, await abortAfter((milliseconds * (i + 0.5)) / aborts));
console.log(`slowest answer to an abort: ${slowest.toFixed(0)} ms (wanted: at most ${longest} ms)`);
