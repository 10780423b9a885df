/**
 * Fits on one part of some evaluation records and measures on the rest: tables here, report.json, report.md and report.html in a
 * folder. `npm run evaluate -- --help` lists the options.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  describeRouter,
  evaluateRouter,
  fitRouter,
  hashingEmbedder,
  splitRecords,
  tradeoffCurve,
  type Embedder,
  type FitOptions,
  type Router,
  type RoutingRecord,
  type ScoringRule,
  type VectorSpace,
} from 'pareto-router';
import { readJsonl } from './jsonl.js';
import type { Evaluated } from './report/charts.js';
import { htmlReport } from './report/html.js';
import { markdownReport, summaryRows } from './report/summary.js';
import { readSample } from './read-sample.js';
import { sampleRecords } from './sample.js';
import { simulateRecords } from './simulated-records.js';
import { count, percent, plainTable, ProgressBar, run } from './terminal.js';

const help = `usage: npm run evaluate -- [options]

  --input FILE                  evaluation records, one JSON object a line (default: simulated records)
  --embeddings FILE             little-endian Float32, row i for line i (default: the hashing embedder)
  --sample zeroeval-10          the real records of examples/data, with their embeddings
  --output FOLDER               for report.json, report.md, report.html (default: examples/output/evaluation)
  --config FILE                 a JSON object of these options without dashes; the command line wins
  --train-ratio R               share of each dataset to fit on (default 0.7)
  --seed N                      of the split, the clustering and the bootstrap (default 42)
  --clusters N                  number of clusters (default 25)
  --k N                         number of nearest clusters (default 3)
  --rule NAME                   global, paper or reference (default global)
  --shrinkage N                 records' worth of a model's overall mean (default 10)
  --performance-weight W        α = W / (W + C), the trade-off that charts and ladders show; without them, the
  --cost-sensitivity C          cheapest that promises 95 % of the best single model's accuracy
  --excluded-models A,B         fit and measure without these models
  --excluded-datasets A,B       see --dataset-exclusion-mode
  --dataset-exclusion-mode M    hard: leave the datasets out; soft: fit on them, do not measure (default hard)
  --max-router N                also measure ladders: how often one of the first N models is right, and what
                                asking all of them costs (default 1: no ladder)
  --export-cluster FILE         write what each cluster knows, as JSON`;

const text = { type: 'string' } as const;
const argumentTypes = {
  input: text,
  embeddings: text,
  sample: text,
  output: text,
  config: text,
  'train-ratio': text,
  seed: text,
  clusters: text,
  k: text,
  rule: text,
  shrinkage: text,
  'performance-weight': text,
  'cost-sensitivity': text,
  'excluded-models': text,
  'excluded-datasets': text,
  'dataset-exclusion-mode': text,
  'max-router': text,
  'export-cluster': text,
  help: { type: 'boolean' },
} as const;

type Arguments = { readonly [name in Exclude<keyof typeof argumentTypes, 'help'>]?: string };

async function main(): Promise<void> {
  const args = await readArguments();
  if (!args) {
    console.log(help);
    return;
  }
  const seed = numberOf(args, 'seed') ?? 42;
  const alpha = alphaOf(args);
  const { records, embedder, source } = await readInput(args);
  const excluded = listOf(args['excluded-datasets']);
  const mode = args['dataset-exclusion-mode'] ?? 'hard';
  if (mode !== 'hard' && mode !== 'soft')
    throw new Error(`--dataset-exclusion-mode: expected hard or soft, got '${mode}'`);
  const kept = mode === 'hard' ? withoutDatasets(records, excluded) : records;
  const { train, test } = splitRecords(kept, {
    trainRatio: numberOf(args, 'train-ratio') ?? 0.7,
    seed,
    trainOnly: mode === 'soft' ? excluded : [],
  });

  const progress = new ProgressBar();
  const { router, evaluated } = await fitAndEvaluate(args, { train, test, embedder, seed, alpha }, progress).finally(
    () => {
      progress.stop();
    },
  );
  const { options } = router.toJSON();
  const settings = `Rule ${options.rule}, ${options.clusters} clusters, ${options.nearestClusters} nearest, shrinkage ${options.shrinkage}, seed ${seed}`;
  print(evaluated, source, `${settings}; ${count(train.length)} to fit`);
  printLadder(router, test, evaluated.alpha, numberOf(args, 'max-router') ?? 1);
  await write(args, router, evaluated, source, settings);
}

async function fitAndEvaluate(
  args: Arguments,
  {
    train,
    test,
    embedder,
    seed,
    alpha,
  }: { train: RoutingRecord[]; test: RoutingRecord[]; seed: number; alpha: number | undefined } & Pick<
    Input,
    'embedder'
  >,
  { report }: ProgressBar,
): Promise<{ router: Router; evaluated: Evaluated }> {
  const options: FitOptions = {
    seed,
    excludedModels: listOf(args['excluded-models']),
    onProgress: report,
    ...given('clusters', numberOf(args, 'clusters')),
    ...given('nearestClusters', numberOf(args, 'k')),
    ...given('rule', args.rule as ScoringRule | undefined),
    ...given('shrinkage', numberOf(args, 'shrinkage')),
  };
  const router = await fitRouter(train, embedder, options);
  const { rule, defaultAlpha } = router.toJSON().options;
  const marked = alpha ?? (await promisedAlpha(router, test)) ?? defaultAlpha;
  const evaluation = await evaluateRouter(router, test, { alpha: marked, seed, onProgress: report });
  const linear = rule !== 'reference';
  const curve = linear ? await tradeoffCurve(router, test, { onProgress: report }) : null;
  return { router, evaluated: { evaluation, curve, alpha: marked } };
}

/** The α that the verdict's sentence tells of: the cheapest that promises 95 % of the best single model's accuracy. */
async function promisedAlpha(router: Router, test: readonly RoutingRecord[]): Promise<number | null> {
  const { verdict } = await evaluateRouter(router, test, { retain: [0.95], alphas: [], resamples: 1 });
  return verdict?.retention[0]!.alpha ?? null;
}

