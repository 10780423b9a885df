/**
 * How long a fit keeps the event loop, and how soon it answers an abort:
 *
 *     npx tsx test/load/stall.ts                      20,000 × 1,024, k = 100
 *     npx tsx test/load/stall.ts --rows 5000 --columns 256 --clusters 50
 *
 * The fit awaits an `onProgress` that waits for the next turn of the event loop; nothing else lets anybody in. One fit is measured,
 * turn by turn of the loop; then others are aborted, each at a later moment. The answer to an abort is timed from when it was due.
 */
import { parseArgs } from 'node:util';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createRandom } from '../../src/core/random.js';
import { fitRouter, type FitProgress, type RoutingRecord } from '../../src/index.js';

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

/** Simulated: directions around 200 centres, two models. */
function simulate(): RoutingRecord[] {
  const random = createRandom(1);
  const centres = Array.from({ length: 200 }, () => Float32Array.from({ length: columns }, () => random() - 0.5));
  return Array.from({ length: rows }, (_, i) => {
    const centre = centres[i % centres.length]!;
    return {
      query: `query ${i}`,
      dataset: `dataset ${i % 5}`,
      records: { large: random() < 0.8, small: random() < 0.6 },
      usages: { large: { cost: 0.01 }, small: { cost: 0.001 } },
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

async function measure(): Promise<number> {
  let stage = 'start';
  let calls = 0;
  const worst = new Map<string, Stall>();
  const stop = watch(({ wall, processor }) => {
    const known = worst.get(stage) ?? { wall: 0, processor: 0 };
    worst.set(stage, { wall: Math.max(known.wall, wall), processor: Math.max(known.processor, processor) });
  });
  const start = performance.now();
  await fitRouter(records, space, {
    clusters,
    onProgress: async (progress) => {
      calls++;
      await nextTurn();
      stage = `after ${progress.stage}${progress.completed === progress.total ? ', complete' : ''}`;
    },
  });
  const milliseconds = performance.now() - start;
  await nextTurn();
  await nextTurn();
  stop();
  console.log(
    `fit of ${rows} × ${columns}, k = ${clusters}: ${(milliseconds / 1000).toFixed(1)} s, ${calls} calls of onProgress`,
  );
  const worstOf = (key: keyof Stall): number => Math.max(...Array.from(worst.values(), (stall) => stall[key]));
  worst.set('all', { wall: worstOf('wall'), processor: worstOf('processor') });
  for (const [stage, { wall, processor }] of worst) {
    console.log(
      `  ${stage.padEnd(28)} longest stall ${wall.toFixed(0).padStart(5)} ms, processor ${processor.toFixed(0).padStart(5)} ms`,
    );
  }
  return milliseconds;
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

const milliseconds = await measure();
let slowest = 0;
for (let i = 0; i < aborts; i++) slowest = Math.max(slowest, await abortAfter((milliseconds * (i + 0.5)) / aborts));
console.log(`slowest answer to an abort: ${slowest.toFixed(0)} ms (wanted: at most ${longest} ms)`);
