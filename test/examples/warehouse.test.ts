import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { fitRouter, routerFromStatistics, type Router, type RoutingRecord } from 'pareto-router';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { centroidsOf } from '../../examples/centroids.js';
import { connect, profile, writeParquet } from '../../examples/warehouse/duckdb.js';

const space = { id: 'warehouse', dimensions: 12 };

/** Numbers in (−1, 1) without a pattern that matters. */
const noise = (i: number): number => Math.sin(i * 12.9898) * Math.cos(i * 78.233);

/** Of any length, with gaps: scores, costs and tokens that were never observed, or are no measurements. */
const records: RoutingRecord[] = Array.from({ length: 400 }, (_, i) => {
  const embedding = Array.from(
    { length: 12 },
    (_, at) => (1 + (i % 7)) * (noise(12 * i + at) + 2 * Number(at === i % 5)),
  );
  const tokens = { input_tokens: 50 + (i % 90), ...(i % 4 > 0 && { output_tokens: 7 * (i % 31) }) };
  return {
    query: `query ${(i * 37) % 400}`,
    embedding,
    records: {
      large: i % 9 > 0,
      ...(i % 3 > 0 && { small: Math.abs(noise(i)) }),
      rare: i % 10 === 0 ? 0.5 : null,
    },
    usages: {
      large: { cost: 0.01 + Math.abs(noise(i + 0.5)) / 100, ...tokens },
      small: { cost: i % 5 === 0 ? -1 : i % 6 === 0 ? Infinity : Math.abs(noise(i + 0.25)) / 1000, output_tokens: 3 },
      ...(i % 20 === 0 && { rare: { cost: i % 40 === 0 ? NaN : 0.02 } }),
    },
  };
});

describe('the warehouse', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'warehouse-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function fromWarehouse(
    log: readonly RoutingRecord[],
    centroids: readonly ArrayLike<number>[],
  ): Promise<Router> {
    const connection = await connect();
    try {
      await writeParquet(connection, log, folder);
      return routerFromStatistics({ embedding: space, centroids, ...(await profile(connection, folder, centroids)) });
    } finally {
      connection.closeSync();
    }
  }

  it('gives the direct fit on the same centroids to 1e-12: sums, sizes, distances, decisions', async () => {
    const sample = await fitRouter(records.slice(0, 150), space);
    // A copy of the first centroid is nobody's nearest: of two that are as near, the first is taken.
    const fitted = centroidsOf(sample.toJSON());
    const centroids = [...fitted, fitted[0]!];
    const router = await fromWarehouse(records, centroids);
    const direct = await fitRouter(records, space, { centroids });

    const { cells, clusters, ...rest } = router.toJSON();
    const expected = direct.toJSON();
    expect({ ...expected, cells, clusters }).toEqual({ ...rest, cells, clusters });
    expect(clusters.size).toEqual(expected.clusters.size);
    expect(clusters.size.at(-1)).toBe(0);
    expectClose(clusters.distanceQuantiles!, expected.clusters.distanceQuantiles!);
    expect(Object.keys(cells).sort()).toEqual(Object.keys(expected.cells).sort());
    for (const [name, values] of Object.entries(cells) as [keyof typeof cells, number[]][]) {
      expectClose(values, expected.cells[name]!);
    }

    for (const alpha of [0, 0.3, 0.7, 1]) {
      const embeddings = records.map(({ embedding }) => embedding!);
      const decisions = router.routeBatch(embeddings, alpha);
      direct.routeBatch(embeddings, alpha).forEach((decision, i) => {
        const own = decisions[i]!;
        expect(own.ranking.map(({ model }) => model)).toEqual(decision.ranking.map(({ model }) => model));
        expect(own.excluded).toEqual(decision.excluded);
        for (const name of ['score', 'performance', 'cost', 'count', 'standardError'] as const) {
          expectClose(
            own.ranking.map((ranked) => ranked[name] ?? -1),
            decision.ranking.map((ranked) => ranked[name] ?? -1),
          );
        }
        expectClose([own.novelty!], [decision.novelty!], 1e-9);
      });
    }
  });

  it('knows no costs where the log has none', async () => {
    const free = records.map((record) => ({ ...record, usages: null }));
    const centroids = [
      [1, ...new Array<number>(11).fill(0)],
      [0, 1, ...new Array<number>(10).fill(0)],
    ];
    const router = await fromWarehouse(free, centroids);
    expect(router.toJSON().cells.costCount).toEqual(
      (await fitRouter(free, space, { centroids })).toJSON().cells.costCount,
    );
    expect(router.route(free[0]!.embedding!)).toMatchObject({ alpha: 1, ranking: [{ cost: null }, {}, {}] });
  });
});

describe('npm run warehouse', () => {
  it('profiles the bundled records in DuckDB', async () => {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const { stdout: text } = await promisify(execFile)(join(root, 'node_modules/.bin/tsx'), ['examples/warehouse.ts'], {
      cwd: root,
    });
    const stdout = text.replace(/\s+/g, ' ');
    expect(stdout).toContain('1,988 real queries of zeroeval-10, 10 models');
    expect(stdout).toContain('852 of 852 decisions are the same');
    const difference = Number(/no sum differs by more than (\S+),/.exec(stdout)![1]);
    expect(difference).toBeLessThan(1e-12);
  });
});

function expectClose(values: readonly number[], expected: readonly number[], within = 1e-12): void {
  expect(values).toHaveLength(expected.length);
  const differences = values.map((value, i) => Math.abs(value - expected[i]!) / Math.max(1, Math.abs(expected[i]!)));
  expect(Math.max(0, ...differences)).toBeLessThan(within);
}
