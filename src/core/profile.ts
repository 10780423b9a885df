/**
 * What was observed, per cluster × model, as sums: entry `j * models + i` belongs to cluster j and model i.
 * Sums, not means, because sums of disjoint records add up.
 */
export interface Cells {
  readonly clusters: number;
  readonly models: number;
  /** How many scores were observed. */
  readonly count: Float64Array;
  readonly scoreSum: Float64Array;
  readonly scoreSquareSum: Float64Array;
  /** How many costs were observed: scores and costs are observed apart. */
  readonly costCount: Float64Array;
  readonly costSum: Float64Array;
  /** How many records carry both token counts. */
  readonly tokenCount: Float64Array;
  readonly inputTokenSum: Float64Array;
  readonly outputTokenSum: Float64Array;
}

/** One row a record, one column a model; NaN stands for "not observed". */
export interface Outcomes {
  readonly models: number;
  readonly scores: Float64Array;
  readonly costs: Float64Array;
  readonly inputTokens: Float64Array;
  readonly outputTokens: Float64Array;
}

/**
 * Adds up the outcomes of each cluster's records. Rows are added in order, so the same rows in the same order
 * give the same bits.
 *
 * @param labels - the cluster of each row
 */
export function sumCells(outcomes: Outcomes, labels: Int32Array, clusters: number): Cells {
  const { models } = outcomes;
  const zeros = (): Float64Array => new Float64Array(clusters * models);
  const cells: Cells = {
    clusters,
    models,
    count: zeros(),
    scoreSum: zeros(),
    scoreSquareSum: zeros(),
    costCount: zeros(),
    costSum: zeros(),
    tokenCount: zeros(),
    inputTokenSum: zeros(),
    outputTokenSum: zeros(),
  };
  for (let row = 0; row < labels.length; row++) {
    for (let model = 0; model < models; model++) {
      const cell = labels[row]! * models + model;
      const entry = row * models + model;
      const score = outcomes.scores[entry]!;
      if (!Number.isNaN(score)) {
        cells.count[cell]! += 1;
        cells.scoreSum[cell]! += score;
        cells.scoreSquareSum[cell]! += score * score;
      }
      const cost = outcomes.costs[entry]!;
      if (!Number.isNaN(cost)) {
        cells.costCount[cell]! += 1;
        cells.costSum[cell]! += cost;
      }
      const inputTokens = outcomes.inputTokens[entry]!;
      const outputTokens = outcomes.outputTokens[entry]!;
      if (!Number.isNaN(inputTokens + outputTokens)) {
        cells.tokenCount[cell]! += 1;
        cells.inputTokenSum[cell]! += inputTokens;
        cells.outputTokenSum[cell]! += outputTokens;
      }
    }
  }
  return cells;
}

/** Performance p and cost q of every model, in each cluster (k × m, row-major) and over all records (m). */
export interface Profile {
  readonly clusters: number;
  readonly models: number;
  /** p_ij: mean score in [0, 1], shrunk towards the model's overall mean. */
  readonly performance: Float64Array;
  /** q_ij: mean cost in USD a query, shrunk likewise; NaN everywhere when no cost was ever observed. */
  readonly cost: Float64Array;
  /** n_ij: how many scores stand behind p_ij. */
  readonly count: Float64Array;
  /** How many costs stand behind q_ij. */
  readonly costCount: Float64Array;
  /** p_i: mean score over all records. */
  readonly overallPerformance: Float64Array;
  /** q_i: mean cost over all records. */
  readonly overallCost: Float64Array;
}

/**
 * The profile of each cluster (paper, section 2), shrunk towards each model's mean over all its records:
 *
 *     p_ij = (Σ scores in j + n₀ · p_i) / (n_ij + n₀)        q_ij likewise
 *
 * A cell without an observation takes the model's overall mean.
 *
 * @param shrinkage - n₀ ≥ 0: how many records' worth of the overall mean each cell is mixed with
 */
