/**
 * Fits a router, shows what it chooses and what that costs, saves it and loads it back; then judges one on real records.
 *
 *     npm run quickstart                                    simulated records, made on the spot, then bundled real ones
 *     npm run quickstart -- --rule paper                    the paper's settings
 *     npm run quickstart -- --input records.jsonl           your own evaluation records, one JSON object a line
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  alphaFor,
  evaluateRouter,
  fitRouter,
  hashingEmbedder,
  paperSettings,
  referenceSettings,
  Router,
  splitRecords,
  tradeoffCurve,
  type RouteDecision,
  type RoutingRecord,
} from 'pareto-router';
import { oneOf, parseArguments, seed, text, type Values } from './command-line.js';
import { count, dollars, percent } from './figures.js';
import { readJsonl } from './jsonl.js';
import { readSample } from './read-sample.js';
import { byLine } from './records-file.js';
import { starred } from './report/evaluated.js';
import { gainBar, gainInWords, headline, sentenceOf } from './report/verdict.js';
import { sampleRecords } from './sample.js';
import { simulateRecords } from './simulated-records.js';
import { bold, plainTable, ProgressBar, run, wrapped } from './terminal.js';

/** The α of the table; without costs there is nothing to trade, and α is 1. */
const tableAlphas = [0, 0.25, 0.39, 0.53, 0.8, 1];
const statePath = fileURLToPath(new URL('output/router.json', import.meta.url));
const kinds = { input: text, rule: oneOf('global', 'paper', 'reference'), seed };
const settingsByRule = { global: {}, paper: paperSettings, reference: referenceSettings };

async function main(): Promise<void> {
  const { input, rule = 'global', seed = 42 } = readArguments();
  const file = input === undefined ? undefined : await readJsonl(input);
  const records: readonly RoutingRecord[] = file?.records ?? simulateRecords();
  const naming = async <T>(some: readonly RoutingRecord[], action: () => T | Promise<T>): Promise<T> =>
    file ? byLine(file, some, action) : action();
  const source =
    input === undefined
      ? `${count(records.length)} simulated evaluation records (the paper's accuracies and costs, invented queries)`
      : `${count(records.length)} evaluation records of ${basename(input)}`;
  const { train, test } = await naming(records, () => splitRecords(records, { trainRatio: 0.7, seed }));

  const embedder = hashingEmbedder();
  const progress = new ProgressBar();
  const options = { ...settingsByRule[rule], seed, onProgress: progress.report };
  const router = await naming(train, () => fitRouter(train, embedder, options)).finally(() => {
    progress.stop();
  });
  const { clusters, nearestClusters } = router.toJSON().options;
  console.log(`\n${source}`);
  console.log(
    `${count(train.length)} to fit, ${count(test.length)} held out · ${clusters} clusters, ${nearestClusters} nearest · rule ${rule}\n`,
  );

  const embeddings = await embedder.embed(
    test.map(({ query }) => query),
    {},
  );
  const notRun = modelsNotRun(train, router.models);
  const route = (alpha: number): RouteDecision[] =>
    test.map(({ dataset }, i) => router.route(embeddings[i]!, alpha, { exclude: notRun.get(dataset ?? '') ?? [] }));
  const withCosts = router.toJSON().cells.costCount.some((observed) => observed > 0);
  const alphas = withCosts ? tableAlphas : [1];
  const routed = alphas.map((alpha) => ({ alpha, decisions: route(alpha) }));
  const rows = routed.map(({ alpha, decisions }) => measure(`router, α = ${alpha}`, test, (i) => decisions[i]!.model));
  const singles = measureSingles(router, test);
  printComparison(singles, rows);
  for (const [dataset, models] of notRun) {
    if (models.length > 0) console.log(`  Never run on ${dataset}, so never chosen there: ${models.join(', ')}.`);
  }
  printShares(singles, routed);
  await printVerdict(router, test, seed);
  await printSamples(router, test, withCosts ? 0.8 : 1, notRun);
  await saveAndLoad(router, alphas, embeddings);
  if (input === undefined) await printReal(seed);
}

