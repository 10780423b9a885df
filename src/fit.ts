import { parseCentroids } from './centroids.js';
import { clusterEmbeddings, type Clustering, type Picture } from './clustering.js';
import { assignToNearest, clusterSizes } from './core/cluster.js';
import { CentroidIndex } from './core/distances.js';
import { arrayOf, countDistinctRows, type Matrix } from './core/matrix.js';
import { distanceQuantiles, leaveOneOutDistance } from './core/novelty.js';
import { sumCells } from './core/profile.js';
import {
  embedQueries,
  parseEmbedder,
  type EmbeddedQueries,
  type Embedder,
  type EmbedderSource,
  type EmbedFunction,
  type VectorSpace,
} from './embedder.js';
import { finish } from './finish.js';
import { parseFitOptions, type Estimator, type FitOptions, type FitSettings, type RemainingModels } from './options.js';
import { readRecords, type RecordSource } from './records.js';
import { requireObservations, type OutcomeTable } from './table.js';
import { Router } from './router.js';
import { canaryTexts, encodeMatrix, quantileCount, writeCells, writePrices, type RouterState } from './state.js';
import { mismatch } from './validation.js';

/**
 * Fits a router from evaluated queries (Avengers-Pro, arXiv 2508.12631, section 2): embeds and clusters them, and takes
 * each cluster's performance and cost profile of every model.
 *
 * Deterministic: the same records (in any order), options and seed give the same state, byte for byte.
 *
 * @param records - one evaluated query each, in memory or streamed
 * @param embedder - an {@link Embedder}, a bare async function `(texts) => vectors`, or `{ id, dimensions }` where every
 * record carries its embedding
 * @param options - all have defaults
 * @returns a router for the models of the records, without the excluded ones
 * @throws RouterError `invalid_records`, `invalid_options`, `invalid_embedding`, `embedder_missing`, `embedder_failed`;
 * the signal's reason when aborted
 * @example
 * const router = await fitRouter(records, embedder, { defaultAlpha: 0.8 });
 * const saved = JSON.stringify(router);
 */
export async function fitRouter<M extends string, const X extends string = never>(
  records: RecordSource<M>,
  embedder: Embedder | EmbedFunction | VectorSpace,
  options: FitOptions<X> = {},
): Promise<Router<RemainingModels<M, X>>> {
  const settings = parseFitOptions(options);
  const source = parseEmbedder(embedder);
  const { signal, onProgress } = settings;
  signal?.throwIfAborted();

  const table = await readRecords(records, {
    ...settings,
    onRecord: (completed, total) => onProgress?.({ stage: 'read', completed, total }),
  });
  requireObservations(table);
  requireEnoughRecords(settings, table.queries.length);
  requireAlphaOfCosts(settings, table);

  const embeddings = await embedQueries(source, table.queries, {
    ...settings,
    onBatch: (completed, total) => onProgress?.({ stage: 'embed', completed, total }),
  });
  const state = await fitTable(table, embeddings, source, settings);
  // Through the same door as a saved state: a router is the same before and after its JSON.
  return Router.fromJSON(state as RouterState<RemainingModels<M, X>>, embedder);
}

/**
 * The second half of a fit: what records that are read and embedded come to.
 *
 * @param table - with a score of every model, and a cost where any model has one
 * @param embeddings - row i of query i of the table
 * @param picture - of these embeddings, where it was made already
 * @throws RouterError `invalid_options` where the embeddings are too few or too much alike for the settings
 */
export async function fitTable(
  table: OutcomeTable,
  embeddings: EmbeddedQueries,
  source: EmbedderSource,
  settings: FitSettings,
  picture?: Picture,
): Promise<RouterState> {
  const clustering = await cluster(embeddings, settings, picture);
  const { centroids, labels } = clustering;
  // Duplicate embeddings may have left fewer clusters than the records promised.
  requireNear(settings.nearestClusters, centroids.rows);
  const cells = sumCells(table.outcomes, labels, centroids.rows);

  return {
    format: 'pareto-router',
    version: 2,
    embedding: {
      id: source.id,
      dimensions: embeddings.dimensions,
      ...(await takeCanary(source, embeddings.dimensions, settings)),
    },
    options: {
      clusters: centroids.rows,
      nearestClusters: settings.nearestClusters ?? Math.min(3, centroids.rows),
      rule: settings.rule,
      estimator: settings.estimator,
      beta: settings.beta,
      shrinkage: settings.shrinkage,
      seed: settings.seed,
      restarts: settings.restarts,
      maxIterations: settings.maxIterations,
      defaultAlpha: settings.defaultAlpha ?? (hasCosts(table) ? 0.7 : 1),
      ...(settings.dimensions !== undefined && { dimensions: settings.dimensions }),
    },
    models: table.models,
    centroids: encodeMatrix(centroids),
    cells: writeCells(cells),
    clusters: {
      size: [...clusterSizes(labels, centroids.rows)],
      distanceQuantiles: [
        ...distanceQuantiles(await heldOutDistances(embeddings, clustering, settings), quantileCount),
      ],
    },
    ...writePrices(table.models, settings.prices),
  };
}

/** Rows of one piece of {@link heldOutDistances}: four of them share each load of a centroid. */
const rowsPerBlock = 64;

/** One cluster per ten records at the most: fewer leave a mean of scores with a standard error above 16 points. */
const recordsPerCluster = 10;

/**
 * Said before anything is embedded: an embedder may cost money.
 *
 * @throws RouterError `invalid_options`
 */
