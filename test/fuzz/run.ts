/**
 * Attacks every door of the library with malformed and hostile input, seeded:
 *
 *     npm run fuzz                                    every target with its full number of cases
 *     npm run fuzz -- --seconds 600 --seed 7          as many rounds as fit into ten minutes, each with a seed of its own
 *     npm run fuzz -- --target states --case 123      one case again
 */
import { parseArgs } from 'node:util';
import { Dice } from './dice.js';
import { fuzz, type Finding } from './fuzz.js';
import { targets } from './targets.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seconds: { type: 'string' },
    target: { type: 'string' },
    case: { type: 'string' },
  },
});
const chosen = targets.filter(({ name }) => values.target === undefined || name === values.target);

if (values.case !== undefined) {
  for (const target of chosen) {
    await target.attack(new Dice(Number(values.case)));
    console.log(`${target.name}: case ${values.case} works`);
  }
} else {
  const first = values.seed === undefined ? Date.now() >>> 0 : Number(values.seed);
  const until = values.seconds === undefined ? Infinity : performance.now() + 1000 * Number(values.seconds);
  const findings: Finding[] = [];
  let peak = 0;
  for (let seed = first; seed === first || (Number.isFinite(until) && performance.now() < until); seed++) {
    console.log(`seed ${seed}`);
    for (const target of chosen) {
      const run = await fuzz(target, seed, target.cases, until);
      peak = Math.max(peak, process.memoryUsage().rss);
      findings.push(...run.findings);
      console.log(
        `${run.target.padEnd(20)} ${String(run.cases).padStart(7)} cases, ${run.worked} worked, ` +
          `${(run.milliseconds / 1000).toFixed(1)} s, slowest ${run.slowest.toFixed(1)} ms, ${run.findings.length} findings`,
      );
      const kinds = new Map(
        run.findings.map((finding) => [
          finding.what
            .split('\n')
            .filter((line) => !line.includes('a trap'))
            .slice(0, 2)
            .join(' '),
          finding,
        ]),
      );
      for (const { seed, what } of [...kinds.values()].slice(0, 10))
        console.log(`  case ${seed}: ${what.replaceAll(/(of two lines, )?a trap\n/g, '')}`);
    }
  }
  console.log(`${findings.length} findings, peak memory ${(peak / 2 ** 20).toFixed(0)} MB`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}