/** The second half: real queries, real answers, a real embedding model, and the verdict of `evaluate`. */
async function printReal(seed: number): Promise<void> {
  const sample = await readSample('zeroeval-10');
  const { train, test } = splitRecords(sampleRecords(sample), { trainRatio: 0.7, seed });
  const { id, dimensions } = sample.embedding;
  const router = await fitRouter(train, { id, dimensions }, { seed });
  console.log(
    `\n\n${count(train.length + test.length)} real queries of GSM8K, CRUXEval and MATH, ten models (examples/data/zeroeval-10)\n` +
      `${count(train.length)} to fit, ${count(test.length)} held out · embeddings of ${id}\n`,
  );
  const curve = await tradeoffCurve(
    router,
    test.map(({ embedding }) => embedding!),
  );
  const routed = [0.1, 0.3, 0.5, 1].map((spend) => {
    const { alpha } = alphaFor(curve, { spend });
    const models = test.map(({ embedding }) => router.route(embedding!, alpha).model);
    return measure(`router, spend ${Math.round(100 * spend)} % (α = ${alpha.toFixed(2)})`, test, (i) => models[i]!);
  });
  printComparison(measureSingles(router, test), routed);
  await printVerdict(router, test, seed);
  console.log('`npm run evaluate -- --sample zeroeval-10` draws the whole dial.');
}