export function requireEnoughRecords(
  { clusters, nearestClusters, estimator, centroids }: FitSettings,
  records: number,
): void {
  const most = mostClusters(records);
  if (!centroids && clusters !== undefined && clusters > most) {
    const expected = `at most ${most} (one per ${recordsPerCluster} records of ${records})`;
    throw mismatch('invalid_options', 'options.clusters', expected, String(clusters));
  }
  requireNear(nearestClusters, centroids?.length ?? clusters ?? defaultClusters(estimator, records));
}

function mostClusters(records: number): number {
  return Math.max(1, Math.floor(records / recordsPerCluster));
}

/** What pools or regresses over all clusters wants many; a mean over few of them wants large ones. */
function defaultClusters(estimator: Estimator, records: number): number {
  return estimator === 'nearest'
    ? Math.min(25, mostClusters(records))
    : Math.max(1, Math.min(100, Math.floor(records / 14)));
}

function requireNear(nearestClusters: number | undefined, clusters: number): void {
  if (nearestClusters === undefined || nearestClusters <= clusters) return;
  const expected = `at most the ${clusters} clusters`;
  throw mismatch('invalid_options', 'options.nearestClusters', expected, String(nearestClusters));
}

async function cluster(embeddings: Matrix, settings: FitSettings, picture: Picture | undefined): Promise<Clustering> {
  const { centroids, restarts, maxIterations, seed, signal, onProgress } = settings;
  if (centroids) {
    requireCount(centroids.length, settings.clusters);
    const given = parseCentroids(centroids, embeddings.columns, 'options.centroids');
    const labels = new Int32Array(embeddings.rows);
    const tell = (completed: number): unknown => onProgress?.({ stage: 'cluster', completed, total: 1 });
    const assignment = assignToNearest(embeddings, given, labels, new Float64Array(embeddings.rows));
    await finish(assignment, signal, () => tell(0));
    await tell(1);
    return { centroids: given, labels };
  }
  const wanted = settings.clusters ?? defaultClusters(settings.estimator, embeddings.rows);
  const distinct = countDistinctRows(embeddings, wanted);
  if (settings.clusters !== undefined && distinct < wanted) {
    const expected = `at most ${distinct}, the number of distinct embeddings`;
    throw mismatch('invalid_options', 'options.clusters', expected, String(wanted));
  }
  return clusterEmbeddings(
    embeddings,
    {
      clusters: distinct,
      restarts,
      maxIterations,
      seed,
      signal,
      onPass: async (completed, total) => {
        await onProgress?.({ stage: 'cluster', completed, total });
      },
    },
    picture,
  );
}

function hasCosts({ outcomes }: OutcomeTable): boolean {
  return outcomes.costs.some((cost) => !Number.isNaN(cost));
}

function requireCount(centroids: number, clusters: number | undefined): void {
  if (clusters === undefined || clusters === centroids || centroids === 0) return;
  const expected = `${centroids}, the number of centroids (or left out)`;
  throw mismatch('invalid_options', 'options.clusters', expected, String(clusters));
}

/** Said before anything is embedded, too. */
function requireAlphaOfCosts({ defaultAlpha }: FitSettings, table: OutcomeTable): void {
  if (defaultAlpha === undefined || defaultAlpha === 1 || hasCosts(table)) return;
  const expected = '1, as no record carries a cost';
  throw mismatch('invalid_options', 'options.defaultAlpha', expected, String(defaultAlpha));
}

/**
 * How far each training query would lie from its nearest centroid had it been held out, so that novelty is calibrated on queries that
 * were; from centroids that were given, and not made of these queries, as far as it does.
 */
async function heldOutDistances(
  embeddings: Matrix,
  { centroids, labels }: Clustering,
  { centroids: given, signal, onProgress }: FitSettings,
): Promise<Float64Array> {
  const { distance } = await import('ml-distance');
  const targets = Array.from({ length: centroids.rows }, (_, j) => arrayOf(centroids, j));
  const sizes = clusterSizes(labels, centroids.rows);
  const index = new CentroidIndex(centroids);
  const k = centroids.rows;
  const squared = new Float64Array(rowsPerBlock * k);
  const heldOut = new Float64Array(labels.length);
  for (let start = 0; start < labels.length; start += rowsPerBlock) {
    signal?.throwIfAborted();
    const end = Math.min(start + rowsPerBlock, labels.length);
    if (!given) index.squaredDistancesOfRows(embeddings, start, end, squared);
    for (let row = start; row < end; row++) {
      const label = labels[row]!;
      const own = distance.euclidean(arrayOf(embeddings, row), targets[label]!);
      let other = Infinity;
      for (let j = 0; j < k; j++) if (j !== label) other = Math.min(other, squared[(row - start) * k + j]!);
      heldOut[row] = given ? own : leaveOneOutDistance(own, sizes[label]!, Math.sqrt(other));
    }
    await onProgress?.({ stage: 'profile', completed: end, total: labels.length });
  }
  return heldOut;
}

async function takeCanary(
  embedder: EmbedderSource,
  dimensions: number,
  settings: FitSettings,
): Promise<Pick<RouterState['embedding'], 'canary'>> {
  if (!embedder.embed) return {};
  const texts = canaryTexts.map((query, i) => ({ query, embedding: undefined, place: `canary text ${i}` }));
  return { canary: encodeMatrix(await embedQueries({ ...embedder, dimensions }, texts, settings)) };
}
