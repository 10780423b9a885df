import { createRandom, shuffle } from '../core/random.js';
import { seed as seedCheck } from '../options.js';
import { byCodeUnit, recordCheck, requireKnown, type RoutingRecord } from '../records.js';
import { describe, mismatch, names, parse, partialObject, reading, unitInterval, type Present } from '../validation.js';

/**
 * Options of {@link splitRecords}; all may be left out.
 * @example
 * const options: SplitOptions = { trainRatio: 0.8, seed: 7, testOnly: ['topic 2'] };
 * const { train, test } = splitRecords(records, options);
 */
export interface SplitOptions {
  /**
   * Share of each dataset's distinct queries that goes to `train`, in [0, 1]; rounded to whole queries.
   * @default 0.7
   */
  readonly trainRatio?: number | undefined;
  /**
   * A whole number from 0 to 4294967295.
   * @default 42
   */
  readonly seed?: number | undefined;
  /** Datasets that are held out whole: how well the router does out of its distribution. Each must occur in the records. */
  readonly testOnly?: readonly string[] | undefined;
  /** Datasets that are learnt from and never measured. Each must occur in the records. */
  readonly trainOnly?: readonly string[] | undefined;
}

/**
 * Splits evaluated queries into records to fit on and records to measure on, dataset by dataset (paper, section 3: 70 %
 * and 30 %).
 *
 * Records of one query stay together, in one dataset or in several (the query then counts to the first by code unit), so
 * nothing is measured on what was learnt. Which side a query is on depends on the datasets' sets of queries and the seed,
 * not on the order of the records. Each dataset is cut to whole queries, and what that takes from it, up to half a query,
 * is owed to the next one: so the ratio holds for datasets of one query each, too. Both sides keep the order of the
 * records.
 *
 * Records are checked here as a fit checks them, so a malformed one is named by its place in what was handed in,
 * whichever side it would have come to.
 *
 * @throws RouterError `invalid_records` for a malformed record, or a query of both a `testOnly` and a `trainOnly` dataset;
 * `invalid_options`
 * @example
 * const { train, test } = splitRecords(records, { trainRatio: 0.7 });
 * const router = await fitRouter(train, embedder);
 * const { verdict } = await evaluateRouter(router, test);
 */
export function splitRecords<R extends RoutingRecord>(
  records: readonly R[],
  options: SplitOptions = {},
): { train: R[]; test: R[] } {
  const check = partialObject<Present<SplitOptions>>({
    trainRatio: unitInterval,
    seed: seedCheck,
    testOnly: names,
    trainOnly: names,
  });
  const settings = parse(check, options, 'invalid_options', 'options');
  return reading('invalid_records', 'records', () => split(records, settings));
}

function split<R extends RoutingRecord>(records: readonly R[], settings: SplitOptions): { train: R[]; test: R[] } {
  const { trainRatio = 0.7, seed = 42, testOnly = [], trainOnly = [] } = settings;
  requireRecords(records);
  const datasets = new Set(records.flatMap(({ dataset }) => dataset ?? []));
  requireKnown(testOnly, datasets, 'options.testOnly', 'a dataset of the records');
  requireKnown(trainOnly, datasets, 'options.trainOnly', 'a dataset of the records');

  const held = queriesOf(records, testOnly);
  const learnt = queriesOf(records, trainOnly);
  const train = new Set(learnt);
  const groups = shuffledQueries(records, seed);
  // Else the seed would not decide which of many small datasets are learnt.
  shuffle(groups, createRandom(seed));
  let owed = 0;
  for (const queries of groups) {
    const free = queries.filter((query) => !held.has(query) && !learnt.has(query));
    owed += trainRatio * free.length;
    const learned = Math.round(owed);
    for (const query of free.slice(0, learned)) train.add(query);
    owed -= learned;
  }
  records.forEach(({ query }, i) => {
    if (!held.has(query) || !learnt.has(query)) return;
    const expected = 'a query of testOnly or of trainOnly datasets';
    throw mismatch('invalid_records', `records[${i}].query`, expected, `one of both: ${describe(query)}`);
  });
  return {
    train: records.filter(({ query }) => train.has(query)),
    test: records.filter(({ query }) => !train.has(query)),
  };
}

/** What decides where a record goes. */
type Placed = Pick<RoutingRecord, 'query' | 'dataset'>;

/**
 * The fold of each record in cross-validation, from 0: every fold gets its part of each dataset, and records of one query
 * share theirs.
 *
 * @param folds - at most the number of distinct queries
 */
export function assignFolds(records: readonly Placed[], folds: number, seed: number): number[] {
  const foldOf = new Map<string, number>();
  // Dealt on from dataset to dataset, so that folds differ by one query at the most.
  for (const query of shuffledQueries(records, seed).flat()) foldOf.set(query, foldOf.size % folds);
  return records.map(({ query }) => foldOf.get(query)!);
}

/**
 * Each dataset's distinct queries in a random order that depends on that set of queries and the seed alone; datasets by
 * code unit.
 */
function shuffledQueries(records: readonly Placed[], seed: number): string[][] {
  const datasetOf = new Map<string, string>();
  for (const { query, dataset } of records) {
    const name = dataset ?? '';
    const known = datasetOf.get(query);
    if (known === undefined || name < known) datasetOf.set(query, name);
  }
  const queriesOfDataset = new Map<string, string[]>();
  for (const [query, dataset] of [...datasetOf].sort(([a], [b]) => byCodeUnit(a, b))) {
    const queries = queriesOfDataset.get(dataset);
    if (queries) queries.push(query);
    else queriesOfDataset.set(dataset, [query]);
  }
  return [...queriesOfDataset]
    .sort(([a], [b]) => byCodeUnit(a, b))
    .map(([, queries]) => {
      shuffle(queries, createRandom(seed));
      return queries;
    });
}

function requireRecords(records: unknown): void {
  if (!Array.isArray(records)) throw mismatch('invalid_records', 'records', 'an array of records', describe(records));
  const check = recordCheck();
  for (let i = 0; i < records.length; i++) parse(check, records[i], 'invalid_records', `records[${i}]`);
}

function queriesOf(records: readonly RoutingRecord[], datasets: readonly string[]): Set<string> {
  const chosen = new Set<string | null | undefined>(datasets);
  return new Set(records.filter(({ dataset }) => chosen.has(dataset)).map(({ query }) => query));
}
