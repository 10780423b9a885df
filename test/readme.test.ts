import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulatedRecords } from './support.js';
import { typeErrors } from './type-errors.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
/** Inside the package, so that `import … from 'pareto-router'` finds the built library as it would in an app. */
const folder = join(root, 'test/readme-output');

/** The README's `ts` blocks, read from top to bottom as one program, next to an `evaluations.jsonl`. */
describe('the README', () => {
  let blocks: string[];

  beforeAll(async () => {
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    blocks = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block!);
    await mkdir(folder, { recursive: true });
    const lines = simulatedRecords().map(({ embedding: _, ...record }) => JSON.stringify(record));
    await writeFile(join(folder, 'evaluations.jsonl'), lines.join('\n'));
    await writeFile(join(folder, 'readme.ts'), blocks.join('\n'));
    const extended = { extends: '../tsconfig.json', include: ['readme.ts'] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(extended));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has code', () => {
    expect(blocks.length).toBeGreaterThan(5);
  });

  it('compiles', async () => {
    expect(await typeErrors(folder)).toBe('');
  });

  it('runs', async () => {
    const { stdout } = await run(join(root, 'node_modules/.bin/tsx'), ['readme.ts'], { cwd: folder });
    expect(stdout).not.toBe('');
  });

  it('shows a start of seven lines', () => {
    expect(blocks[0]!.split('\n').filter(Boolean)).toHaveLength(7);
  });

  it('names every export of the package, types as well', async () => {
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    const listed = new Set([...readme.matchAll(/`(\w+)`/g)].map(([, name]) => name));
    const names = exportsOf(await readFile(join(root, 'src/index.ts'), 'utf8'));
    expect(names).toContain('fitRouter');
    expect(names).toContain('RouteDecision');
    expect(names.filter((name) => !listed.has(name))).toEqual([]);
  });
});

/** The names in the braces of a barrel: `export { a, type B } from …`. */
function exportsOf(barrel: string): string[] {
  return [...barrel.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, list]) =>
    list!
      .split(',')
      .map((name) => name.replace('type ', '').trim())
      .filter((name) => name !== ''),
  );
}
