/**
 * A log that stays in its warehouse: fits clusters on a quarter of the bundled real records, has DuckDB profile all of them
 * in Parquet, and makes a router of the sums that come back.
 *
 *     npm run warehouse
 */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { evaluateRouter, fitRouter, routerFromStatistics, splitRecords, type Router } from 'pareto-router';
import { count, dollars, fixed, percent } from './figures.js';
import { readSample } from './read-sample.js';
import { sampleRecords } from './sample.js';
import { plainTable, run, wrapped } from './terminal.js';
import { centroidsOf } from './centroids.js';
import { connect, profile, writeParquet } from './warehouse/duckdb.js';

const folder = fileURLToPath(new URL('output/warehouse/', import.meta.url));

async function main(): Promise<void> {
  const sample = await readSample('zeroeval-10');
  const { id, dimensions } = sample.embedding;
  const space = { id, dimensions };
  const { train: log, test } = splitRecords(sampleRecords(sample));
  await mkdir(folder, { recursive: true });
  const connection = await connect();
  await writeParquet(connection, log, folder);
  const sizes = await Promise.all(['embeddings', 'outcomes'].map((name) => stat(join(folder, `${name}.parquet`))));
  say(
    `The log: ${count(log.length)} real queries of zeroeval-10, ${Object.keys(sample.models).length} models, as ` +
      `embeddings.parquet and outcomes.parquet in examples/output/warehouse, ` +
      `${sizes.map(({ size }) => (size / 1e6).toFixed(2)).join(' and ')} MB.`,
  );

  const { train: part } = splitRecords(log, { trainRatio: 0.25 });
  const small = await fitRouter(part, space);
  const centroids = centroidsOf(small.toJSON());
  say(`1. In process: ${centroids.length} clusters, fitted on ${count(part.length)} of them.`);

  const before = performance.now();
  const sums = await profile(connection, folder, centroids);
  const rows = [...sums.statistics];
  const milliseconds = performance.now() - before;
  say(
    `2. In DuckDB: profile.sql over all of them, ${count(rows.length)} rows of sums in ${milliseconds.toFixed(0)} ms. ` +
      `The largest cluster's:`,
  );
  const largest = sums.clusterSizes!.reduce<number>((a, size, j, all) => (size > all[a]! ? j : a), 0);
  const own = rows.filter(({ cluster }) => cluster === largest);
  const table = plainTable(['model', 'count', 'mean score', 'mean cost'], ['left', 'right', 'right', 'right']);
  for (const row of own.sort((a, b) => Number(b.scoreSum) - Number(a.scoreSum))) {
    table.push([
      row.model,
      count(Number(row.count)),
      percent(Number(row.scoreSum) / Number(row.count)),
      dollars(Number(row.costSum) / Number(row.costCount)),
    ]);
  }
  console.log(`\n${table.toString()}`);

  const router = routerFromStatistics({ embedding: space, centroids, ...sums, statistics: rows });
  const direct = await fitRouter(log, space, { centroids });
  const embeddings = test.map(({ embedding }) => embedding!);
  const expected = direct.routeBatch(embeddings);
  const same = router.routeBatch(embeddings).filter(({ model }, i) => model === expected[i]!.model).length;
  say(
    `3. In process: a router of these sums. Beside the fit in process on the same centroids, no sum differs by more than ` +
      `${largestDifference(router, direct).toExponential(0)}, and ${count(same)} of ${count(test.length)} decisions ` +
      `are the same.`,
  );

  const measured = plainTable(['on held-out queries', 'AIQ', 'over the mix, points'], ['left', 'right', 'right']);
  const whole = await fitRouter(log, space);
  for (const [name, fitted] of [
    [`clusters and sums of ${count(part.length)} queries`, small],
    [`clusters of ${count(part.length)}, sums of ${count(log.length)}: the warehouse`, router],
    [`clusters and sums of ${count(log.length)}`, whole],
  ] as const) {
    const { aiq, verdict } = await evaluateRouter(fitted, test, { resamples: 1 });
    measured.push([name, aiq!.toFixed(4), fixed(100 * verdict!.gain.estimate, 1)]);
  }
  console.log(`\n${measured.toString()}`);
}

const say = (text: string): void => {
  console.log(`\n${wrapped(text)}`);
};

function largestDifference(a: Router, b: Router): number {
  const numbers = (router: Router): number[] => {
    const { cells, clusters } = router.toJSON();
    const sums: (readonly number[])[] = Object.values({ ...cells });
    return [...sums.flat(), ...clusters.size, ...clusters.distanceQuantiles!];
  };
  const others = numbers(b);
  return Math.max(...numbers(a).map((value, i) => Math.abs(value - others[i]!)));
}

run(main);
