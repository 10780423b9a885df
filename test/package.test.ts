import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name: string): string => join(root, 'node_modules/.bin', name);

/** A program of a consumer: fits, saves, loads, routes; `ml-kmeans` is loaded on the way. */
const program = `
const records = Array.from({ length: 40 }, (_, i) => ({
  query: 'query ' + i,
  embedding: [Math.cos(i), Math.sin(i)],
  records: { large: 1, small: i % 2 },
  usages: { large: { cost: 0.01 }, small: { cost: 0.001 } },
}));
const router = await fitRouter(records, { id: 'circle', dimensions: 2 });
const loaded = Router.fromJSON(JSON.parse(JSON.stringify(router)));
console.log(loaded.route([1, 0], 1).model, loaded.route([1, 0], 0).model);
try { loaded.route([1, 0], 2); } catch (error) { console.log(error instanceof RouterError && error.code); }
`;
const output = 'large small\ninvalid_alpha\n';
const names = 'fitRouter, Router, RouterError';

describe('the packed library in an empty project', () => {
  let project: string;

  beforeAll(async () => {
    project = await mkdtemp(join(tmpdir(), 'pareto-router-'));
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', project], { cwd: root });
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
    await writeFile(join(project, 'package.json'), '{ "name": "consumer", "private": true }');
    await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', join(project, filename)], {
      cwd: project,
    });
  }, 120_000);

  afterAll(() => rm(project, { recursive: true, force: true }));

  it('holds what it needs and nothing else', async () => {
    const { stdout } = await run('npm', ['pack', '--json', '--dry-run'], { cwd: root });
    const [{ files, size, unpackedSize }] = JSON.parse(stdout) as [
      { files: { path: string }[]; size: number; unpackedSize: number },
    ];
    const module_ = /^dist\/(index|fit|router|[a-z-]+-[0-9A-Z]{8})\.js(\.map)?$/;
    expect(
      files
        .map(({ path }) => path)
        .filter((path) => !module_.test(path))
        .sort(),
    ).toEqual([
      'CHANGELOG.md',
      'DESIGN.md',
      'LICENSE',
      'README.md',
      'dist/THIRD-PARTY-LICENSES.txt',
      'dist/index.cjs',
      'dist/index.cjs.map',
      'dist/index.d.cts',
      'dist/index.d.ts',
      'package.json',
    ]);
    // Bytes; two thirds are source maps.
    expect(size).toBeLessThan(1_000_000);
    expect(unpackedSize).toBeLessThan(4_400_000);
  });

  it('works as an ES module', async () => {
    await writeFile(join(project, 'app.mjs'), `import { ${names} } from 'pareto-router';\n${program}`);
    expect((await run('node', ['app.mjs'], { cwd: project })).stdout).toBe(output);
  });

  it('works as CommonJS, although ml-kmeans is ESM only', async () => {
    const text = `const { ${names} } = require('pareto-router');\n(async () => {${program}})();`;
    await writeFile(join(project, 'app.cjs'), text);
    expect((await run('node', ['app.cjs'], { cwd: project })).stdout).toBe(output);
  });

  it('fits where a script may not import(), as in Jest', async () => {
    const text = `
const { readFileSync } = require('node:fs');
const { runInThisContext } = require('node:vm');
const script = readFileSync(require.resolve('pareto-router'), 'utf8');
const module_ = { exports: {} };
runInThisContext('(function (exports, require, module) {' + script + '\\n})')(module_.exports, require, module_);
const { ${names} } = module_.exports;
(async () => {${program}})();`;
    await writeFile(join(project, 'vm.cjs'), text);
    expect((await run('node', ['vm.cjs'], { cwd: project })).stdout).toBe(output);
  });

  it.each([
    ['node16', 'module', 'app.mts'],
    ['node16', 'commonjs', 'app.cts'],
    ['bundler', 'module', 'app.mts'],
  ])('compiles and runs in TypeScript (%s resolution, %s)', async (resolution, kind, file) => {
    const folder = join(project, `${resolution}-${kind}`);
    await mkdir(folder);
    const typed = `
import { ${names}, type RouteDecision, type RoutingRecord } from 'pareto-router';
declare const console: { log(...values: unknown[]): void };
const check: RouteDecision<'a'>['model'] = 'a';
export const unused: RoutingRecord<'a'>[] = [{ query: check, records: { a: true } }];
async function main(): Promise<void> {${program}}
void main();
`;
    await writeFile(join(folder, file), typed);
    const compilerOptions = {
      target: 'es2022',
      module: resolution === 'bundler' ? 'esnext' : 'node16',
      moduleResolution: resolution,
      lib: ['es2022', 'dom'],
      types: [],
      strict: true,
      skipLibCheck: false,
      exactOptionalPropertyTypes: true,
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
    await run(bin('tsc'), ['-p', folder]);
    const compiled = join(folder, file.replace('ts', 'js'));
    expect((await run('node', [compiled])).stdout).toBe(output);
  });

  it.each([
    ['ES module', 'first.mjs', `import { fitRouter } from 'pareto-router';`, ''],
    ['CommonJS', 'first.cjs', `const { fitRouter } = require('pareto-router');`, ''],
    ['strict TypeScript', 'first.mts', `import { fitRouter } from 'pareto-router';`, ': readonly string[]'],
  ])('takes a stranger to the first routed query in under 20 lines: %s', async (_, file, importing, type) => {
    const text = `${importing}
const embed = async (texts${type}) => texts.map((text) => (text.includes('+') ? [1, 0] : [0, 1]));
const records = Array.from({ length: 30 }, (_, i) => ({
  query: i < 15 ? i + ' + ' + i : 'capital ' + i,
  records: { large: 1, small: i < 15 ? 0 : 1 },
  usages: { large: { cost: 0.01 }, small: { cost: 0.001 } },
}));
fitRouter(records, embed, { clusters: 2, nearestClusters: 1, shrinkage: 0 })
  .then((router) => router.routeQuery('capital of Peru'))
  .then((decision) => { console.log(decision.model); });
`;
    expect(text.trim().split('\n').length).toBeLessThan(20);
    const folder = join(project, `stranger-${file.replace('.', '-')}`);
    await mkdir(folder);
    await writeFile(join(folder, file), text);
    const started = performance.now();
    if (file.endsWith('.mts')) {
      const options = [
        '--strict',
        '--exactOptionalPropertyTypes',
        '--module',
        'node16',
        '--target',
        'es2022',
        '--lib',
        'es2022,dom',
      ];
      await run(bin('tsc'), [...options, file], { cwd: folder });
    }
    const { stdout } = await run('node', [join(folder, file.replace('.mts', '.mjs'))]);
    expect(stdout).toBe('small\n');
    console.log(`${file}: ${text.trim().split('\n').length} lines, ${(performance.now() - started).toFixed(0)} ms`);
  });

  it('loads neither k-means nor distances for an app that only routes', async () => {
    await rm(join(project, 'node_modules/ml-kmeans'), { recursive: true });
    await rm(join(project, 'node_modules/ml-distance'), { recursive: true });
    await cp(join(root, 'test/fixtures/router-state-v1.json'), join(project, 'state.json'));
    const text = `
import { readFileSync } from 'node:fs';
import { Router } from 'pareto-router';
console.log(Router.fromJSON(JSON.parse(readFileSync('state.json', 'utf8'))).route([1, 0]).model);`;
    await writeFile(join(project, 'load.mjs'), text);
    expect((await run('node', ['load.mjs'], { cwd: project })).stdout).toBe('large\n');
  });
});

describe('the published types and metadata', () => {
  it('satisfy publint', async () => {
    const { stdout } = await run(bin('publint'), ['--strict', root]);
    expect(stdout).toContain('All good!');
  });

  it('satisfy are-the-types-wrong', async () => {
    const { stdout } = await run(bin('attw'), ['--pack', root, '--format', 'ascii', '--no-color']);
    expect(stdout).toContain('No problems found');
  });

  it('mention no type of zod', async () => {
    const declarations = await readFile(join(root, 'dist/index.d.ts'), 'utf8');
    expect(declarations).not.toMatch(/zod|\bz\./i);
    expect(declarations).not.toContain('ml-');
  });
});
