/**
 * The library under load, with memory watched; against `dist`:
 *
 *     npm run load                        everything, with ten minutes of soak
 *     npm run load -- --minutes 1
 *
 * - threads: 1,000,000 routes in 8 worker threads, each with a router of its own from one JSON. Every decision, in full, is the same
 *   in all of them and in a run without threads, and no thread holds more at its end than after a tenth of its routes.
 * - routers: 10,000 made and dropped leave nothing; 2,000 alive at once decide alike.
 * - soak: fit, save, load, route, over and over. The heap after a collection of garbage does not grow.
 *
 * Ends with exit code 1 where one of these does not hold.
 */
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { fitRouter, Router, type RouterState, type RoutingRecord } from '../../dist/index.js';
import { createRandom } from '../../src/core/random.js';

interface Routed {
  readonly digest: string;
  readonly used: [afterATenth: number, atTheEnd: number];
}

const { routeAll, memoryInUse } = (await import(new URL('route-all.mjs', import.meta.url).href)) as {
  routeAll: (work: { text: string; queries: number; dimensions: number }) => Promise<Routed>;
  memoryInUse: () => Promise<number>;
};
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    routes: { type: 'string', default: '1000000' },
    threads: { type: 'string', default: '8' },
  },
});
const [minutes, routes, threads] = [Number(values.minutes), Number(values.routes), Number(values.threads)];
const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`;
const residentSet = (): string => megabytes(process.memoryUsage().rss);
/** What the heap may differ by between two moments of equal work: code compiled meanwhile, caches of strings. */
const tolerance = 4 * 2 ** 20;

function check(holds: boolean, what: string): void {
  console.log(`  ${holds ? 'holds' : 'FAILS'}: ${what}`);
  if (!holds) process.exitCode = 1;
}

/** Simulated: directions around 60 centres, ten models. */
function simulate(rows: number, dimensions: number, seed: number): RoutingRecord[] {
  const random = createRandom(seed);
  const vector = (): number[] => Array.from({ length: dimensions }, () => random() - 0.5);
  const centres = Array.from({ length: 60 }, vector);
  const models = Array.from({ length: 10 }, (_, model) => `model ${model}`);
  return Array.from({ length: rows }, (_, i) => ({
    query: `query ${seed} ${i}`,
    records: Object.fromEntries(models.map((model, m) => [model, random() < 0.4 + m / 20])),
    usages: Object.fromEntries(models.map((model, m) => [model, { cost: 0.001 * (m + 1) * (0.5 + random()) }])),
    embedding: centres[i % 60]!.map((value) => value + (random() - 0.5) / 2),
  }));
}

async function routeInThreads(): Promise<void> {
  const dimensions = 384;
  const router = await fitRouter(simulate(2000, dimensions, 1), { id: 'simulated', dimensions }, { clusters: 100 });
  const work = { text: JSON.stringify(router), queries: Math.ceil(routes / threads), dimensions };
  console.log(
    `threads: ${threads} × ${work.queries} routes, 100 clusters × ${dimensions}, a state of ${megabytes(work.text.length)}`,
  );
  const start = performance.now();
  const all = await Promise.all(
    Array.from(
      { length: threads },
      () =>
        new Promise<Routed>((resolve, reject) => {
          new Worker(new URL('worker.mjs', import.meta.url), { workerData: work })
            .once('message', resolve)
            .once('error', reject);
        }),
    ),
  );
  const seconds = (performance.now() - start) / 1000;
  console.log(`  ${seconds.toFixed(1)} s, resident set ${residentSet()} with all threads`);
  const alone = await routeAll(work);
  check(
    all.every(({ digest }) => digest === alone.digest),
    `every decision is that of the run without threads: SHA-256 ${alone.digest.slice(0, 16)}…`,
  );
  const growth = Math.max(...all.map(({ used: [early, late] }) => late - early));
  check(growth < tolerance, `no thread holds more at its end than after a tenth: ${megabytes(growth)}`);
}

async function makeAndDropRouters(state: RouterState): Promise<void> {
  const query = Array.from({ length: state.embedding.dimensions }, (_, i) => Math.cos(i));
  const make = (): Router => {
    const router = Router.fromJSON(state);
    router.route(query);
    return router;
  };
  for (let i = 0; i < 200; i++) make();
  const before = await memoryInUse();
  console.log(`routers: 60 clusters × ${query.length}; in use ${megabytes(before)}, resident set ${residentSet()}`);
  for (let i = 0; i < 10_000; i++) make();
  const after = await memoryInUse();
  console.log(`  10,000 made and dropped: in use ${megabytes(after)}, resident set ${residentSet()}`);
  check(after - before < tolerance, `they leave nothing: ${megabytes(after - before)}`);

  await holdManyAlive(make, query);
  const left = await memoryInUse();
  check(left - before < tolerance, `they leave nothing: ${megabytes(left - before)}, resident set ${residentSet()}`);
}

/** A function of its own: what it holds is garbage when it returns. */
async function holdManyAlive(make: () => Router, query: number[]): Promise<void> {
  const before = await memoryInUse();
  const alive = Array.from({ length: 2000 }, make);
  const held = (await memoryInUse()) - before;
  console.log(`  2,000 alive: ${(held / 2000 / 1024).toFixed(0)} kB each, resident set ${residentSet()}`);
  const decision = JSON.stringify(alive[0]!.route(query));
  check(
    alive.every((router) => JSON.stringify(router.route(query)) === decision),
    'all of them decide alike, in turn',
  );
}

async function soak(): Promise<void> {
  const dimensions = 64;
  const rounds: number[] = [];
  const records = simulate(600, dimensions, 3);
  const round = async (seed: number): Promise<void> => {
    const router = await fitRouter(records, { id: 'simulated', dimensions }, { seed, clusters: 30 });
    const loaded = Router.fromJSON(JSON.parse(JSON.stringify(router)));
    for (const { embedding } of records) {
      if (JSON.stringify(loaded.route(embedding!)) !== JSON.stringify(router.route(embedding!))) {
        throw new Error('a loaded router decides otherwise');
      }
    }
  };
  console.log(`soak: ${minutes} minutes of fit, save, load, route (600 × ${dimensions}, 30 clusters, 1,200 routes)`);
  const end = performance.now() + 60_000 * minutes;
  let [done, next] = [0, 0];
  while (performance.now() < end) {
    await round(done++);
    if (performance.now() < next) continue;
    next = performance.now() + 60_000 * Math.min(1, minutes / 10);
    rounds.push(await memoryInUse());
    console.log(
      `  ${String(done).padStart(5)} rounds: in use ${megabytes(rounds.at(-1)!)}, resident set ${residentSet()}`,
    );
  }
  rounds.push(await memoryInUse());
  // The first rounds compile the code; the least of three, as a collection may come upon a fit's last promises.
  const growth = Math.min(...rounds.slice(-3)) - Math.min(...rounds.slice(1, 4));
  check(growth < tolerance, `${done} rounds later the heap is where it was: ${megabytes(growth)}`);
}

await routeInThreads();
const state = (await fitRouter(simulate(900, 256, 2), { id: 'simulated', dimensions: 256 }, { clusters: 60 })).toJSON();
await makeAndDropRouters(state);
await soak();
