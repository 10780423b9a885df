import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulatedRecords } from '../support.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Against the built package, as a person runs it: `npm test` builds first. */
async function quickstart(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    const tsx = join(root, 'node_modules/.bin/tsx');
    return { code: 0, ...(await promisify(execFile)(tsx, ['examples/quickstart.ts', ...args], { cwd: root })) };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

const rowsOf = (stdout: string): string[] =>
  stdout.split('\n').filter((line) => /\$\d/.test(line) && line.includes('%'));

describe('npm run quickstart', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quickstart-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('compares, explains, saves and loads on simulated records', async () => {
    const { code, stdout, stderr } = await quickstart();
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('2,603 simulated evaluation records');
    const [simulated, real] = stdout.split(/\n(?=2,840 real queries)/) as [string, string];
    const table = rowsOf(simulated).filter((line) => !line.includes('→') && !line.includes('before'));
    // Eight models, the best of them marked, and the router at six α.
    expect(table.filter((line) => line.includes('router, α'))).toHaveLength(6);
    expect(table.filter((line) => !line.includes('router'))).toHaveLength(8);
    expect(simulated.match(/best single\)/g)).toHaveLength(1);
    const costs = table.filter((line) => line.includes('router, α')).map((line) => Number(/\$([\d.]+)/.exec(line)![1]));
    expect(costs).toEqual([...costs].sort((a, b) => a - b));
    expect(stdout).toContain('Never run on τ²-bench, so never chosen there: GPT-5-chat.');
    expect(stdout.match(/^ {2}→ /gm)).toHaveLength(3);
    // 781 held-out queries at six α.
    expect(stdout).toContain('all 4,686 decisions agree');
    const state = JSON.parse(await readFile(join(root, 'examples/output/router.json'), 'utf8')) as { format: string };
    expect(state.format).toBe('pareto-router');
    // Ten models and four settings of the dial, the best single one at the whole of its cost, and the verdict.
    expect(real).toContain('1,988 to fit, 852 held out');
    expect(rowsOf(real).filter((line) => line.includes('router, spend'))).toHaveLength(4);
    expect(rowsOf(real).filter((line) => !line.includes('router'))).toHaveLength(10);
    expect(real).toMatch(/^ \S+ \(best single\) .* 100\.0 %/m);
    expect(simulated).toContain('GPT-5-chat*');
    for (const half of [simulated, real]) expect(half).toMatch(/●/);
    for (const half of [simulated, real]) expect(half).toMatch(/^Routing (pays|does not pay)|^It is unclear/m);
    const widest = Math.max(...stdout.split('\n').map((line) => line.trimEnd().length));
    expect(widest).toBeLessThanOrEqual(120);
  });

  it('does the same on records of a file', async () => {
    const path = join(folder, 'records.jsonl');
    const lines = simulatedRecords().map(({ embedding: _, ...record }) => JSON.stringify(record));
    await writeFile(path, `${lines.join('\n')}\n\n`);
    const { code, stdout } = await quickstart('--input', path, '--rule', 'global', '--seed', '7');
    expect(code).toBe(0);
    expect(stdout).toContain('120 evaluation records of records.jsonl');
    expect(stdout).not.toContain('simulated');
    expect(stdout).toContain('decisions agree');
  });

  it("fits by the paper's settings", async () => {
    const { code, stdout } = await quickstart('--rule', 'paper');
    expect(code).toBe(0);
    expect(stdout).toContain('60 clusters, 4 nearest · rule paper');
  });

  it('says what is wrong with its arguments or its file', async () => {
    const unknown = await quickstart('--topp', '3');
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('--topp: unknown option');
    expect(unknown.stderr).toContain('usage: npm run quickstart');
    expect((await quickstart('--rule', 'best')).stderr).toContain(
      "--rule: expected global, paper or reference, got 'best'",
    );
    const path = join(folder, 'broken.jsonl');
    await writeFile(path, '{"query": "q", "records": {"a": 1}}\n{"query": ');
    const broken = await quickstart('--input', path);
    expect(broken.code).toBe(1);
    expect(broken.stderr).toContain('broken.jsonl, line 2: ');
    expect((await quickstart('-h')).stdout).toContain('usage: npm run quickstart');
  });
});
