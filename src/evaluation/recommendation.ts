import type { ScoringRule } from '../core/score.js';
import type { Estimator } from '../options.js';

/**
 * The settings that cross-validation compares.
 * @example
 * const settings: RoutingSettings = (await crossValidate(records, embedder, { clusters: [10, 20] })).recommended;
 * const router = await fitRouter(records, embedder, settings);
 */
export interface RoutingSettings {
  readonly clusters: number;
  readonly nearestClusters: number;
  readonly rule: ScoringRule;
  readonly estimator: Estimator;
  readonly shrinkage: number;
}

/**
 * A figure in every fold, and its mean and sample standard deviation over those folds in which it exists.
 * @example
 * const { table } = await crossValidate(records, embedder, { clusters: [10], folds: 3 });
 * table[0]?.aiq.values; // three of them, one a fold
 */
export interface FoldSpread {
  /** Fold by fold; `null` where it does not exist. Folds are the same for all settings, so two rows can be compared fold by fold. */
  readonly values: readonly (number | null)[];
  /** `null` when it exists in none. */
  readonly mean: number | null;
  /** `null` below two folds. */
  readonly spread: number | null;
  /** Number of folds in which it exists. */
  readonly folds: number;
}

/**
 * One combination of settings, measured on the queries it was not fitted on.
 * @example
 * const { table } = await crossValidate(records, embedder, { clusters: [10, 20] });
 * for (const { clusters, shrinkage, aiq } of table) console.log(clusters, shrinkage, aiq.mean);
 */
export interface CrossValidationRow extends RoutingSettings {
  readonly aiq: FoldSpread;
  readonly perfGain: FoldSpread;
  readonly costSave: FoldSpread;
}

export function spreadOf(values: readonly (number | null)[]): FoldSpread {
  const known = values.filter((value) => value !== null);
  const folds = known.length;
  const mean = known.reduce((sum, value) => sum + value, 0) / folds;
  const squares = known.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return {
    values,
    mean: folds === 0 ? null : mean,
    spread: folds < 2 ? null : Math.sqrt(squares / (folds - 1)),
    folds,
  };
}

/**
 * By mean AIQ (where that does not exist, as without costs, by mean PerfGain), best first; what fewer folds could measure, as where
 * all queries went to models that were not observed on them, stands behind. A stable sort.
 */
export function rankRows(rows: readonly CrossValidationRow[]): CrossValidationRow[] {
  return [...rows].sort(
    (a, b) => criterion(b).folds - criterion(a).folds || (criterion(b).mean ?? 0) - (criterion(a).mean ?? 0),
  );
}

/**
 * The one-standard-error rule (Breiman et al. 1984; Hastie et al., The Elements of Statistical Learning, section 7.10), paired: the
 * simplest of all settings that as many folds could measure and that lie no farther behind the best one than one standard error of
 * the difference,
 *
 *     d̄ ≤ s_d / √F        d_f = best_f − row_f over the F folds that both have
 *
 * Folds differ far more from each other than settings do; a fold that is hard for all cancels in d. Simplest is what has learnt the least
 * from few records: the fewest clusters, then the most shrinkage, then the most nearest clusters (a mean over more), then the order of the rules
 * and estimators as they were given.
 *
 * @param ranked - best first
 */
export function recommend(
  ranked: readonly CrossValidationRow[],
  rules: readonly ScoringRule[],
  estimators: readonly Estimator[],
): RoutingSettings {
  const best = criterion(ranked[0]!);
  const [simplest] = ranked
    .filter((row) => row === ranked[0] || tiesWith(best, criterion(row)))
    .sort(
      (a, b) =>
        a.clusters - b.clusters ||
        b.shrinkage - a.shrinkage ||
        b.nearestClusters - a.nearestClusters ||
        rules.indexOf(a.rule) - rules.indexOf(b.rule) ||
        estimators.indexOf(a.estimator) - estimators.indexOf(b.estimator),
    );
  const { clusters, nearestClusters, rule, estimator, shrinkage } = simplest!;
  return { clusters, nearestClusters, rule, estimator, shrinkage };
}

function criterion({ aiq, perfGain }: CrossValidationRow): FoldSpread {
  return aiq.mean === null ? perfGain : aiq;
}

/** One fold tells nothing of its error: then only what is no worse ties. */
function tiesWith(best: FoldSpread, row: FoldSpread): boolean {
  const differences = best.values.map((value, fold) => {
    const own = row.values[fold] ?? null;
    return value === null || own === null ? null : value - own;
  });
  const { mean, spread, folds } = spreadOf(differences);
  return row.folds === best.folds && mean !== null && mean <= (spread ?? 0) / Math.sqrt(folds);
}