async function readArguments(): Promise<Arguments | undefined> {
  try {
    const { help, ...values } = parseArgs({ options: argumentTypes }).values;
    if (help) return undefined;
    return values.config === undefined ? values : { ...(await readConfig(values.config)), ...values };
  } catch (error) {
    throw new Error(`${(error as Error).message}\nnpm run evaluate -- --help lists the options`, { cause: error });
  }
}

async function readConfig(path: string): Promise<Arguments> {
  const config = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  const entries = Object.entries(config).map(([key, value]) => {
    const name = key.replaceAll('_', '-');
    if (!Object.hasOwn(argumentTypes, name) || name === 'help') throw new Error(`${path}: unknown option '${key}'`);
    return [name, String(value)];
  });
  return Object.fromEntries(entries) as Arguments;
}

interface Input {
  readonly records: readonly RoutingRecord[];
  readonly embedder: Embedder | VectorSpace;
  /** What the figures are of, in words. */
  readonly source: string;
}

async function readInput({ input, embeddings, sample }: Arguments): Promise<Input> {
  if (sample !== undefined) {
    if (input !== undefined || embeddings !== undefined)
      throw new Error('--sample: expected neither --input nor --embeddings beside it');
    const columns = await readSample(sample);
    const records = sampleRecords(columns);
    const { id, dimensions } = columns.embedding;
    return { records, embedder: { id, dimensions }, source: `${count(records.length)} real records of ${sample}` };
  }
  const records: readonly RoutingRecord[] = input === undefined ? simulateRecords() : await readJsonl(input);
  const source =
    input === undefined ? `${count(records.length)} simulated records` : `${count(records.length)} records of ${input}`;
  if (embeddings === undefined) return { records, embedder: hashingEmbedder(), source };
  const bytes = await readFile(embeddings);
  const numbers = new Float32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 4));
  const dimensions = numbers.length / records.length;
  if (!Number.isInteger(dimensions)) {
    throw new Error(
      `${embeddings}: expected a multiple of ${records.length} numbers (one row a record), got ${numbers.length}`,
    );
  }
  const embedded = records.map((record, i) => ({
    ...record,
    embedding: numbers.subarray(i * dimensions, (i + 1) * dimensions),
  }));
  return { records: embedded, embedder: { id: embeddings, dimensions }, source };
}

