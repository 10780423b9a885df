/**
 * The whole method once more, as plain and slow as it can be written: lists of numbers and loops, from the paper and the
 * formulas of DESIGN.md, sharing no code with `src`. What the library decides and measures is compared with it on random
 * routers.
 */
import type { RouterState } from '../src/index.js';

/** What one model is expected to do on one query, and its score. */
export interface Ranked {
  readonly model: string;
  readonly score: number;
  readonly performance: number;
  readonly cost: number;
  readonly standardError: number;
}

export interface Constraints {
  readonly models?: readonly string[];
  readonly exclude?: readonly string[];
  readonly avoid?: readonly string[];
  readonly maxCost?: number;
  readonly minPerformance?: number;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The centroids of a state, one list each. */
export function centroidsOf({ centroids, options, embedding }: RouterState): number[][] {
  const bytes = Buffer.from(centroids, 'base64');
  const columns = options.dimensions ?? embedding.dimensions;
  return range(options.clusters).map((j) => range(columns).map((i) => bytes.readFloatLE(4 * (j * columns + i))));
}

/** An embedding as a fit and a route hold it: its first numbers, of length 1, in single precision. */
export function unitVector(embedding: ArrayLike<number>, columns: number): number[] {
  const used = Array.from(embedding).slice(0, columns);
  const length = Math.hypot(...used);
  return used.map((value) => Math.fround(value / length));
}

const squaredDistance = (a: readonly number[], b: readonly number[]): number => sum(a.map((x, i) => (x - b[i]!) ** 2));
const dot = (a: readonly number[], b: readonly number[]): number => sum(a.map((x, i) => x * b[i]!));

/** One model's sums in one cluster, and the means that follow from them. */
interface Cell {
  readonly n: number;
  readonly scores: number;
  readonly squares: number;
  readonly m: number;
  readonly costs: number;
}

function cellsOf({ cells, models, options }: RouterState): Cell[][] {
  return range(options.clusters).map((j) =>
    models.map((_, i) => {
      const at = j * models.length + i;
      return {
        n: cells.count[at]!,
        scores: cells.scoreSum[at]!,
        squares: cells.scoreSquareSum[at]!,
        m: cells.costCount[at]!,
        costs: cells.costSum[at]!,
      };
    }),
  );
}

const deviations = ({ n, scores, squares }: Cell): number => (n === 0 ? 0 : Math.max(0, squares - scores ** 2 / n));

/** A column of sums over the clusters, of scores or of costs. */
interface Column {
  readonly counts: number[];
  readonly sums: number[];
  readonly overall: number;
}

function column(cells: readonly Cell[], of: 'scores' | 'costs'): Column {
  const counts = cells.map((cell) => (of === 'scores' ? cell.n : cell.m));
  const sums = cells.map((cell) => cell[of]);
  return { counts, sums, overall: sum(sums) / sum(counts) };
}

const shrunk = ({ counts, sums, overall }: Column, j: number, n0: number): number =>
  counts[j]! + n0 === 0 ? overall : (sums[j]! + n0 * overall) / (counts[j]! + n0);

/** ℓ_j: by how much an estimate follows the deviation of cluster j. */
function leverages(state: RouterState, centroids: number[][], { counts }: Column, query: readonly number[]): number[] {
  const { estimator, shrinkage: n0 } = state.options;
  const distances = centroids.map((centroid) => squaredDistance(query, centroid));
  if (estimator === 'nearest') {
    const near = nearest(state, centroids, query);
    return counts.map((n, j) => (near.includes(j) && n > 0 ? n / (n + n0) / near.length : 0));
  }
  if (estimator === 'kernel') {
    const tau = state.clusters.distanceQuantiles![50]! ** 2;
    const least = Math.min(...distances);
    const weights = distances.map((d) => (d === least ? 1 : (1 + (d - least) / tau) ** -3));
    const total = sum(weights.map((w, j) => w * counts[j]!)) + n0;
    return weights.map((w, j) => (total > 0 ? (w * counts[j]!) / total : 0));
  }
  const { size } = state.clusters;
  const centre = query.map((_, i) => sum(centroids.map((c, j) => (size[j]! / sum(size)) * c[i]!)));
  const centred = centroids.map((c) => c.map((value, i) => value - centre[i]!));
  const spread = sum(centred.map((c, j) => (size[j]! / sum(size)) * dot(c, c)));
  const scale = Math.max(1 - dot(centre, centre), spread);
  const observed = range(counts.length).filter((j) => counts[j]! > 0);
  const matrix = observed.map((a) =>
    observed.map((b) => dot(centred[a]!, centred[b]!) / scale + (a === b ? 50 / counts[a]! : 0)),
  );
  const fromCentre = query.map((value, i) => value - centre[i]!);
  const solution = solve(
    matrix,
    observed.map((j) => dot(fromCentre, centred[j]!) / scale),
  );
  return counts.map((_, j) => (observed.includes(j) ? solution[observed.indexOf(j)]! : 0));
}

/** Gaussian elimination with pivots. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const n = rows.length;
  for (let i = 0; i < n; i++) {
    const pivot = range(n)
      .slice(i)
      .reduce((best, row) => (Math.abs(rows[row]![i]!) > Math.abs(rows[best]![i]!) ? row : best));
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    for (let row = 0; row < n; row++) {
      if (row === i) continue;
      const factor = rows[row]![i]! / rows[i]![i]!;
      rows[row] = rows[row]!.map((value, at) => value - factor * rows[i]![at]!);
    }
  }
  return rows.map((row, i) => row[n]! / row[i]!);
}

/** p̂ = p + Σ_j ℓ_j (p̄_j − p), kept inside what can be. */
function expectation(state: RouterState, values: Column, leverage: readonly number[], of: 'scores' | 'costs'): number {
  const { counts, sums, overall } = values;
  const means = sums.map((total, j) => (counts[j]! > 0 ? total / counts[j]! : overall));
  const raw = overall + sum(leverage.map((l, j) => l * (means[j]! - overall)));
  if (state.options.estimator !== 'linear') return raw;
  if (of === 'scores') return Math.min(1, Math.max(0, raw));
  return Math.max(Math.min(...means.filter((_, j) => counts[j]! > 0)), raw);
}

/**
 * √(Σ c_j² s_j² / n_j), c_j the share of the mean of cluster j in the estimate, s_j² its variance mixed with one pooled
 * observation.
 */
function errorOf(cells: readonly Cell[], leverage: readonly number[]): number {
  const observed = cells.filter(({ n }) => n > 0);
  const pooled = sum(observed.map(deviations)) / sum(observed.map(({ n }) => n - 1));
  const total = sum(cells.map(({ n }) => n));
  const rest = 1 - sum(leverage);
  const variance = cells.map((cell, j) => {
    if (cell.n === 0) return 0;
    const share = leverage[j]! + (rest * cell.n) / total;
    return (share ** 2 * ((deviations(cell) + pooled) / cell.n)) / cell.n;
  });
  return Math.sqrt(sum(variance));
}

/** The clusters that a query looks at, nearest first. */
function nearest(state: RouterState, centroids: number[][], query: readonly number[]): number[] {
  const distances = centroids.map((centroid) =>
    state.options.rule === 'reference' ? 1 - dot(query, centroid) : squaredDistance(query, centroid),
  );
  const order = range(distances.length).sort((a, b) => distances[a]! - distances[b]! || a - b);
  return order.slice(0, state.options.nearestClusters);
}

/** (value − min)/(max − min); a column whose range is only rounding is 0.5. */
function minMax(value: number, values: readonly number[]): number {
  const [min, max] = [Math.min(...values), Math.max(...values)];
  return max - min > 1e-9 * max ? (value - min) / (max - min) : 0.5;
}

/** Step 6 of the method: every candidate's score, best first. */
export function rank(
  state: RouterState,
  embedding: ArrayLike<number>,
  alpha: number,
  constraints: Constraints = {},
): Ranked[] {
  const { models, options } = state;
  const { rule, shrinkage: n0, beta } = options;
  const centroids = centroidsOf(state);
  const query = unitVector(embedding, centroids[0]!.length);
  const near = nearest(state, centroids, query);
  const cells = cellsOf(state);
  const withCosts = cells.some((row) => row.some(({ m }) => m > 0));
  const of = models.map((_, i) => cells.map((row) => row[i]!));
  const performances = of.map((own) => column(own, 'scores'));
  const costs = of.map((own) => column(own, 'costs'));
  const leverage = performances.map((values) => leverages(state, centroids, values, query));
  const p = performances.map((values, i) => expectation(state, values, leverage[i]!, 'scores'));
  const q = costs.map((values) => expectation(state, values, leverages(state, centroids, values, query), 'costs'));
  const cellP = range(options.clusters).map((j) => performances.map((values) => shrunk(values, j, n0)));
  const cellQ = range(options.clusters).map((j) => costs.map((values) => shrunk(values, j, n0)));
  const x = (better: number, cheaper: number): number => alpha * better + (1 - alpha) * cheaper;

  const scoreOf = (i: number): number => {
    switch (rule) {
      case 'global': {
        const seen = (values: number[][], count: 'n' | 'm'): number[] =>
          values.flatMap((row, j) => row.filter((_, model) => cells[j]![model]![count] > 0));
        return x(minMax(p[i]!, seen(cellP, 'n')), withCosts ? 1 - minMax(q[i]!, seen(cellQ, 'm')) : 0);
      }
      case 'overall': {
        const overall = (values: readonly Column[]): number[] => values.map((value) => value.overall);
        return x(minMax(p[i]!, overall(performances)), withCosts ? 1 - minMax(q[i]!, overall(costs)) : 0);
      }
      case 'paper':
        return mean(
          near.map((j) => x(minMax(cellP[j]![i]!, cellP[j]!), withCosts ? 1 - minMax(cellQ[j]![i]!, cellQ[j]!) : 0)),
        );
      case 'reference': {
        const distances = near.map((j) => 1 - dot(query, centroids[j]!));
        const weights = distances.map((d) => Math.exp(-beta * (d - distances[0]!)));
        return sum(
          near.map((j, place) => {
            const observed = range(models.length).filter((model) => cells[j]![model]!.n > 0);
            if (!observed.includes(i)) return 0;
            const own = (model: number): number => {
              const scores = observed.map((at) => cellP[j]![at]!);
              const constant = !(Math.max(...scores) - Math.min(...scores) > 1e-9 * Math.max(...scores));
              const dearest = Math.max(...observed.map((at) => cellQ[j]![at]!));
              const cheaper = 1 - (dearest === 0 ? 0 : cellQ[j]![model]! / dearest);
              return x(constant ? 1 : minMax(cellP[j]![model]!, scores), withCosts ? cheaper : 0);
            };
            const rank = observed.sort((a, b) => own(b) - own(a) || a - b).indexOf(i);
            return weights[place]! / sum(weights) / (rank + 1);
          }),
        );
      }
    }
  };

  const candidates = range(models.length).filter((i) => {
    const name = models[i]!;
    return (
      (constraints.models?.includes(name) ?? true) &&
      !constraints.exclude?.includes(name) &&
      near.some((j) => cells[j]![i]!.n > 0) &&
      !(withCosts && q[i]! > (constraints.maxCost ?? Infinity)) &&
      !(p[i]! < (constraints.minPerformance ?? 0))
    );
  });
  const avoided = (i: number): number => Number(constraints.avoid?.includes(models[i]!) ?? false);
  return candidates
    .map((i) => ({ i, score: scoreOf(i) }))
    .sort(
      (a, b) =>
        avoided(a.i) - avoided(b.i) ||
        b.score - a.score ||
        p[b.i]! - p[a.i]! ||
        (withCosts ? q[a.i]! - q[b.i]! : 0) ||
        byName(models[a.i]!, models[b.i]!),
    )
    .map(({ i, score }) => ({
      model: models[i]!,
      score,
      performance: p[i]!,
      cost: q[i]!,
      standardError: errorOf(of[i]!, leverage[i]!),
    }));
}
