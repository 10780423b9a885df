/**
 * Runs one contract (`contract.ts`) with the packed library on every runtime that the machine has or npm brings, and prints
 * runtime × result × digests. `npm run test:runtimes`; fails when a contract is broken or digests differ.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import type { ContractResult } from './contract.js';
import type * as Sandbox from './miniflare.js';

const execute = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const tool = (path: string): string => join(here, 'node_modules', path);
const timeout = 240_000;

/** What a runtime says of the contract; `undefined` where it is not on this machine. */
interface Runtime {
  readonly name: string;
  readonly needs: string;
  readonly run: () => Promise<{ version: string; result: ContractResult }>;
}

const project = await mkdtemp(join(tmpdir(), 'runtimes-'));

/** The program as a module; `bundled` with the library in it, else with `import … from 'pareto-router'`. */
async function program(bundled: boolean, report: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `import { runContract } from './contract.ts';\n${report}`, resolveDir: here, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    // The packed library, not the sources beside this file.
    ...(bundled
      ? { alias: { 'pareto-router': join(project, 'node_modules/pareto-router') } }
      : { external: ['pareto-router'] }),
  });
  return outputFiles[0]!.text;
}

/** For Node's `--import`: refuses to compile, as a platform without WebAssembly's SIMD does. */
const withoutSimd = "WebAssembly.Module = function () { throw new WebAssembly.CompileError('no SIMD'); };";

/** Node, Bun and Deno: a file that imports the installed package. */
const commandLine = (name: string, file: string, args: readonly string[] = []): Runtime => ({
  name,
  needs: file,
  async run() {
    const { stdout } = await execute(file, [...args, 'app.mjs'], { cwd: project, timeout });
    const { stdout: version } = await execute(file, ['--version']);
    return { version: version.split(/[\n(]/)[0]!.trim(), result: JSON.parse(stdout) as ContractResult };
  },
});

const workerd: Runtime = {
  name: 'workerd',
  needs: tool('miniflare'),
  async run() {
    const report = 'export default { fetch: async () => Response.json(await runContract()) };';
    const text = await answerOfWorker(await program(true, report));
    await runEdgeWorker();
    const { version } = JSON.parse(await readFile(tool('workerd/package.json'), 'utf8')) as { version: string };
    return { version, result: JSON.parse(text) as ContractResult };
  },
};

/** The example of an edge worker: two directions, of which `large` is better and `small` cheaper. */
async function runEdgeWorker(): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'examples/edge-worker/worker.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    alias: { 'pareto-router': join(project, 'node_modules/pareto-router') },
  });
  for (const [alpha, model] of [
    [1, 'large'],
    [0, 'small'],
  ] as const) {
    const text = await answerOfWorker(outputFiles[0]!.text, JSON.stringify({ embedding: [1, 0], alpha }));
    if ((JSON.parse(text) as { model: string }).model !== model) throw new Error(`the edge worker: ${text}`);
  }
}

async function answerOfWorker(script: string, body: string | null = null): Promise<string> {
  const { Miniflare } = (await import(tool('miniflare/dist/src/index.js'))) as typeof Sandbox;
  const miniflare = new Miniflare({ modules: true, script, compatibilityDate: '2026-01-01' });
  try {
    const response = await miniflare.dispatchFetch('http://localhost/', {
      method: body === null ? 'GET' : 'POST',
      body,
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(text);
    return text;
  } finally {
    await miniflare.dispose();
  }
}

const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

/** @param policy - the page's content security policy */
const chromium = (name: string, policy: string): Runtime => ({
  name,
  needs: chromiumPath ?? '/usr/bin/chromium',
  async run() {
    const report = `
      runContract().then(
        (result) => ({ result, version: navigator.userAgent.match(/Chrom\\w+\\/\\d+/)[0] }),
        (error) => ({ error: String(error) }),
      ).then((answer) => fetch('/result', { method: 'POST', body: JSON.stringify(answer) }));`;
    const script = await program(true, report);
    let settle: (text: string) => void;
    const answered = new Promise<string>((resolve) => (settle = resolve));
    const server = createServer((request, response) => {
      if (request.url === '/result') {
        let text = '';
        request.on('data', (piece) => (text += String(piece)));
        request.on('end', () => {
          settle(text);
          response.end();
        });
      } else {
        response.setHeader('content-security-policy', policy);
        response.setHeader('content-type', request.url === '/app.js' ? 'text/javascript' : 'text/html');
        response.end(request.url === '/app.js' ? script : '<script type="module" src="/app.js"></script>');
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${join(project, 'chromium')}`];
    const browser = spawn(chromiumPath!, [...flags, url], { stdio: 'ignore' });
    const late = setTimeout(() => {
      settle('{"error":"no answer"}');
    }, timeout);
    try {
      const answer = JSON.parse(await answered) as { version: string; result: ContractResult; error?: string };
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer;
    } finally {
      clearTimeout(late);
      const gone = once(browser, 'exit');
      browser.kill();
      await gone;
      server.closeAllConnections();
      server.close();
    }
  },
});

const runtimes: readonly Runtime[] = [
  commandLine('Node, this one', process.execPath),
  ...['20', '22', '24'].flatMap((major) => {
    const node = tool(`node${major}/bin/node`);
    return [
      commandLine(`Node ${major}`, node),
      commandLine(`Node ${major}, no SIMD`, node, ['--import', './without-simd.mjs']),
    ];
  }),
  commandLine('Bun', tool('bun/bin/bun.exe')),
  commandLine('Deno', tool('deno/deno'), ['run', '--no-prompt', '--cached-only', '--node-modules-dir=manual']),
  workerd,
  chromium('Chromium', "script-src 'self' 'wasm-unsafe-eval'"),
  chromium('Chromium, strict CSP', "default-src 'self'"),
];

async function main(): Promise<void> {
  const { stdout } = await execute('npm', ['pack', '--json', '--pack-destination', project], { cwd: root });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  await writeFile(join(project, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }');
  await execute('npm', ['install', '--no-audit', '--no-fund', join(project, filename)], { cwd: project });
  await writeFile(join(project, 'without-simd.mjs'), withoutSimd);
  await writeFile(join(project, 'app.mjs'), await program(false, 'console.log(JSON.stringify(await runContract()));'));

  const digests = new Set<string>();
  let failed = 0;
  let skipped = 0;
  const row = (...cells: readonly string[]): void => {
    console.log(cells.map((cell, i) => cell.padEnd([21, 24, 8, 7, 17, 17][i] ?? 0)).join(' '));
  };
  row('runtime', 'version', 'result', 'kernel', 'states', 'decisions', 'evaluation');
  for (const { name, needs, run } of runtimes) {
    if (!existsSync(needs)) {
      skipped++;
      row(name, '', 'skipped', `there is no ${needs}`);
      continue;
    }
    try {
      const { version, result } = await run();
      const { kernel, states, decisions, evaluation } = result;
      digests.add([states, decisions, evaluation].join());
      row(name, version, 'passed', kernel, states, decisions, evaluation);
    } catch (error) {
      failed++;
      row(name, '', 'FAILED', error instanceof Error ? error.message : String(error));
    }
  }
  if (digests.size > 1) failed++;
  console.log(digests.size === 1 ? 'All digests are the same.' : 'THE DIGESTS DIFFER.');
  console.log(`${runtimes.length - failed - skipped} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed === 0 ? 0 : 1;
}

try {
  await main();
} finally {
  await rm(project, { recursive: true, force: true, maxRetries: 5 });
}
