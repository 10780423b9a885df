/**
 * Builds an app that only routes, from the packed library, with every bundler, and looks into what came out:
 * it has to route, and no file of it may hold ml-kmeans. `npm run test:bundlers`
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

const execute = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const app = join(here, 'app');
const timeout = 300_000;

/** Its error texts come through every minifier. */
const mark = 'The initial centers should have the same length as K';

interface Build {
  readonly name: string;
  /** Builds, and says where the files are and, where it can be run by itself, which of them is the entry. */
  readonly run: () => Promise<{ folder: string; entry?: string }>;
}

/** A bundler that is called from a script of its own, so that its types need not be here. */
const script = (name: string, text: string): Build => ({
  name,
  async run() {
    const folder = join(app, name.toLowerCase());
    const file = join(app, `${name.toLowerCase()}.build.mjs`);
    await writeFile(file, text);
    await execute(process.execPath, [file], { cwd: app, timeout });
    return { folder, entry: join(folder, 'route.mjs') };
  },
});

const builds: readonly Build[] = [
  script(
    'esbuild',
    `import { build } from 'esbuild';
await build({ entryPoints: ['route.js'], bundle: true, minify: true, format: 'esm', outdir: 'esbuild', outExtension: { '.js': '.mjs' } });`,
  ),
  script(
    'Vite',
    `import { build } from 'vite';
await build({ configFile: false, logLevel: 'error', build: { outDir: 'vite', minify: true, lib: { entry: 'route.js', formats: ['es'], fileName: () => 'route.mjs' } } });`,
  ),
  script(
    'webpack',
    `import webpack from 'webpack';
const stats = await new Promise((resolve, reject) => webpack({
  mode: 'production', target: 'web', entry: './route.js', experiments: { outputModule: true },
  output: { path: import.meta.dirname + '/webpack', filename: 'route.mjs', module: true, library: { type: 'module' } },
}, (error, stats) => (error ? reject(error) : resolve(stats))));
if (stats.hasErrors()) throw new Error(stats.toString());`,
  ),
  {
    name: 'Next.js',
    async run() {
      const next = join(here, 'node_modules/next/dist/bin/next');
      const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' };
      await execute(process.execPath, [next, 'build', app], { cwd: app, timeout, env });
      return { folder: join(app, '.next') };
    },
  },
];

/** An API route on the edge, and a page whose form calls a server action. */
const sources: Record<string, string> = {
  'package.json': '{ "name": "app", "private": true, "type": "module" }',
  'next.config.js': `export default { turbopack: { root: ${JSON.stringify(root)} }, outputFileTracingRoot: ${JSON.stringify(root)} };`,
  'route.js': `
import { Router } from 'pareto-router';
import state from './state.json';
const router = Router.fromJSON(state);
export const route = (embedding, alpha) => router.route(embedding, alpha).model;`,
  'app/layout.js': 'export default ({ children }) => <html><body>{children}</body></html>;',
  'app/page.js': `
import { route } from '../route.js';
async function choose(data) {
  'use server';
  return { model: route([Number(data.get('x')), 1], 0.7) };
}
export default function Page() {
  return <form action={choose}><input name="x" /><button>Route</button></form>;
}`,
  'app/edge/route.js': `
import { route } from '../../route.js';
export const runtime = 'edge';
export const POST = async (request) => Response.json({ model: route((await request.json()).embedding, 0.7) });`,
};

async function setUp(): Promise<void> {
  await rm(app, { recursive: true, force: true });
  for (const [path, text] of Object.entries(sources)) {
    await mkdir(join(app, path, '..'), { recursive: true });
    await writeFile(join(app, path), text);
  }
  await cp(join(root, 'test/fixtures/router-state-v1.json'), join(app, 'state.json'));
  const { stdout } = await execute('npm', ['pack', '--json', '--pack-destination', app], { cwd: root });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  await execute('npm', ['install', '--no-audit', '--no-fund', join(app, filename)], { cwd: app });
}

/** Bytes, gzip, of a file and of all that it imports before it runs; what it imports when it is needed comes on top. */
async function loadedAtFirst(entry: string): Promise<number> {
  const files = new Set([entry]);
  let size = 0;
  for (const file of files) {
    const text = await readFile(file, 'utf8');
    size += gzipSync(text).length;
    for (const [, path] of text.matchAll(/(?:\bfrom|\bimport)\s*"(\.[^"]+)"/g)) files.add(join(dirname(file), path!));
  }
  return size;
}

async function main(): Promise<void> {
  await setUp();
  const library = await readFile(join(app, 'node_modules/ml-kmeans/lib/kmeans.js'), 'utf8');
  if (!library.includes(mark)) throw new Error('ml-kmeans has lost the mark by which it would be found');
  let failed = 0;
  console.log('bundler    result   files  gzip, loaded at first');
  for (const { name, run } of builds) {
    try {
      const { folder, entry } = await run();
      const files = (await readdir(folder, { recursive: true }))
        .filter((file) => /\.m?js$/.test(file) && !file.startsWith('cache'))
        .map((file) => join(folder, file));
      const holders: string[] = [];
      for (const file of files) if ((await readFile(file, 'utf8')).includes(mark)) holders.push(file);
      if (holders.length > 0) throw new Error(`ml-kmeans is in ${holders.join(', ')}`);
      let size = '';
      if (entry !== undefined) {
        const { route } = (await import(pathToFileURL(entry).href)) as {
          route: (embedding: number[], alpha: number) => string;
        };
        if (route([1, 0], 1) !== 'large' || route([1, 0], 0) !== 'small') throw new Error('it routes wrongly');
        size = `${((await loadedAtFirst(entry)) / 1000).toFixed(1)} kB`;
      }
      console.log(name.padEnd(10), 'passed'.padEnd(8), String(files.length).padEnd(6), size);
    } catch (error) {
      failed++;
      console.log(name.padEnd(10), 'FAILED', error instanceof Error ? error.message : String(error));
    }
  }
  console.log(`${builds.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

try {
  await main();
} finally {
  await rm(app, { recursive: true, force: true });
}
