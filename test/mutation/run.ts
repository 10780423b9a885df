/**
 * Breaks the library line by line (Stryker) and counts which breaks the tests notice:
 *
 *     npm run mutation                         every part: hours
 *     npm run mutation -- policy               one part
 *     npm run mutation -- core src/core/score.ts src/core/profile.ts     some of its files
 *
 * Writes `coverage/mutation/PART*.json` and prints the score of each file, then the survivors. Those that nothing can notice are
 * listed with their reason in `equivalents.md`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parts } from './parts.js';

interface Mutant {
  readonly status: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: { readonly line: number; readonly column: number } };
}

const [chosen, ...files] = process.argv.slice(2);
for (const [part, { mutate }] of Object.entries(parts)) {
  if (chosen !== undefined && chosen !== part) continue;
  const name = [part, ...files.map((file) => basename(file, '.ts'))].join('-');
  const report = `coverage/mutation/${name}.json`;
  mkdirSync('coverage/mutation', { recursive: true });
  const config = {
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'test/mutation/vitest.config.ts' },
    mutate: files.length > 0 ? files : mutate,
    coverageAnalysis: 'perTest',
    ignorePatterns: ['/dist', '/coverage', '/examples', '/test/adapters', '/test/runtimes', '/test/bundlers'],
    // A static mutant (a constant of a module, what a fixture made before the tests) would need all tests.
    ignoreStatic: true,
    tempDirName: 'coverage/mutation/sandbox',
    concurrency: 1,
    timeoutMS: 6_000,
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: report },
  };
  const file = `coverage/mutation/${name}.config.json`;
  writeFileSync(file, JSON.stringify(config));
  const { status } = spawnSync('npx', ['stryker', 'run', file], {
    stdio: 'inherit',
    env: { ...process.env, MUTATED_PART: part },
  });
  if (status !== 0) process.exit(status ?? 1);
  print(report);
}

function print(report: string): void {
  const { files } = JSON.parse(readFileSync(report, 'utf8')) as {
    files: Record<string, { mutants: Mutant[]; source: string }>;
  };
  for (const [name, { mutants, source }] of Object.entries(files)) {
    const count = (...statuses: string[]): number => mutants.filter(({ status }) => statuses.includes(status)).length;
    const caught = count('Killed', 'Timeout');
    const missed = count('Survived', 'NoCoverage');
    const score = ((100 * caught) / (caught + missed)).toFixed(1);
    console.log(
      `${name.padEnd(34)} ${score.padStart(5)} %  ${caught} killed, ${missed} survived, ${count('Ignored')} static`,
    );
    const lines = source.split('\n');
    for (const { status, mutatorName, replacement, location } of mutants) {
      if (status !== 'Survived' && status !== 'NoCoverage') continue;
      const { line, column } = location.start;
      const put = replacement?.replaceAll(/\s+/g, ' ').slice(0, 60) ?? '';
      console.log(
        `  ${line}:${column} ${status} ${mutatorName} → ${put}    | ${lines[line - 1]!.trim().slice(0, 100)}`,
      );
    }
  }
}
