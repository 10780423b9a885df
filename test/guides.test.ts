import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, writeParquet } from '../examples/warehouse/duckdb.js';
import { fitRouter, hashingEmbedder } from '../src/index.js';
import { npyFile } from './npy.js';
import { simulatedRecords } from './support.js';
import { typeErrors } from './type-errors.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
/** Inside the package, so that `import … from 'pareto-router'` finds the built library as it would in an app. */
const folder = join(root, 'test/guides-output');
const guides = [
  'first-router',
  'judging',
  'choosing-alpha',
  'embedders',
  'in-production',
  'from-python',
  'large-logs',
  'reference',
];

/** The `ts` blocks of each guide, read from top to bottom as one program, next to the files that it names. */
describe('the guides', () => {
  beforeAll(async () => {
    await mkdir(folder, { recursive: true });
    const records = simulatedRecords().map(({ embedding: _, ...record }) => record);
    const rows = records.flatMap(({ query, dataset, records: scores, usages }) =>
      (['large', 'small'] as const).map((model) => ({
        query,
        dataset,
        model,
        score: scores[model],
        cost: usages?.[model]?.cost,
      })),
    );
    const jsonl = (values: readonly object[]): string => values.map((value) => JSON.stringify(value)).join('\n');
    await writeFile(join(folder, 'evaluations.jsonl'), jsonl(records));
    await writeFile(join(folder, 'log.jsonl'), jsonl(rows));
    await writeFile(join(folder, 'router.json'), JSON.stringify(await fitRouter(records, hashingEmbedder())));
    const vectors = await hashingEmbedder().embed(
      records.map(({ query }) => query),
      {},
    );
    const embedded = records.map((record, i) => ({ ...record, embedding: vectors[i]! }));
    await writeParquet(await connect(), embedded, folder);
    await cp(join(root, 'examples/warehouse/profile.sql'), join(folder, 'profile.sql'));
    await cp(join(root, 'test/fixtures/formats/balance_metrics.json'), join(folder, 'balance_metrics.json'));
    await writeFile(join(folder, 'cluster_centers.npy'), npyFile(2, 2));
    for (const guide of guides) {
      const text = await readFile(join(root, 'examples/guides', `${guide}.md`), 'utf8');
      const blocks = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block!);
      await writeFile(join(folder, `${guide}.ts`), blocks.join('\n'));
    }
    const extended = { extends: '../tsconfig.json', include: guides.map((guide) => `${guide}.ts`) };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(extended));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('compile', async () => {
    expect(await typeErrors(folder)).toBe('');
  });

  it.each(guides)('%s runs', async (guide) => {
    const { stdout } = await run(join(root, 'node_modules/.bin/tsx'), [`${guide}.ts`], { cwd: folder });
    expect(stdout).not.toBe('');
  });
});