function readArguments(): Values<typeof kinds> {
  const usage = 'usage: npm run quickstart -- [--input records.jsonl] [--rule global|paper|reference] [--seed 42]';
  try {
    const values = parseArguments(kinds, process.argv.slice(2));
    if (values !== 'help') return values;
    console.log(usage);
    process.exit(0);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${usage}`, { cause: error });
  }
}

/**
 * The models that were never run on a dataset. The router leaves out a model that none of the near clusters has seen; where
 * a dataset shares clusters with others, only the app knows that a model is untried there, and says so with a constraint.
 */
function modelsNotRun(records: readonly RoutingRecord[], models: readonly string[]): Map<string, string[]> {
  const datasets = groupBy(records, ({ dataset }) => dataset ?? '');
  return new Map(
    [...datasets].map(([dataset, own]) => [
      dataset,
      models.filter((model) => own.every((record) => (record.records[model] ?? null) === null)),
    ]),
  );
}

interface Measured {
  readonly name: string;
  /** Mean over the datasets of the mean observed score. */
  readonly accuracy: number;
  readonly cost: number;
  /** Chosen answers whose outcome nobody observed: left out, never counted as wrong. */
  readonly unobserved: number;
}

function measure(name: string, test: readonly RoutingRecord[], choose: (i: number) => string): Measured {
  const scores = new Map<string, number[]>();
  let cost = 0;
  let unobserved = 0;
  test.forEach((record, i) => {
    const model = choose(i);
    const score: number | boolean | null | undefined = record.records[model];
    cost += record.usages?.[model]?.cost ?? 0;
    if (score == null) unobserved++;
    else scores.set(record.dataset ?? '', [...(scores.get(record.dataset ?? '') ?? []), Number(score)]);
  });
  return { name, accuracy: mean([...scores.values()].map(mean)), cost, unobserved };
}

/** The most accurate first. */
function measureSingles(router: Router, test: readonly RoutingRecord[]): Measured[] {
  return router.models.map((model) => measure(model, test, () => model)).sort((a, b) => b.accuracy - a.accuracy);
}

/** @param singles - the most accurate first */
function printComparison(singles: readonly Measured[], routed: readonly Measured[]): void {
  const best = singles[0]!;
  const rows = [...singles, ...routed];
  const table = plainTable(
    ['held-out queries', 'accuracy', 'cost', 'of best single'],
    ['left', 'right', 'right', 'right'],
  );
  for (const row of rows) {
    const name = starred(row === best ? `${row.name} (best single)` : row.name, row);
    table.push([name, percent(row.accuracy), best.cost > 0 ? dollars(row.cost) : '–', relativeCost(row, best)]);
  }
  console.log(table.toString());
  for (const { name, unobserved } of rows) {
    if (unobserved > 0)
      console.log(`* ${name} was not run on ${unobserved} of these queries: accuracy and cost leave them out.`);
  }
}

function printShares(
  singles: readonly Measured[],
  routed: readonly { alpha: number; decisions: readonly RouteDecision[] }[],
): void {
  const head = ['share of the queries', ...routed.map(({ alpha }) => `α ${alpha}`)];
  const table = plainTable(head, ['left', ...routed.map(() => 'right' as const)]);
  for (const single of singles) {
    const shares = routed.map(
      ({ decisions }) => decisions.filter((decision) => decision.model === single.name).length / decisions.length,
    );
    table.push([
      starred(single.name, single),
      ...shares.map((share) => (share === 0 ? '·' : share < 0.005 ? '< 1 %' : `${Math.round(100 * share)} %`)),
    ]);
  }
  console.log(`\n${table.toString()}\n`);
}

/** What `npm run evaluate` says, in its words: judged over the whole dial, on queries that were held out. */
async function printVerdict(router: Router, test: readonly RoutingRecord[], seed: number): Promise<void> {
  const evaluation = await evaluateRouter(router, test, { seed });
  const { verdict } = evaluation;
  console.log(`\n${bold(headline(verdict))}`);
  if (verdict) console.log([wrapped(gainInWords(evaluation)), '', ...gainBar(verdict, 60), ''].join('\n'));
  console.log(wrapped(sentenceOf(verdict)));
}

function relativeCost(row: Measured, best: Measured): string {
  return percent(best.cost > 0 ? row.cost / best.cost : null);
}

async function printSamples(
  router: Router,
  test: readonly RoutingRecord[],
  alpha: number,
  notRun: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  console.log(`\nThree of the held-out queries, routed at α = ${alpha}:`);
  for (const { query, dataset } of [test[0]!, test[Math.floor(test.length / 2)]!, test.at(-1)!]) {
    const text = query.replace(/\s+/g, ' ');
    console.log(`\n  ${dataset ?? 'query'}: “${text.length > 90 ? `${text.slice(0, 90)}…` : text}”`);
    for (const line of explain(await router.routeQuery(query, alpha, { exclude: notRun.get(dataset ?? '') ?? [] })))
      console.log(`  ${line}`);
  }
  console.log();
}

function explain({ model, ranking, clusters, excluded, margin, novelty }: RouteDecision): string[] {
  const [winner, runnerUp] = ranking;
  const shown = ({ performance, cost }: typeof winner & {}): string =>
    `expected score ${percent(performance)}${cost === null ? '' : ` at ${dollars(cost)}`}`;
  const lines = [
    `→ ${model}: ${shown(winner)}, from about ${winner.count.toFixed(0)} records around clusters ${clusters.map(({ cluster }) => cluster).join(', ')}`,
  ];
  if (runnerUp) lines.push(`  before ${runnerUp.model}: ${shown(runnerUp)}; ahead by ${margin!.toFixed(3)}`);
  if (excluded.length > 0)
    lines.push(`  no candidates: ${excluded.map(({ model, reason }) => `${model} (${reason})`).join(', ')}`);
  if (novelty !== null)
    lines.push(`  ${percent(novelty)} of the training queries lie nearer to their cluster's centre`);
  return lines;
}

async function saveAndLoad(
  router: Router,
  alphas: readonly number[],
  embeddings: readonly ArrayLike<number>[],
): Promise<void> {
  await mkdir(new URL('output/', import.meta.url), { recursive: true });
  await writeFile(statePath, JSON.stringify(router));
  const text = await readFile(statePath, 'utf8');
  const loaded = Router.fromJSON(JSON.parse(text) as unknown);
  const agree = alphas.every((alpha) => {
    return (
      JSON.stringify(loaded.routeBatch(embeddings, alpha)) === JSON.stringify(router.routeBatch(embeddings, alpha))
    );
  });
  if (!agree) throw new Error('the loaded router decides differently');
  console.log(
    `Saved to examples/output/router.json (${count(Math.round(text.length / 1000))} kB) and loaded back: ` +
      `all ${count(alphas.length * embeddings.length)} decisions agree.`,
  );
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

run(main);
