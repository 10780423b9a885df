/**
 * Fits on one part of some evaluation records and measures on the rest: tables here, report.json, report.md and report.html in a
 * folder. `npm run evaluate -- --help` lists the options.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  describeRouter,
  evaluateRouter,
  fitRouter,
  RouterError,
  tradeoffCurve,
  type FitOptions,
  type Router,
  type RoutingRecord,
} from 'pareto-router';
import { alphaOf, help, readArguments, type Arguments } from './evaluate/arguments.js';
import { modelsOf, readInput, splitInput, type Input, type Parts } from './evaluate/input.js';
import { measureLadders } from './evaluate/ladder.js';
import { prepareOutput, type Output } from './evaluate/output.js';
import { terminalReport } from './evaluate/terminal-report.js';
import { count } from './figures.js';
import type { Evaluated } from './report/evaluated.js';
import { htmlReport } from './report/html.js';
import { markdownReport } from './report/markdown.js';
import { ProgressBar, run } from './terminal.js';

async function main(): Promise<void> {
  const args = await readArguments(process.argv.slice(2));
  if (args === 'help') {
    console.log(help);
    return;
  }
  const alpha = alphaOf(args);
  const output = await prepareOutput(args);
  const input = await readInput(args);
  const longestLadder = ladderOf(args, modelsOf(input.records, args));
  const parts = await splitInput(input, args);

  const progress = new ProgressBar();
  const { router, evaluated } = await fitAndEvaluate(input, parts, args, alpha, progress).finally(() => {
    progress.stop();
  });
  const { options } = router.toJSON();
  const settings =
    `Rule ${options.rule}, estimator ${options.estimator}, ${options.clusters} clusters, ${options.nearestClusters} nearest, ` +
    `shrinkage ${options.shrinkage}, seed ${options.seed}`;
  console.log(terminalReport(evaluated, input.source, `${settings}; ${count(parts.train.length)} to fit`));
  if (longestLadder > 1) {
    console.log();
    for (const line of await measureLadders(router, parts.test, evaluated.alpha, longestLadder)) console.log(line);
  }
  await write(output, router, evaluated, { source: input.source, settings, args });
}

/** @throws Error where there are not as many models */
function ladderOf({ 'max-router': longest = 1 }: Arguments, models: readonly string[]): number {
  if (longest <= Math.max(1, models.length)) return longest;
  throw new Error(`--max-router: expected a whole number from 1 to ${models.length} (the models), got '${longest}'`);
}

async function fitAndEvaluate(
  { embedder, naming }: Input,
  { train, test }: Parts,
  args: Arguments,
  alpha: number | undefined,
  { report }: ProgressBar,
): Promise<{ router: Router; evaluated: Evaluated }> {
  const { seed = 42 } = args;
  const options: FitOptions = {
    seed,
    excludedModels: args['excluded-models'] ?? [],
    onProgress: report,
    ...given('clusters', args.clusters),
    ...given('nearestClusters', args.k),
    ...given('rule', args.rule),
    ...given('estimator', args.estimator),
    ...given('shrinkage', args.shrinkage),
  };
  const router = await naming(train, () => inOptionNames(() => fitRouter(train, embedder, options)));
  return naming(test, async () => {
    const { options, cells } = router.toJSON();
    const marked = alpha ?? (await promisedAlpha(router, test)) ?? options.defaultAlpha;
    const evaluation = await evaluateRouter(router, test, { alpha: marked, seed, onProgress: report });
    const hasCurve = options.rule !== 'reference' && cells.costCount.some((observed) => observed > 0);
    const curve = hasCurve ? await tradeoffCurve(router, test, { onProgress: report }) : null;
    return { router, evaluated: { evaluation, curve, alpha: marked } };
  });
}

/** The α that the verdict's sentence tells of: the cheapest that promises 95 % of the best single model's accuracy. */
async function promisedAlpha(router: Router, test: readonly RoutingRecord[]): Promise<number | null> {
  const { verdict } = await evaluateRouter(router, test, { retain: [0.95], alphas: [], resamples: 1 });
  return verdict?.retention[0]!.alpha ?? null;
}

/** The library's options by the names that they have here. */
const optionNames = {
  'options.nearestClusters': '--k',
  'options.excludedModels': '--excluded-models',
  excludedModels: '--excluded-models',
  'options.': '--',
};

/** Says of an option what the library says of it, by its name on the command line. */
async function inOptionNames<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (!(cause instanceof RouterError)) throw cause;
    const message = Object.entries(optionNames).reduce((text, [name, own]) => text.replace(name, own), cause.message);
    throw message === cause.message ? cause : new Error(message, { cause });
  }
}

/** An option only where it was given: the library has the defaults. */
function given<K extends string, V>(key: K, value: V | undefined): { [name in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [name in K]: V });
}

async function write(
  { folder, clusters }: Output,
  router: Router,
  evaluated: Evaluated,
  { source, settings, args }: { source: string; settings: string; args: Arguments },
): Promise<void> {
  const { evaluation, curve } = evaluated;
  const json = JSON.stringify({ source, settings, arguments: args, evaluation, curve }, null, 1);
  await writeFile(join(folder, 'report.json'), json);
  await writeFile(join(folder, 'report.md'), markdownReport(evaluated, source, settings));
  await writeFile(join(folder, 'report.html'), htmlReport(evaluated, source, settings));
  if (clusters !== undefined)
    await writeFile(clusters, JSON.stringify(describeRouter(router, evaluated.alpha), null, 1));
  const also = clusters === undefined ? '' : `, clusters to ${clusters}`;
  console.log(`\nWrote report.json, report.md and report.html to ${folder}${also}`);
}

run(main);
