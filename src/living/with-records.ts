import { addCells, selectModels, totalOf } from '../core/cells.js';
import { assignToNearest, clusterSizes } from '../core/cluster.js';
import { sumCells } from '../core/profile.js';
import { embedQueries, type EmbedderSource } from '../embedder.js';
import { finish } from '../finish.js';
import { readingOptionsShape, type FitProgress, type TokenPrice } from '../options.js';
import { byCodeUnit, readRecords } from '../records.js';
import { decodeMatrix, readCells, usedDimensions, writeCells, writePrices, type RouterState } from '../state.js';
import { describe, mismatch, parse, partialObject } from '../validation.js';

/**
 * Options of `router.withRecords`; all may be left out.
 * @example
 * const options: EvidenceOptions = { prices, concurrency: 8 };
 * const richer = await router.withRecords(feedback, options);
 */
export interface EvidenceOptions {
  /**
   * USD per million tokens, by model: for records with token counts and no measured cost.
   * @default the router's own prices; those given here come first, and are kept
   */
  readonly prices?: Readonly<Record<string, TokenPrice>> | undefined;
  /**
   * How many embedder calls may be under way at once.
   * @default 4
   */
  readonly concurrency?: number | undefined;
  /** Told how far it has come; a returned promise is awaited. */
  readonly onProgress?: ((progress: FitProgress) => unknown) | undefined;
  /** Aborts, with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A state with the evidence of more records: each is embedded, goes to its nearest centroid, and its outcomes are added to the sums there.
 * Centroids stay where the fit put them, and so do the distances that novelty is read from: they are the geometry, which only another
 * fit knows anew.
 *
 * @throws RouterError `invalid_records`, `invalid_options`, `invalid_embedding`, `embedder_missing`, `embedder_failed`
 */
export async function withRecords(
  state: RouterState,
  embedder: EmbedderSource,
  records: unknown,
  options: unknown,
): Promise<RouterState> {
  const given = parse(partialObject(readingOptionsShape<FitProgress>()), options, 'invalid_options', 'options');
  const { concurrency = 4, signal, onProgress } = given;
  signal?.throwIfAborted();
  const prices: Record<string, TokenPrice> = { ...(state.prices as EvidenceOptions['prices']), ...given.prices };
  const table = await readRecords(records, {
    prices,
    signal,
    onRecord: (completed, total) => onProgress?.({ stage: 'read', completed, total }),
  });
  const models = [...new Set([...state.models, ...table.models])].sort(byCodeUnit);
  const embeddings = await embedQueries(embedder, table.queries, {
    concurrency,
    dimensions: state.options.dimensions,
    signal,
    onBatch: (completed, total) => onProgress?.({ stage: 'embed', completed, total }),
  });

  const { clusters } = state.options;
  const centroids = decodeMatrix(state.centroids, clusters, usedDimensions(state), 'state.centroids');
  const labels = new Int32Array(embeddings.rows);
  const assignment = assignToNearest(embeddings, centroids, labels, new Float64Array(embeddings.rows));
  await finish(assignment, signal, () => onProgress?.({ stage: 'profile', completed: 0, total: embeddings.rows }));
  await onProgress?.({ stage: 'profile', completed: embeddings.rows, total: embeddings.rows });
  const known = models.map((model) => state.models.indexOf(model));
  const added = models.map((model) => table.models.indexOf(model));
  const cells = addCells(
    selectModels(readCells(state), known),
    selectModels(sumCells(table.outcomes, labels, clusters), added),
  );
  const withCosts = cells.costCount.some((count) => count > 0);
  models.forEach((model, i) => {
    if (totalOf(cells.count, i, models.length) === 0) {
      throw mismatch('invalid_records', 'records', `a score of ${describe(model)} in at least one record`, 'none');
    }
    if (withCosts && totalOf(cells.costCount, i, models.length) === 0) {
      const expected = `a cost of ${describe(model)} in at least one record, or its prices, as other models have one`;
      throw mismatch('invalid_records', 'records', expected, 'none');
    }
  });
  const sizes = clusterSizes(labels, clusters);
  const { prices: _, ...rest } = state;
  return {
    ...rest,
    models,
    cells: writeCells(cells),
    clusters: { ...state.clusters, size: state.clusters.size.map((size, j) => size + sizes[j]!) },
    ...writePrices(models, prices),
  };
}
