import { createRandom } from '../core/random.js';
import { seed as seedCheck } from '../options.js';
import { policyOf, type Router } from '../router.js';
import { mismatch, parse, partialObject, positiveInteger } from '../validation.js';
import { placeQueries } from './queries.js';

/**
 * Options of {@link compareTraffic}; all may be left out.
 * @example
 * const options: TrafficComparisonOptions = { permutations: 199, seed: 1 };
 * const { pValue } = compareTraffic(router, lastWeek, options);
 */
export interface TrafficComparisonOptions {
  /**
   * Permutations of the test.
   * @default 999
   */
  readonly permutations?: number | undefined;
  /**
   * Seed of the permutations, a whole number from 0 to 4294967295.
   * @default 42
   */
  readonly seed?: number | undefined;
}

/**
 * Traffic now beside that of the fit: plain JSON.
 * @example
 * const { pValue, totalVariation, novel }: TrafficComparison = compareTraffic(router, lastWeek);
 * if (pValue < 0.01 && totalVariation > 0.2) console.log('time to fit again', novel);
 */
export interface TrafficComparison {
  /** Number of queries now. */
  readonly queries: number;
  /** Of each cluster, its share of the training records and of the queries now. */
  readonly clusters: readonly { readonly cluster: number; readonly then: number; readonly now: number }[];
  /** Total variation between the shares, ½ Σ |now − then|: the least share of the traffic that lies elsewhere. 0 … 1. */
  readonly totalVariation: number;
  /** Share of permutations with at least this total variation: small where chance does not explain it. */
  readonly pValue: number;
  /** Mean novelty now: about .5 for queries like those of the fit; `null` in a router without distances. */
  readonly novelty: number | null;
  /** Share of the queries now with a novelty above .95: about .05 for queries like those of the fit; `null` likewise. */
  readonly novel: number | null;
}

/**
 * Is it time to refit? How recent queries spread over the clusters of a router, beside its training records.
 *
 * The test asks whether both are one population: the clusters of all N + n queries are dealt out anew to a training set of N and a
 * traffic of n, many times, and p = (1 + deals with as large a total variation) / (1 + deals). Of the training records only the number in each
 * cluster is known, and no more is needed. It takes queries as independent: many turns of one conversation are not. Large
 * traffic makes any small shift certain, so read the total variation beside p; and new kinds of queries that fall into
 * old clusters are seen by novelty alone.
 *
 * @param embeddings - recent queries, at least one
 * @throws RouterError `invalid_embedding`; `invalid_options`, also for a router that does not know the sizes of its clusters
 * @example
 * const { totalVariation, pValue, novel } = compareTraffic(router, lastWeek);
 */
export function compareTraffic(
  router: Router,
  embeddings: readonly ArrayLike<number>[],
  options: TrafficComparisonOptions = {},
): TrafficComparison {
  const policy = policyOf(router);
  const check = partialObject({ permutations: positiveInteger, seed: seedCheck });
  const { permutations = 999, seed = 42 } = parse(check, options, 'invalid_options', 'options');
  const places = placeQueries(policy, embeddings);
  const { size } = policy.state.clusters;
  const records = size.reduce((sum, count) => sum + count, 0);
  if (records === 0) throw mismatch('invalid_options', 'router', 'known sizes of its clusters', 'none');
  const now = new Float64Array(size.length);
  for (const { cluster } of places) now[cluster]! += 1;

  const observed = totalVariation(size, now);
  const random = createRandom(seed);
  const pool = [...size.flatMap((count, j) => Array<number>(count).fill(j)), ...places.map(({ cluster }) => cluster)];
  const together = size.map((count, j) => count + now[j]!);
  let asLarge = 0;
  for (let deal = 0; deal < permutations; deal++) {
    const dealt = countFirst(pool, places.length, random, size.length);
    const rest = together.map((count, j) => count - dealt[j]!);
    // Sums that are equal on paper may differ in the last bit.
    if (totalVariation(rest, dealt) >= observed - 1e-12) asLarge++;
  }
  const novelties = places.flatMap(({ novelty }) => novelty ?? []);
  const mean = (values: readonly number[]): number | null =>
    values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    queries: places.length,
    clusters: size.map((count, cluster) => ({ cluster, then: count / records, now: now[cluster]! / places.length })),
    totalVariation: observed,
    pValue: (1 + asLarge) / (1 + permutations),
    novelty: mean(novelties),
    novel: mean(novelties.map((novelty) => Number(novelty > 0.95))),
  };
}

/** ½ Σ_j |a_j/Σa − b_j/Σb| */
function totalVariation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const total = (counts: ArrayLike<number>): number => Array.from(counts).reduce((sum, count) => sum + count, 0);
  const [allOfA, allOfB] = [total(a), total(b)];
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += Math.abs(a[j]! / allOfA - b[j]! / allOfB);
  return sum / 2;
}

/** Deals `count` of the labels out by chance (Fisher and Yates, as far as needed): how many of each. Reorders `labels`. */
function countFirst(labels: number[], count: number, random: () => number, kinds: number): Float64Array {
  const counts = new Float64Array(kinds);
  for (let i = 0; i < count; i++) {
    const other = i + Math.floor(random() * (labels.length - i));
    const label = labels[other]!;
    labels[other] = labels[i]!;
    labels[i] = label;
    counts[label]! += 1;
  }
  return counts;
}