export function profileCells(cells: Cells, shrinkage: number): Profile {
  const overallPerformance = overallMeans(cells, cells.scoreSum, cells.count);
  const overallCost = overallMeans(cells, cells.costSum, cells.costCount);
  return {
    clusters: cells.clusters,
    models: cells.models,
    performance: shrunkMeans(cells.scoreSum, cells.count, overallPerformance, shrinkage),
    cost: shrunkMeans(cells.costSum, cells.costCount, overallCost, shrinkage),
    count: cells.count,
    costCount: cells.costCount,
    overallPerformance,
    overallCost,
  };
}

function overallMeans({ clusters, models }: Cells, sums: Float64Array, counts: Float64Array): Float64Array {
  const means = new Float64Array(models);
  for (let model = 0; model < models; model++) {
    let sum = 0;
    let count = 0;
    for (let cluster = 0; cluster < clusters; cluster++) {
      sum += sums[cluster * models + model]!;
      count += counts[cluster * models + model]!;
    }
    means[model] = sum / count;
  }
  return means;
}

function shrunkMeans(sums: Float64Array, counts: Float64Array, overall: Float64Array, shrinkage: number): Float64Array {
  return sums.map((sum, cell) => {
    const mean = overall[cell % overall.length]!;
    const weight = counts[cell]! + shrinkage;
    return weight === 0 ? mean : (sum + shrinkage * mean) / weight;
  });
}

/**
 * Squared deviations of each cell's scores from their mean, with one observation's worth of the model's variance within clusters:
 *
 *     SS_ij + σ_i²        SS_ij = Σs² − (Σs)²/n_ij        σ_i² = Σ_j SS_ij / Σ_j (n_ij − 1), over the clusters with n_ij > 0
 *
 * so that two equal scores do not look certain. NaN where no cluster has two scores of the model.
 */
export function cellDeviations(cells: Cells): Float64Array {
  const { count, clusters, models } = cells;
  const deviations = new Float64Array(clusters * models);
  for (let model = 0; model < models; model++) {
    let squares = 0;
    let freedom = 0;
    for (let cell = model; cell < count.length; cell += models) {
      if (count[cell] === 0) continue;
      deviations[cell] = squaredDeviations(cells, cell);
      squares += deviations[cell]!;
      freedom += count[cell]! - 1;
    }
    const variance = freedom > 0 ? squares / freedom : NaN;
    for (let cell = model; cell < count.length; cell += models) deviations[cell]! += variance;
  }
  return deviations;
}

/**
 * Standard error of an estimate p̂ = p + Σ_j ℓ_j (p̄_j − p) of each model's score, whose overall mean p is itself Σ_j n_j p̄_j / N:
 *
 *     √( Σ_j c_j² (SS_j + σ²) / n_j² )        c_j = ℓ_j + (1 − Σℓ) · n_j / N
 *
 * Shrinkage bias is not in it: the error of what was measured, not of what was assumed.
 *
 * @param deviations - SS_ij + σ_i², see {@link cellDeviations}
 * @param leverages - ℓ_ij, cluster × model
 */
export function standardErrorsOfSmoother(
  { count, clusters, models }: Cells,
  deviations: Float64Array,
  leverages: Float64Array,
): Float64Array {
  const errors = new Float64Array(models);
  const cells = clusters * models;
  for (let model = 0; model < models; model++) {
    let observed = 0;
    let rest = 1;
    for (let cell = model; cell < cells; cell += models) {
      observed += count[cell]!;
      rest -= leverages[cell]!;
    }
    const shared = rest / observed;
    let sum = 0;
    for (let cell = model; cell < cells; cell += models) {
      const n = count[cell]!;
      if (n === 0) continue;
      const share = leverages[cell]! / n + shared;
      sum += share * share * deviations[cell]!;
    }
    errors[model] = Math.sqrt(sum);
  }
  return errors;
}

function squaredDeviations({ count, scoreSum, scoreSquareSum }: Cells, cell: number): number {
  return Math.max(0, scoreSquareSum[cell]! - (scoreSum[cell]! * scoreSum[cell]!) / count[cell]!);
}
