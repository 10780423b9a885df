/**
 * A log in Parquet, profiled where it lies: DuckDB finds each query's nearest centroid and adds up what every model achieved
 * there. Only the sums, clusters × models of them, come back.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DOUBLE, DuckDBInstance, LIST, listValue, type DuckDBConnection } from '@duckdb/node-api';
import type { ClusterStatistics, RouterStatistics, RoutingRecord, Usage } from 'pareto-router';

/** What SQL knows of a log on some centroids. */
export type Profile = Pick<RouterStatistics, 'statistics' | 'clusterSizes' | 'distanceQuantiles'>;

export async function connect(): Promise<DuckDBConnection> {
  return (await DuckDBInstance.create(':memory:')).connect();
}

/** A table's file, as SQL writes it. */
const parquet = (folder: string, table: string): string => `'${join(folder, table).replaceAll("'", "''")}.parquet'`;

/** Writes `embeddings.parquet`, one row a record, and `outcomes.parquet`, one row a record and model. */
export async function writeParquet(
  connection: DuckDBConnection,
  records: readonly RoutingRecord[],
  folder: string,
): Promise<void> {
  await connection.run('CREATE OR REPLACE TABLE new_embeddings (query INTEGER, embedding DOUBLE[])');
  const embeddings = await connection.createAppender('new_embeddings');
  records.forEach(({ embedding }, query) => {
    embeddings.appendInteger(query);
    embeddings.appendList(listValue(Array.from(embedding!)), LIST(DOUBLE));
    embeddings.endRow();
  });
  embeddings.closeSync();

  await connection.run(
    'CREATE OR REPLACE TABLE new_outcomes (query INTEGER, model VARCHAR, score DOUBLE, cost DOUBLE, ' +
      'input_tokens DOUBLE, output_tokens DOUBLE)',
  );
  const outcomes = await connection.createAppender('new_outcomes');
  records.forEach(({ records: scores, usages }, query) => {
    for (const model of new Set([...Object.keys(scores), ...Object.keys(usages ?? {})])) {
      const { cost, input_tokens, output_tokens } = usages?.[model] ?? {};
      outcomes.appendInteger(query);
      outcomes.appendVarchar(model);
      for (const value of [scores[model], cost, input_tokens, output_tokens]) {
        if (value == null) outcomes.appendNull();
        else outcomes.appendDouble(Number(value));
      }
      outcomes.endRow();
    }
  });
  outcomes.closeSync();
  for (const table of ['embeddings', 'outcomes']) {
    await connection.run(`COPY new_${table} TO ${parquet(folder, table)}; DROP TABLE new_${table}`);
  }
}

/** Reads the records of the queries 0, 1, …, `count` − 1. */
export async function readParquet(
  connection: DuckDBConnection,
  folder: string,
  count: number,
): Promise<(RoutingRecord & { embedding: readonly number[] })[]> {
  const result = await connection.runAndReadAll(`
    SELECT CAST(query AS VARCHAR) AS query, any_value(embedding) AS embedding, list(model) AS models, list(score) AS scores,
      list(cost) AS costs, list(input_tokens) AS inputs, list(output_tokens) AS outputs
    FROM (FROM ${parquet(folder, 'embeddings')} WHERE query < ${count})
    JOIN ${parquet(folder, 'outcomes')} USING (query)
    GROUP BY query`);
  return result.getRowObjectsJS().map((row) => {
    const { query, embedding, models, scores, costs, inputs, outputs } = row as unknown as ReadRow;
    const usage = (i: number): Usage => ({
      cost: costs[i],
      input_tokens: inputs[i] == null ? null : Number(inputs[i]),
      output_tokens: outputs[i] == null ? null : Number(outputs[i]),
    });
    return {
      query,
      embedding,
      records: Object.fromEntries(models.map((model, i) => [model, scores[i]])),
      usages: Object.fromEntries(models.map((model, i) => [model, usage(i)])),
    };
  });
}

interface ReadRow {
  readonly query: string;
  readonly embedding: number[];
  readonly models: string[];
  readonly scores: (number | null)[];
  readonly costs: (number | null)[];
  readonly inputs: (number | bigint | null)[];
  readonly outputs: (number | bigint | null)[];
}

/** Runs `profile.sql` over `embeddings.parquet` and `outcomes.parquet`. */
export async function profile(
  connection: DuckDBConnection,
  folder: string,
  centroids: readonly ArrayLike<number>[],
): Promise<Profile> {
  for (const table of ['embeddings', 'outcomes']) {
    await connection.run(`CREATE OR REPLACE TEMP VIEW ${table} AS FROM ${parquet(folder, table)}`);
  }
  await connection.run('CREATE OR REPLACE TEMP TABLE centroids (cluster INTEGER, centroid DOUBLE[])');
  const rows = await connection.createAppender('centroids');
  centroids.forEach((centroid, cluster) => {
    rows.appendInteger(cluster);
    // As a fit rounds them.
    rows.appendList(listValue(Array.from(Float32Array.from(centroid))), LIST(DOUBLE));
    rows.endRow();
  });
  rows.closeSync();

  await connection.run(await readFile(new URL('profile.sql', import.meta.url), 'utf8'));
  const read = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJS();
  const sizes = (await read('FROM cluster_sizes')) as { size: bigint }[];
  const [distances] = (await read('FROM distance_quantiles')) as { quantiles: number[] }[];
  return {
    statistics: (await read('FROM statistics')) as unknown as ClusterStatistics[],
    clusterSizes: sizes.map(({ size }) => size),
    distanceQuantiles: distances!.quantiles,
  };
}
