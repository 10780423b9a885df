/** Renews a deployed router from last night's log, and publishes the new one only past its gates. See README.md. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  compareRouters,
  compareTraffic,
  evaluateRouter,
  fitRouter,
  Router,
  splitRecords,
  type Embedder,
  type RoutingRecord,
} from 'pareto-router';
import { readJsonl } from '../jsonl.js';

/** What is still the same traffic, and what may be published without a person looking. */
export const limits = {
  /** Refit where more of the traffic than this lies in other clusters than before, and chance does not explain it, … */
  totalVariation: 0.15,
  pValue: 0.01,
  /** … or where more than this is farther out than 95 % of the training queries: .05 is usual. */
  novel: 0.15,
  /** How much AIQ the new router may lose on last night's held-out records: their noise. */
  lostAiq: 0.002,
  /** How many of the decisions may change, and by which factor the expected cost may rise. */
  changed: 0.4,
  costRatio: 1.2,
};

/** What was done, and why: a line of a log. */
export interface Renewal {
  readonly router: Router;
  readonly way: 'withRecords' | 'refit';
  /** Why the new router may not be published; empty where it may. */
  readonly objections: readonly string[];
  readonly sentence: string;
}

/**
 * @param night - evaluated last night, with embeddings; a part of them is held out from the new router and judges both
 * @param log - all evaluated records before
 */
export async function renew(
  deployed: Router,
  night: readonly (RoutingRecord & { embedding: ArrayLike<number> })[],
  log: readonly RoutingRecord[],
  embedder: Embedder | { id: string; dimensions: number },
): Promise<Renewal> {
  const { train, test } = splitRecords(night);
  const embeddings = test.map(({ embedding }) => embedding);

  // Evidence on the same clusters costs milliseconds; only another kind of traffic needs other clusters.
  const traffic = compareTraffic(
    deployed,
    night.map(({ embedding }) => embedding),
  );
  const moved = traffic.totalVariation > limits.totalVariation && traffic.pValue < limits.pValue;
  const way = moved || (traffic.novel ?? 0) > limits.novel ? 'refit' : 'withRecords';
  // As many clusters as the longer log allows; the rest as it was.
  const { clusters: _, ...options } = deployed.toJSON().options;
  const refit = (): Promise<Router> => fitRouter([...log, ...train], embedder, options);
  const router = await (way === 'refit' ? refit() : deployed.withRecords(train));

  // Both routers on the same records, which neither has seen.
  const [before, after] = [await evaluateRouter(deployed, test), await evaluateRouter(router, test)];
  const { changed, a, b } = compareRouters(deployed, router, embeddings);
  const objections: string[] = [];
  const object = (isWrong: boolean, objection: string): unknown => isWrong && objections.push(objection);
  object(after.verdict?.answer === 'does_not_pay', `routing does not pay: ${after.verdict?.sentence}`);
  const lost = (before.aiq ?? 0) - (after.aiq ?? 0);
  object(lost > limits.lostAiq, `AIQ falls by ${lost.toFixed(4)}`);
  object(changed > limits.changed, `${(100 * changed).toFixed(0)} % of the decisions change`);
  const ratio = (b.cost ?? 0) / (a.cost ?? 1);
  object(ratio > limits.costRatio, `the expected cost rises to ${ratio.toFixed(2)} times what it was`);
  return { router, way, objections, sentence: after.verdict?.sentence ?? '' };
}

/** One night in a folder of router.json, log.jsonl and night.jsonl: puts the new router in the place of the old one. */
export async function renewFolder(folder: string, embedder: Embedder): Promise<Renewal> {
  const file = join(folder, 'router.json');
  const deployed = Router.fromJSON(JSON.parse(await readFile(file, 'utf8')), embedder);
  await deployed.verifyEmbedder();
  const [{ records: log }, { records }] = await Promise.all([
    readJsonl(join(folder, 'log.jsonl')),
    readJsonl(join(folder, 'night.jsonl')),
  ]);
  const vectors = await embedder.embed(
    records.map(({ query }) => query),
    {},
  );
  const night = records.map((record, i) => ({ ...record, embedding: vectors[i]! }));
  const renewal = await renew(deployed, night, log, embedder);
  if (renewal.objections.length === 0) {
    // A rename is all or nothing: a server that loads the file meanwhile gets the one or the other.
    await writeFile(`${file}.new`, JSON.stringify(renewal.router));
    await rename(`${file}.new`, file);
  }
  return renewal;
}
