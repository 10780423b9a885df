import { readFile } from 'node:fs/promises';
import {
  names,
  number,
  oneOf,
  parseArguments,
  readValues,
  seed,
  text,
  wholeNumber,
  type Values,
} from '../command-line.js';
import { inWords } from '../jsonl.js';

export const help = `usage: npm run evaluate -- [options]

  --input FILE                  evaluation records (default: simulated records): JSONL, gzip or not, one query a line, or
                                one answer a line as { query, model, score, cost?, dataset? }
  --sample zeroeval-10          the real records of examples/data, with their embeddings
  --embeddings FILE             little-endian Float32, row i for record i (default: the hashing embedder)
  --output FOLDER               for report.json, report.md, report.html (default: examples/output/evaluation)
  --config FILE                 a JSON object of these options without dashes; the command line wins
  --train-ratio R               share of each dataset to fit on (default 0.7)
  --seed N                      of the split, the clustering and the bootstrap (default 42)
  --clusters N                  number of clusters (default: as many as the records allow, at most 100; with the
                                estimator nearest 25)
  --k N                         number of nearest clusters (default 3, at most the clusters)
  --rule NAME                   global, paper, reference or overall (default global)
  --estimator NAME              kernel, linear or nearest (default kernel; nearest with the rules paper and reference)
  --shrinkage N                 records' worth of a model's overall mean (default 10)
  --performance-weight W        α = W / (W + C), the trade-off that is judged; without them, the cheapest α that
  --cost-sensitivity C          promises 95 % of the best single model's accuracy
  --excluded-models A,B         fit and measure without these models
  --excluded-datasets A,B       see --dataset-exclusion-mode
  --dataset-exclusion-mode M    hard: leave the datasets out; soft: fit on them, do not measure (default hard)
  --max-router N                also measure ladders: how often one of the first N models is right, and what
                                asking all of them costs (default 1: no ladder)
  --export-cluster FILE         write what each cluster knows, as JSON
  -h, --help                    this text`;

const nonNegative = number('a number ≥ 0', (value) => value >= 0 && value < Infinity);

const kinds = {
  input: text,
  sample: text,
  embeddings: text,
  output: text,
  config: text,
  'train-ratio': number('a number between 0 and 1', (value) => value > 0 && value < 1),
  seed,
  clusters: wholeNumber(1),
  k: wholeNumber(1),
  rule: oneOf('global', 'paper', 'reference', 'overall'),
  estimator: oneOf('kernel', 'linear', 'nearest'),
  shrinkage: nonNegative,
  'performance-weight': nonNegative,
  'cost-sensitivity': nonNegative,
  'excluded-models': names,
  'excluded-datasets': names,
  'dataset-exclusion-mode': oneOf('hard', 'soft'),
  'max-router': wholeNumber(1),
  'export-cluster': text,
};

export type Arguments = Values<typeof kinds>;

/** The command line over the configuration; `'help'` where that is asked for. */
export async function readArguments(given: readonly string[]): Promise<Arguments | 'help'> {
  const values = withHint(() => parseArguments(kinds, given));
  if (values === 'help' || values.config === undefined) return values;
  return { ...(await readConfig(values.config)), ...values };
}

function withHint<T>(parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new Error(`${(cause as Error).message}\nnpm run evaluate -- --help lists the options`, { cause });
  }
}

async function readConfig(path: string): Promise<Arguments> {
  const json = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Error(`${path}: expected a JSON object of options, got ${inWords(cause)}`, { cause });
  });
  const config = parseJson(path, json.replace(/^\uFEFF/, ''));
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    const got = Array.isArray(config) ? 'an array' : JSON.stringify(config);
    throw new Error(`${path}: expected a JSON object of options, got ${got}`);
  }
  const { config: _, ...configurable } = kinds;
  const given = Object.entries(config).map(([key, value]: [string, unknown]) => {
    const place = `${path}, ${key}`;
    const values: unknown[] = Array.isArray(value) ? value : [value];
    if (!values.every((item) => typeof item === 'string' || typeof item === 'number')) {
      throw new Error(`${place}: expected a string, a number or an array of names, got ${JSON.stringify(value)}`);
    }
    return { name: key.replaceAll('_', '-'), place, text: values.join(',') };
  });
  return readValues(configurable, given);
}

/** @throws Error with the line and column where the text stops to be JSON */
function parseJson(path: string, json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch (cause) {
    const position = /at position (\d+)/.exec((cause as Error).message);
    const before = json.slice(0, position ? Number(position[1]) : json.length).split('\n');
    const place = `line ${before.length}, column ${before.at(-1)!.length + 1}`;
    throw new Error(`${path}, ${place}: expected JSON, got ${(cause as Error).message}`, { cause });
  }
}

/** The seed system's words: performance weight and cost sensitivity, in any unit. */
export function alphaOf(args: Arguments): number | undefined {
  const { 'performance-weight': weight, 'cost-sensitivity': sensitivity } = args;
  if (weight === undefined && sensitivity === undefined) return undefined;
  if (weight === undefined || sensitivity === undefined || weight + sensitivity === 0) {
    const got = `${weight ?? 'none'} and ${sensitivity ?? 'none'}`;
    throw new Error(
      `--performance-weight and --cost-sensitivity: expected two numbers ≥ 0 that are not both 0, got ${got}`,
    );
  }
  return weight / (weight + sensitivity);
}
