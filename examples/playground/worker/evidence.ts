import {
  hashingEmbedder,
  Router,
  splitRecords,
  type Embedder,
  type RoutingRecord,
  type TokenPrice,
  type VectorSpace,
} from 'pareto-router';
import { byLine, type RecordsFile } from '../../records-file.js';
import { sampleRecords, type Sample } from '../../sample.js';
import { simulateRecords } from '../../simulated-records.js';
import { embedderOf } from '../spaces.js';
import { count, counted } from '../../figures.js';
import { embedRecords, isEmbedded, type Embedded } from './embed.js';
import { readFiles, type Contents } from './files.js';
import type { Progress, Source } from './protocol.js';

/** What was opened, ready to fit on and to judge by. */
export interface Evidence {
  readonly title: string;
  readonly notes: readonly string[];
  readonly train: readonly Embedded[];
  readonly test: readonly Embedded[];
  readonly embedder: Embedder | VectorSpace | undefined;
  readonly prices: Readonly<Record<string, TokenPrice>>;
  /** A saved router, in place of a fit. */
  readonly router: Router | undefined;
  readonly naming: Naming;
}

/** Runs what reads some of the records, so that an error names the line of their file. */
type Naming = <T>(records: readonly RoutingRecord[], action: () => T | Promise<T>) => Promise<T>;
type Report = (progress: Progress) => void;

const nothing: Omit<Evidence, 'title' | 'notes'> = {
  train: [],
  test: [],
  embedder: undefined,
  prices: {},
  router: undefined,
  naming: async (_, action) => action(),
};

export async function readEvidence(source: Source, report: Report): Promise<Evidence> {
  if (source.kind === 'sample') return readSample(source.name, JSON.parse(source.json) as Sample);
  if (source.kind === 'simulated') return readSimulation(report);
  const { log, state } = await readFiles(source.files);
  const router = state && loadRouter(state);
  if (log) return readLog(log, router && { name: state.name, router }, report);
  return {
    ...nothing,
    title: `${state!.name}: a saved router`,
    notes: ['A saved router holds no queries: what you see is what it expects of itself, which flatters it.'],
    router,
  };
}

function readSample(name: string, sample: Sample): Evidence {
  const records = sampleRecords(sample);
  const { id, dimensions } = sample.embedding;
  const { train, test } = splitRecords(records);
  return {
    ...nothing,
    title: `${name}: ${count(records.length)} real queries`,
    notes: [
      'The sample holds embeddings (all-MiniLM-L6-v2) and no texts: a query is its name, such as crux/17.',
      split(train, test),
    ],
    train: train.filter(isEmbedded),
    test: test.filter(isEmbedded),
    embedder: { id, dimensions },
    prices: Object.fromEntries(Object.entries(sample.models).map(([model, { price }]) => [model, price])),
  };
}

async function readSimulation(report: Report): Promise<Evidence> {
  const records: readonly RoutingRecord[] = simulateRecords();
  const { train, test } = splitRecords(records);
  const embedder = hashingEmbedder();
  await embedRecords(records, embedder, report);
  return {
    ...nothing,
    title: `Simulated: ${count(records.length)} queries`,
    notes: [
      'The models’ accuracies and costs are those of the paper; the queries, and who gets which right, are invented.',
      byWords,
      split(train, test),
    ],
    train: train.filter(isEmbedded),
    test: test.filter(isEmbedded),
    embedder,
  };
}

/** @param saved - a router that is judged by all the records, in place of a fit on some of them */
async function readLog(
  log: RecordsFile,
  saved: { readonly name: string; readonly router: Router } | undefined,
  report: Report,
): Promise<Evidence> {
  const { path, records } = log;
  const naming: Naming = (some, action) => byLine(log, some, action);
  const { train, test } = await naming(records, () => splitRecords(records, { trainRatio: saved ? 0 : 0.7 }));
  const space = saved?.router.toJSON().embedding;
  const embedder = space ? embedderOf(space) : hashingEmbedder();
  const missing = records.filter(({ embedding }) => embedding == null).length;
  if (missing > 0 && !embedder) {
    const expected = `embeddings of '${space!.id}' on all records, as this page cannot make them`;
    throw new Error(`${path}: expected ${expected}, got ${count(missing)} without`);
  }
  if (missing > 0) await embedRecords(records, embedder!, report);
  const dimensions = records[0]!.embedding!.length;
  return {
    ...nothing,
    title: saved ? `${saved.name}, judged by ${path}` : `${path}: ${counted(records.length, 'query', 'queries')}`,
    notes: [
      missing === 0 ? `The records hold embeddings of ${count(dimensions)} numbers.` : byWords,
      saved ? 'That the router was fitted on other queries is yours to know.' : split(train, test),
    ],
    train: train.filter(isEmbedded),
    test: test.filter(isEmbedded),
    embedder: missing > 0 ? embedder : { id: `embeddings of ${path}`, dimensions },
    router: saved?.router,
    naming,
  };
}

const byWords = 'Texts are embedded in this page, by their words: a real embedding model may tell more apart.';

function split(train: readonly unknown[], test: readonly unknown[]): string {
  return `${count(train.length)} to fit, ${count(test.length)} held out (70/30 in each dataset, seed 42).`;
}

/** @throws Error that begins with the file */
export async function readRouter(file: File): Promise<Router> {
  const { state } = await readFiles([file]);
  if (state) return loadRouter(state);
  throw new Error(`${file.name}: expected a saved router, got records`);
}

function loadRouter({ name, value }: NonNullable<Contents['state']>): Router {
  try {
    const space = (value as { embedding?: Parameters<typeof embedderOf>[0] }).embedding;
    const embedder =
      typeof space?.id === 'string' && Number.isInteger(space.dimensions) ? embedderOf(space) : undefined;
    return Router.fromJSON(value, embedder);
  } catch (cause) {
    throw new Error(`${name}: ${(cause as Error).message}`, { cause });
  }
}
