import {
  byName,
  describe,
  mismatch,
  nonNegative,
  number,
  object,
  parse,
  reading,
  unitInterval,
} from '../validation.js';

/**
 * What one model did in one cluster, as sums: a row of `routerFromStatistics`.
 * @example
 * const [cell]: readonly AvengersProStatistics[] = statisticsFromAvengersPro(await readFile('balance_metrics.json', 'utf8'));
 * if (cell) console.log(cell.cluster, cell.model, cell.scoreSum / cell.count);
 */
export interface AvengersProStatistics {
  readonly cluster: number;
  readonly model: string;
  readonly count: number;
  readonly scoreSum: number;
  readonly scoreSquareSum: number;
  readonly costCount: number;
  readonly costSum: number;
}

/**
 * Reads `balance_metrics.json` of the models that the authors' released Python exports (`--export_cluster`), so that
 * their clusters can be routed with. Their means become sums again; two things they did not keep: a cost that was missing
 * counts as 0 there, and of scores between 0 and 1 the squares are unknown and taken at their largest, Σs² = Σs (exact
 * for 0 and 1), so that standard errors are too large rather than too small.
 *
 * @param text - the file's text; Python writes `Infinity` into it, which JSON does not know
 * @throws RouterError `invalid_records` by place: `balance_metrics["3"].qwen3.accuracy: expected …`
 * @example
 * const router = routerFromStatistics({
 *   embedding: { id: 'openai/text-embedding-3-large', dimensions: 4096 },
 *   centroids: centroidsFromNpy(await readFile('cluster_centers.npy')),
 *   statistics: statisticsFromAvengersPro(await readFile('balance_metrics.json', 'utf8')),
 *   options: { rule: 'reference', shrinkage: 0 },
 * });
 */
export function statisticsFromAvengersPro(text: string): AvengersProStatistics[] {
  const clusters = parse(metricsCheck(), jsonOf(text), 'invalid_records', 'balance_metrics');
  return Object.entries(clusters).flatMap(([cluster, models]) =>
    Object.entries(models)
      .filter(([, { total_queries }]) => total_queries > 0)
      .map(([model, { accuracy, total_queries: count, total_cost }]) => ({
        cluster: clusterOf(cluster),
        model,
        count,
        scoreSum: accuracy * count,
        scoreSquareSum: accuracy * count,
        costCount: count,
        costSum: total_cost,
      })),
  );
}

function clusterOf(key: string): number {
  if (/^\d+$/.test(key)) return Number(key);
  throw mismatch('invalid_records', 'balance_metrics', 'clusters by their number', `the key ${describe(key)}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.replaceAll(/:\s*Infinity\b/g, ': null'));
  } catch (cause) {
    throw mismatch('invalid_records', 'balance_metrics', 'JSON', describe(text), { cause });
  }
}

function metricsCheck() {
  const metrics = object(
    {
      accuracy: unitInterval,
      total_queries: number('a whole number ≥ 0', (value) => Number.isSafeInteger(value) && value >= 0),
      total_cost: nonNegative,
    },
    'an object with accuracy, total_queries and total_cost',
  );
  return byName(byName(metrics, 'an object by model'), 'an object by cluster');
}

/**
 * Reads a two-dimensional NumPy array (`.npy`, Float32 or Float64, little-endian, row by row), as `cluster_centers.npy` is.
 *
 * @throws RouterError `invalid_records` for another file or another layout
 * @example
 * const centroids = centroidsFromNpy(await readFile('cluster_centers.npy'));
 */
export function centroidsFromNpy(bytes: Uint8Array): number[][] {
  if (!ArrayBuffer.isView(bytes)) throw mismatch('invalid_records', 'npy', 'the bytes of a file', describe(bytes));
  return reading('invalid_records', 'npy', () => matrixOf(bytes));
}

function matrixOf(bytes: Uint8Array): number[][] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isNpy = bytes.length > 12 && String.fromCharCode(...bytes.subarray(1, 6)) === 'NUMPY';
  if (!isNpy) throw mismatch('invalid_records', 'npy', 'a NumPy file', `${bytes.length} other bytes`);
  const start = bytes[6] === 1 ? 10 : 12;
  const data = start + (bytes[6] === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  const header = String.fromCharCode(...bytes.subarray(start, data));
  const [, size, rows, columns] =
    /'descr': '<f([48])', 'fortran_order': False, 'shape': \(([1-9]\d*), ([1-9]\d*)\)/.exec(header)?.map(Number) ?? [];
  if (size === undefined || rows === undefined || columns === undefined) {
    const expected = 'two dimensions of little-endian Float32 or Float64, row by row';
    throw mismatch('invalid_records', 'npy', expected, describe(header.trim()));
  }
  if (bytes.length !== data + rows * columns * size) {
    const expected = `${data + rows * columns * size} bytes (${rows} × ${columns})`;
    throw mismatch('invalid_records', 'npy', expected, String(bytes.length));
  }
  const valueAt = (at: number): number => (size === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true));
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, i) => valueAt(data + (row * columns + i) * size)),
  );
}
