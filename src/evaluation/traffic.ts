import { rowOf, type Matrix } from '../core/matrix.js';
import { embedQueries } from '../embedder.js';
import { readingOptionsShape, type TokenPrice } from '../options.js';
import type { RouteConstraints } from '../policy/constraints.js';
import { byCodeUnit, readRecords } from '../records.js';
import { isScored, type OutcomeTable } from '../table.js';
import { embedderOf, type Router } from '../router.js';
import { accept, mismatch, type Check } from '../validation.js';

/**
 * How far an evaluation has come.
 * @example
 * const onProgress = ({ stage, completed, total }: EvaluationProgress) => console.log(stage, completed, total);
 * await evaluateRouter(router, test, { onProgress });
 */
export interface EvaluationProgress {
  /** `'read'` counts records, `'embed'` texts, `'route'` queries (all of them again while curves are read), `'bootstrap'` resamples. */
  readonly stage: 'read' | 'embed' | 'route' | 'bootstrap';
  readonly completed: number;
  /** `null` while a stream of unknown length is read. */
  readonly total: number | null;
}

/**
 * Options of everything that runs a router over records; all may be left out.
 * @example
 * const options: TrafficOptions = { constraints: { exclude: ['in-an-outage'] }, concurrency: 8 };
 * const curve = await tradeoffCurve(router, test, options);
 */
export interface TrafficOptions<M extends string = string> {
  /** Hard filters of every route. None by default. */
  readonly constraints?: RouteConstraints<M> | undefined;
  /** Prices by model in USD per million tokens, for records with token counts and no measured cost, as in `fitRouter`. */
  readonly prices?: Readonly<Record<string, TokenPrice>> | undefined;
  /**
   * How many embedder calls may be under way at once.
   * @default 4
   */
  readonly concurrency?: number | undefined;
  /** Told how far the evaluation has come; a returned promise is awaited. */
  readonly onProgress?: ((progress: EvaluationProgress) => unknown) | undefined;
  /** Aborts the evaluation, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Checks of {@link TrafficOptions}; a route checks the constraints. */
export function trafficOptionsShape<M extends string>(): ReturnType<typeof readingOptionsShape<EvaluationProgress>> & {
  constraints: Check<RouteConstraints<M>>;
} {
  const constraints = accept<RouteConstraints<M>>('an object', (value) => typeof value === 'object');
  return { ...readingOptionsShape<EvaluationProgress>(), constraints };
}

/** Queries with what every model of the router does on them: observed outcomes, or what the profiles expect. */
export interface Traffic<M extends string = string> {
  readonly models: readonly M[];
  /** What each query is called in messages. */
  readonly places: readonly string[];
  readonly embeddings: readonly ArrayLike<number>[];
  /** Distinct dataset names, sorted; `null` is the dataset of records that name none. */
  readonly datasets: readonly (string | null)[];
  /** The dataset of each query. */
  readonly datasetOf: Int32Array;
  /** Records of one text share a number, from 0: they are one query to whoever draws queries at random. */
  readonly textOf: Int32Array;
  /** Query × model, row-major; NaN stands for "not observed". */
  readonly scores: Float64Array;
  /** USD; likewise. */
  readonly costs: Float64Array;
}

/**
 * Reads records as traffic of a router: canonical order, the router's models only, embedded by the router's embedder where they
 * carry no embedding.
 *
 * @throws RouterError `invalid_records`, also when no score of any of the router's models is observed; as `embedQueries`
 */
export async function readTraffic<M extends string>(
  router: Router<M>,
  records: unknown,
  { prices = {}, concurrency = 4, signal, onProgress }: TrafficOptions<M>,
): Promise<Traffic<M>> {
  signal?.throwIfAborted();
  const table = await readRecords(records, {
    prices,
    signal,
    onRecord: (completed, total) => onProgress?.({ stage: 'read', completed, total }),
  });
  const { models } = router;
  if (!models.some((model) => isScored(table, model))) {
    const expected = `a score of ${models.join(', ')} in at least one record`;
    throw mismatch('invalid_records', 'records', expected, 'none');
  }
  const matrix = await embedQueries(embedderOf(router), table.queries, {
    concurrency,
    signal,
    onBatch: (completed, total) => onProgress?.({ stage: 'embed', completed, total }),
  });
  return trafficOf(models, table, matrix);
}

/**
 * The queries of a table as traffic of some models.
 *
 * @param embeddings - row i of query i of the table
 */
export function trafficOf<M extends string>(models: readonly M[], table: OutcomeTable, embeddings: Matrix): Traffic<M> {
  const columns = models.map((model) => table.models.indexOf(model));
  const select = (values: Float64Array): Float64Array =>
    Float64Array.from({ length: table.queries.length * models.length }, (_, entry) => {
      const column = columns[entry % models.length]!;
      return column < 0 ? NaN : values[Math.floor(entry / models.length) * table.models.length + column]!;
    });
  return {
    models,
    places: table.queries.map(({ place }) => place),
    // As it was given, where it was: a route rounds an embedding once, and an evaluation must not round it twice.
    embeddings: table.queries.map(({ embedding }, row) => embedding ?? rowOf(embeddings, row)),
    ...labelDatasets(table.queries.map(({ dataset }) => dataset ?? null)),
    textOf: labelTexts(table.queries.map(({ query }) => query)),
    scores: select(table.outcomes.scores),
    costs: select(table.outcomes.costs),
  };
}

function labelDatasets(names: readonly (string | null)[]): Pick<Traffic, 'datasets' | 'datasetOf'> {
  const datasets = [...new Set(names)].sort((a, b) => byCodeUnit(a ?? '', b ?? ''));
  const index = new Map(datasets.map((name, i) => [name, i]));
  return { datasets, datasetOf: Int32Array.from(names, (name) => index.get(name)!) };
}

/** @param texts - sorted, as records in canonical order are */
function labelTexts(texts: readonly string[]): Int32Array {
  let label = 0;
  return Int32Array.from(texts, (text, i) => (i > 0 && text !== texts[i - 1] ? ++label : label));
}
