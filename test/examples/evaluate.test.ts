import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseHTML } from 'linkedom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulatedRecords } from '../support.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Each once for wide and once for narrow screens. */
const charts = [
  'Gain over mixing single models at equal cost',
  'Cost and accuracy of single models and of the router at every α',
  'Accuracy of the router over α',
  'Mean cost of the router over α',
  'Share of the queries that each model takes, over α',
  'Accuracy on each dataset',
];

async function evaluate(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    const tsx = join(root, 'node_modules/.bin/tsx');
    return { code: 0, ...(await promisify(execFile)(tsx, ['examples/evaluate.ts', ...args], { cwd: root })) };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

describe('npm run evaluate', () => {
  let folder: string;
  let input: string;
  let embeddings: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'evaluate-'));
    input = join(folder, 'records.jsonl');
    embeddings = join(folder, 'embeddings.f32');
    const records = simulatedRecords();
    await writeFile(input, records.map(({ embedding: _, ...record }) => JSON.stringify(record)).join('\n'));
    await writeFile(embeddings, Float32Array.from(records.flatMap(({ embedding }) => Array.from(embedding!))));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('writes a report with its charts, in three forms', async () => {
    const output = join(folder, 'report');
    const clusters = join(folder, 'clusters.json');
    const { code, stdout, stderr } = await evaluate(
      ...['--input', input, '--embeddings', embeddings, '--output', output, '--clusters', '5', '--k', '2'],
      ...['--performance-weight', '3', '--cost-sensitivity', '1', '--max-router', '2', '--export-cluster', clusters],
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('Rule global, estimator kernel, 5 clusters, 2 nearest');
    expect(stdout).toMatch(/router, α = 0\.75 /);
    expect(stdout).toContain('Ladder of 2: one is right for ');
    expect(stdout).not.toContain('simulated');

    const report = JSON.parse(await readFile(join(output, 'report.json'), 'utf8')) as {
      evaluation: { queries: number; verdict: { at: { alpha: number }; sentence: string } };
      curve: { measured: boolean };
    };
    // 30 % of three datasets of 40 queries.
    expect(report.evaluation.queries).toBe(36);
    expect(report.evaluation.verdict.at.alpha).toBe(0.75);
    expect(report.curve.measured).toBe(true);
    expect(await readFile(join(output, 'report.md'), 'utf8')).toContain(report.evaluation.verdict.sentence);
    expect(JSON.parse(await readFile(clusters, 'utf8'))).toMatchObject({ alpha: 0.75 });

    const html = await readFile(join(output, 'report.html'), 'utf8');
    const links = [...html.matchAll(/https?:\/\/[^"'\s<)]+/g)].map(([link]) => link);
    expect([...new Set(links)].filter((link) => !link.startsWith('http://www.w3.org/'))).toEqual([
      'https://arxiv.org/abs/2508.12631',
    ]);
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/<(script|link|img)[^>]* (src|href)=/);
    for (const size of ['wide', 'narrow']) expect(titlesOf(html, size)).toEqual(charts);
    expect(html.match(/<tr class="judged"><th scope="row"[^>]*>α = 0\.75, judged/g)).toHaveLength(1);
    expect(stdout).toContain(' ▸ router, α = 0.75 ');
    const page = parseHTML(html).document.querySelector('main')!.textContent;
    expect(parseHTML(html).document.title).not.toContain('/');
    for (const form of [page, stdout, await readFile(join(output, 'report.md'), 'utf8')]) {
      expect(form).toMatch(/Routing pays|Routing does not pay|Unclear/);
      for (const term of ['AIQ', 'PerfGain', 'CostSave', 'oracle', 'best per dataset', 'micro'])
        expect(form).toContain(term);
      expect(form).not.toMatch(/-0\.0|\$[^ ]*e-|[^\w]-\d+\.\d+ (%|points)/);
      if (form !== stdout) expect(form).not.toContain(folder);
    }
  });

  it.runIf(existsSync('/usr/bin/chromium'))('opens in a browser with all charts drawn', async () => {
    const output = join(folder, 'browser');
    expect((await evaluate('--input', input, '--output', output)).code).toBe(0);
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
    const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
    const profile = `--user-data-dir=${join(folder, 'profile')}`;
    const page = `file://${join(output, 'report.html')}`;
    const dom = execFileSync('/usr/bin/chromium', [...flags, ...quiet, profile, '--dump-dom', page], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(titlesOf(dom, 'wide')).toEqual(charts);
    // The script has taken over.
    expect(dom).toContain('role="slider"');
  });

  it('leaves datasets out hard or soft, and reads a configuration that the command line overrides', async () => {
    const config = join(folder, 'config.json');
    await writeFile(config, JSON.stringify({ input, excluded_datasets: 'topic 2', seed: 7, clusters: 99 }));
    const hard = await evaluate('--config', config, '--clusters', '3', '--output', join(folder, 'hard'));
    expect(hard.code).toBe(0);
    // 28 of 40 queries of two datasets are fitted on; soft: and all 40 of the third.
    expect(hard.stdout).toContain('3 clusters, 3 nearest, shrinkage 10, seed 7; 56 to fit');
    const soft = await evaluate(
      ...['--config', config, '--clusters', '3', '--dataset-exclusion-mode', 'soft', '--output', join(folder, 'soft')],
    );
    expect(soft.stdout).toContain('; 96 to fit');
  });

  it('says what is wrong in the words of the command line, before and during the run', async () => {
    const clusters = await evaluate('--input', input, '--k', '99', '--output', join(folder, 'k'));
    expect(clusters).toMatchObject({ code: 1, stdout: '', stderr: '--k: expected at most the 6 clusters, got 99\n' });
    const ladder = await evaluate('--input', input, '--max-router', '99', '--output', join(folder, 'ladder'));
    expect(ladder.stderr).toBe("--max-router: expected a whole number from 1 to 2 (the models), got '99'\n");
  });

  it('judges on the bundled real records', async () => {
    const { code, stdout } = await evaluate('--sample', 'zeroeval-10', '--output', join(folder, 'sample'));
    expect(code).toBe(0);
    expect(stdout).toContain('2,840 real records of zeroeval-10');
    expect(stdout).toContain('; 1,988 to fit');
    expect((await evaluate('--sample', 'nowhere')).stderr).toContain("--sample: expected zeroeval-10, got 'nowhere'");
    const beside = await evaluate('--sample', 'zeroeval-10', '--input', input);
    expect(beside.stderr).toContain('--sample: expected neither --input nor --embeddings beside it');
  });

  it('lists its options', async () => {
    const { code, stdout } = await evaluate('-h');
    expect(code).toBe(0);
    expect(stdout).toContain('--performance-weight');
  });
});

/** The titles of the page's charts, without the figures in them. */
function titlesOf(html: string, size: string): (string | undefined)[] {
  const { document } = parseHTML(html);
  return [...document.querySelectorAll(`.chart.${size} > svg`)].map((chart) =>
    chart.getAttribute('aria-label')?.replace(/:.*/, ''),
  );
}
