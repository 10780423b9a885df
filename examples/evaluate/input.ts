import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { hashingEmbedder, splitRecords, type Embedder, type RoutingRecord } from 'pareto-router';
import { inWords, readJsonl } from '../jsonl.js';
import { readSample } from '../read-sample.js';
import { byLine } from '../records-file.js';
import { sampleRecords } from '../sample.js';
import { simulateRecords } from '../simulated-records.js';
import { count } from '../figures.js';
import type { Arguments } from './arguments.js';

/** What is evaluated. */
export interface Input {
  readonly records: readonly RoutingRecord[];
  /** What they are, for the reports; without the path, which is nobody's business. */
  readonly source: string;
  readonly embedder: Embedder | { readonly id: string; readonly dimensions: number };
  /** Runs what reads these records, or some of them, so that an error names the line of a file. */
  readonly naming: <T>(records: readonly RoutingRecord[], action: () => T | Promise<T>) => Promise<T>;
}

/** What is fitted on and what is measured on. */
export interface Parts {
  readonly train: readonly RoutingRecord[];
  readonly test: readonly RoutingRecord[];
}

export async function readInput({ input, embeddings, sample }: Arguments): Promise<Input> {
  if (sample !== undefined) {
    if (input !== undefined || embeddings !== undefined) {
      throw new Error('--sample: expected neither --input nor --embeddings beside it');
    }
    const columns = await readSample(sample);
    const records = sampleRecords(columns);
    const { id, dimensions } = columns.embedding;
    return {
      records,
      source: `${count(records.length)} real records of ${sample}`,
      embedder: { id, dimensions },
      naming: async (_, action) => action(),
    };
  }
  const file = input === undefined ? undefined : await readJsonl(input);
  const records = file?.records ?? simulateRecords();
  if (embeddings !== undefined) await attachEmbeddings(records, embeddings);
  const dimensions = records[0]!.embedding?.length;
  return {
    records,
    source: file
      ? `${count(records.length)} records of ${basename(file.path)}`
      : `${count(records.length)} simulated records`,
    embedder: dimensions === undefined ? hashingEmbedder() : { id: basename(embeddings ?? input!), dimensions },
    naming: async (some, action) => (file ? byLine(file, some, action) : action()),
  };
}

/** In place: a record stays the one whose line is known. */
async function attachEmbeddings(records: readonly RoutingRecord[], path: string): Promise<void> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new Error(`${path}: expected Float32 embeddings, got ${inWords(cause)}`, { cause });
  });
  const dimensions = bytes.length / 4 / records.length;
  if (bytes.length === 0 || !Number.isInteger(dimensions)) {
    const expected = `a multiple of ${records.length} numbers of 4 bytes (one row a record)`;
    throw new Error(`${path}: expected ${expected}, got ${bytes.length} bytes`);
  }
  const numbers = new Float32Array(new Uint8Array(bytes).buffer);
  records.forEach((record, i) => {
    Object.assign(record, { embedding: numbers.subarray(i * dimensions, (i + 1) * dimensions) });
  });
}

/** The models that are evaluated. */
export function modelsOf(records: readonly RoutingRecord[], { 'excluded-models': excluded = [] }: Arguments): string[] {
  const known = new Set(records.flatMap((record) => Object.keys((record.records as object | undefined) ?? {})));
  requireKnown('--excluded-models', excluded, known, 'a model');
  const kept = [...known].filter((model) => !excluded.includes(model));
  if (kept.length > 0 || excluded.length === 0) return kept;
  throw new Error('--excluded-models: expected a model to be left, got all of them');
}

/**
 * Fits on some records and measures on others.
 *
 * @throws Error where one of the two would be none
 */
export async function splitInput({ records, naming }: Input, args: Arguments): Promise<Parts> {
  const excluded = args['excluded-datasets'] ?? [];
  requireKnown('--excluded-datasets', excluded, new Set(records.flatMap(({ dataset }) => dataset ?? [])), 'a dataset');
  const isHard = args['dataset-exclusion-mode'] !== 'soft';
  const kept = isHard ? records.filter(({ dataset }) => !excluded.includes(dataset ?? '')) : records;
  const { 'train-ratio': trainRatio = 0.7, seed = 42 } = args;
  const parts = await naming(kept, () => splitRecords(kept, { trainRatio, seed, trainOnly: isHard ? [] : excluded }));
  const { train, test } = parts;
  if (train.length > 0 && test.length > 0) return parts;
  const option = excluded.length > 0 ? '--excluded-datasets' : '--train-ratio';
  throw new Error(
    `${option}: expected records to fit on and others to measure on, got ${train.length} and ${test.length}`,
  );
}

function requireKnown(option: string, names: readonly string[], known: ReadonlySet<string>, what: string): void {
  const stranger = names.find((name) => !known.has(name));
  if (stranger === undefined) return;
  const list = [...known].sort().join(', ') || 'there is none';
  throw new Error(`${option}: expected ${what} of the records (${list}), got '${stranger}'`);
}
