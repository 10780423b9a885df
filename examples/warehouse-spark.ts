/**
 * A simulated log in Parquet, profiled in three ways: a sample of it in process, all of it in DuckDB on the sample's
 * clusters, and all of it in Spark, clusters too. What each takes, and how the routers do on the same held-out queries.
 *
 *     npm run warehouse:spark                          20,000 × 256; the first time with 800 MB of Python packages
 *     npm run warehouse:spark -- --rows 1000000
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { evaluateRouter, fitRouter, routerFromStatistics, type Router, type RouterStatistics } from 'pareto-router';
import { parseArguments, wholeNumber } from './command-line.js';
import { count, fixed } from './figures.js';
import { run, wrapped } from './terminal.js';
import { centroidsOf } from './centroids.js';
import { connect, profile, readParquet } from './warehouse/duckdb.js';
import { install, runPython, type Finished } from './warehouse/environment.js';

const kinds = {
  rows: wholeNumber(2000),
  dimensions: wholeNumber(2),
  sample: wholeNumber(1000),
  clusters: wholeNumber(1),
};
const usage = 'usage: npm run warehouse:spark -- [--rows 20000] [--dimensions 256] [--sample 20000] [--clusters 100]';

async function main(): Promise<void> {
  const values = parseArguments(kinds, process.argv.slice(2));
  if (values === 'help') {
    console.log(usage);
    return;
  }
  const { rows = 20_000, dimensions = 256, sample = Math.min(rows, 20_000), clusters = 100 } = values;
  const unable = await install();
  if (unable) {
    console.log(`Skipped: ${unable.missing}.`);
    return;
  }
  const folder = fileURLToPath(new URL(`output/warehouse-spark/${rows}x${dimensions}`, import.meta.url));
  const log = join(folder, 'log');
  const simulated = await runPython('python', ['simulate.py', folder, String(rows), String(dimensions)]);
  say(
    `${count(rows)} × ${dimensions} simulated records of six models in Parquet, made in ` +
      `${simulated.seconds.toFixed(0)} s. Nothing in them was measured on a model.`,
  );
  const space = { id: `simulated/${dimensions}`, dimensions };
  const connection = await connect();
  const heldOut = await readParquet(connection, join(folder, 'held-out'), 5000);
  const report = async (name: string, router: Router, took: Omit<Finished, 'stdout'>): Promise<void> => {
    const { aiq, verdict } = await evaluateRouter(router, heldOut, { resamples: 1 });
    const memory = Number.isNaN(took.peakBytes) ? '' : `, ${(took.peakBytes / 1e9).toFixed(1)} GB`;
    const processor = Number.isNaN(took.processorSeconds) ? '' : `, ${took.processorSeconds.toFixed(0)} s of processor`;
    const gain = fixed(100 * verdict!.gain.estimate, 2);
    say(
      `${name}: ${took.seconds.toFixed(0)} s${processor}${memory}. On ${count(heldOut.length)} held-out queries ` +
        `AIQ ${aiq!.toFixed(4)}, ${gain} points over the mix.`,
    );
  };

  let stop = watch();
  const records = await readParquet(connection, log, sample);
  const small = await fitRouter(records, space, { clusters });
  await report(`In process, ${count(sample)} of them`, small, stop());

  stop = watch();
  const centroids = centroidsOf(small.toJSON());
  const sums = await profile(connection, log, centroids);
  await report(
    'DuckDB, all, on those clusters',
    routerFromStatistics({ embedding: space, centroids, ...sums }),
    stop(),
  );
  connection.closeSync();

  const output = join(folder, 'statistics.json');
  const configuration = ['--master', 'local-cluster[2,1,4096]', '--driver-memory', '2g', '--executor-memory', '4g'];
  const settings = ['--conf', 'spark.ui.enabled=false', '--conf', 'spark.sql.files.maxPartitionBytes=32m'];
  const program = ['spark.py', log, output, String(clusters), space.id];
  const spark = await runPython('spark-submit', [...configuration, ...settings, ...program]);
  const statistics = JSON.parse(await readFile(output, 'utf8')) as RouterStatistics;
  const parts = Object.entries(JSON.parse(spark.stdout.trim().split('\n').at(-1)!) as Record<string, number>);
  await report('Spark, all, clusters too', routerFromStatistics(statistics), spark);
  say(`Of Spark's seconds: ${parts.map(([name, part]) => `${name} ${part.toFixed(0)}`).join(', ')}.`);
}

/** What this process takes from here on; its memory is the most that it ever held. */
function watch(): () => Omit<Finished, 'stdout'> {
  const started = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    const seconds = (performance.now() - started) / 1000;
    return { seconds, processorSeconds: (user + system) / 1e6, peakBytes: 1024 * process.resourceUsage().maxRSS };
  };
}

const say = (text: string): void => {
  console.log(`\n${wrapped(text)}`);
};

run(main);
