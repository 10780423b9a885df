import { existsSync } from 'node:fs';

/** Before a run: says once what a fresh clone lacks, in place of every test that would fail without it. */
export default function requireBuild(): void {
  if (existsSync(new URL('../dist/index.js', import.meta.url))) return;
  const message =
    'There is no dist: run `npm run build` first. Examples, guides, README and package are tested against it.';
  const [, ...named] = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
  if (named.length === 0) throw Object.assign(new Error(message), { stack: message });
  console.warn(message); // the files that were named may do without
}