function withoutDatasets(records: readonly RoutingRecord[], datasets: readonly string[]): readonly RoutingRecord[] {
  for (const name of datasets) {
    if (!records.some(({ dataset }) => dataset === name))
      throw new Error(`--excluded-datasets: no record of '${name}'`);
  }
  return records.filter(({ dataset }) => !datasets.includes(dataset ?? ''));
}

/** The seed system's words: performance weight and cost sensitivity, in any unit. */
function alphaOf(args: Arguments): number | undefined {
  const weight = numberOf(args, 'performance-weight');
  const sensitivity = numberOf(args, 'cost-sensitivity');
  if (weight === undefined && sensitivity === undefined) return undefined;
  if (
    weight === undefined ||
    sensitivity === undefined ||
    !(weight >= 0 && sensitivity >= 0 && weight + sensitivity > 0)
  ) {
    throw new Error('--performance-weight and --cost-sensitivity: expected two numbers ≥ 0 that are not both 0');
  }
  return weight / (weight + sensitivity);
}

function numberOf(args: Arguments, name: keyof Arguments): number | undefined {
  const value = args[name];
  if (value === undefined) return undefined;
  if (value.trim() === '' || Number.isNaN(Number(value)))
    throw new Error(`--${name}: expected a number, got '${value}'`);
  return Number(value);
}

function listOf(value: string | undefined): string[] {
  return (value ?? '').split(',').filter((name) => name !== '');
}

/** An option only where it was given: the library has the defaults. */
function given<K extends string, V>(key: K, value: V | undefined): { [name in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [name in K]: V });
}

function print(evaluated: Evaluated, source: string, settings: string): void {
  const { aiq, zeroRouterAiq, perfGain, costSave, verdict, warnings } = evaluated.evaluation;
  const [head, ...rows] = summaryRows(evaluated);
  const table = plainTable(head!, ['left', 'right', 'right', 'right', 'right', 'right']);
  table.push(...rows);
  console.log(`\n${source}\n${settings}\n\n${table.toString()}\n`);
  const plain = (value: number | null): string => (value === null ? '–' : value.toFixed(4));
  console.log(
    `AIQ ${plain(aiq)} (single models mixed at random: ${plain(zeroRouterAiq)}) · PerfGain ${percent(perfGain)} · CostSave ${percent(costSave)}\n`,
  );
  console.log(verdict?.sentence ?? 'No verdict: too little was observed.');
  for (const { message } of warnings) console.log(`Warning: ${message}`);
}

/** What trying the ranking from the top brings: right when one of the first `length` models is. */
function printLadder(router: Router, test: readonly RoutingRecord[], alpha: number, length: number): void {
  if (length <= 1) return;
  const embedded = test.filter(({ embedding }) => embedding);
  if (embedded.length < test.length) throw new Error('--max-router: ladders need --embeddings');
  for (let rungs = 1; rungs <= length; rungs++) {
    let right = 0;
    let cost = 0;
    for (const { embedding, records, usages } of embedded) {
      const asked = router.route(embedding!, alpha).ranking.slice(0, rungs);
      if (asked.some(({ model }) => Number(records[model] ?? 0) >= 0.5)) right++;
      for (const { model } of asked) cost += usages?.[model]?.cost ?? 0;
    }
    console.log(
      `Ladder of ${rungs}: one is right for ${percent(right / test.length)} of the queries; asking all costs $${cost.toFixed(3)}`,
    );
  }
}

async function write(
  args: Arguments,
  router: Router,
  evaluated: Evaluated,
  source: string,
  settings: string,
): Promise<void> {
  const folder = args.output ?? join(import.meta.dirname, 'output', 'evaluation');
  await mkdir(folder, { recursive: true });
  const { evaluation, curve } = evaluated;
  await writeFile(
    join(folder, 'report.json'),
    JSON.stringify({ source, settings, arguments: args, evaluation, curve }, null, 1),
  );
  await writeFile(join(folder, 'report.md'), markdownReport(evaluated, source, settings));
  await writeFile(join(folder, 'report.html'), htmlReport(evaluated, source, settings));
  const exported = args['export-cluster'];
  if (exported !== undefined)
    await writeFile(exported, JSON.stringify(describeRouter(router, evaluated.alpha), null, 1));
  console.log(
    `\nWrote report.json, report.md and report.html to ${folder}${exported === undefined ? '' : `, clusters to ${exported}`}`,
  );
}

run(main);
