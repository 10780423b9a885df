import type { Strata } from './bootstrap.js';

/** Outcomes of the records: record × model, row-major; NaN stands for "not observed". */
export interface RecordOutcomes {
  readonly models: { readonly length: number };
  readonly scores: Float64Array;
  readonly costs: Float64Array;
  /** The dataset of each record. */
  readonly datasetOf: Int32Array;
}

/** Weights are at least one over the records; what is less is left by rounding where they cancel. */
const noWeight = 1e-9;

/** Accuracy and mean cost of each policy on one resample; NaN where nothing observed was drawn. */
export interface Measured {
  readonly accuracy: Float64Array;
  readonly meanCost: Float64Array;
}

/**
 * Accuracy and mean cost of policies side by side, on the same resamples.
 *
 * With c the number of times that a record's query was drawn, a policy's mean cost is Σ c·cost / Σ c over the observed costs, and
 * its accuracy the mean over strata, each counted by its datasets, of
 *
 *     Σ c·w·score / Σ c·w        over the observed scores
 *
 * w is 1 in a stratum of one dataset; where datasets are pooled, 1 over the dataset's observed scores, so that on all queries as they
 * are the accuracy is the unweighted mean over datasets, however they are pooled.
 */
export class ResampledMeans {
  readonly #policies: number;
  /** The query of each row: the records, stratum by stratum. */
  readonly #queryOf: Int32Array;
  /** The first row of each stratum, and the end. */
  readonly #rowStarts: Int32Array;
  /** w·score and cost of each row; 0 where not observed. */
  readonly #values: ColumnSteps;
  /** w and 1 of each row; 0 where not observed. */
  readonly #weights: ColumnSteps;
  /** Stratum × policy: datasets with an observed score. */
  readonly #datasets: Float64Array;

  /** @param policies - the model of each record, for each policy; policies that answer alike next to each other */
  constructor(
    policies: readonly Int32Array[],
    { models, scores, costs, datasetOf }: RecordOutcomes,
    { stratumOf, starts, queryOf }: Strata,
  ) {
    const width = policies.length;
    const strata = starts.length - 1;
    const entryOf = (record: number, policy: number): number => record * models.length + policies[policy]![record]!;
    const observed = new Float64Array(stratumOf.length * width);
    datasetOf.forEach((dataset, record) => {
      for (let policy = 0; policy < width; policy++) {
        if (!Number.isNaN(scores[entryOf(record, policy)]!)) observed[dataset * width + policy]! += 1;
      }
    });
    const pooled = new Int32Array(strata);
    this.#datasets = new Float64Array(strata * width);
    stratumOf.forEach((stratum, dataset) => {
      pooled[stratum]! += 1;
      for (let policy = 0; policy < width; policy++) {
        if (observed[dataset * width + policy]! > 0) this.#datasets[stratum * width + policy]! += 1;
      }
    });

    const { rows, rowStarts } = sortByStratum(datasetOf, stratumOf, strata);
    const weightOf = (record: number, policy: number): number => {
      const dataset = datasetOf[record]!;
      if (Number.isNaN(scores[entryOf(record, policy)]!)) return 0;
      return pooled[stratumOf[dataset]!] === 1 ? 1 : 1 / observed[dataset * width + policy]!;
    };
    const isCosted = (record: number, policy: number): boolean => !Number.isNaN(costs[entryOf(record, policy)]!);
    this.#values = new ColumnSteps(
      rows,
      width,
      (record, policy) => weightOf(record, policy) && weightOf(record, policy) * scores[entryOf(record, policy)]!,
      (record, policy) => (isCosted(record, policy) ? costs[entryOf(record, policy)]! : 0),
    );
    this.#weights = new ColumnSteps(rows, width, weightOf, (record, policy) => Number(isCosted(record, policy)));
    this.#queryOf = rows.map((record) => queryOf[record]!);
    this.#rowStarts = rowStarts;
    this.#policies = width;
  }

  /**
   * Measures several resamples in one pass over the records.
   *
   * @param counts - how often each query was drawn: query × resample
   */
  measure(counts: Int32Array, resamples: number): Measured[] {
    const sums = (): Float64Array => new Float64Array(this.#policies * resamples);
    const [scoreSums, scoreWeights, costSums, costWeights] = [sums(), sums(), sums(), sums()];
    const datasets = sums();
    const measured = Array.from({ length: resamples }, () => ({
      accuracy: new Float64Array(this.#policies),
      meanCost: new Float64Array(this.#policies),
    }));
    for (let stratum = 0; stratum + 1 < this.#rowStarts.length; stratum++) {
      const from = this.#rowStarts[stratum]!;
      const to = this.#rowStarts[stratum + 1]!;
      this.#values.sum(from, to, this.#queryOf, counts, resamples, scoreSums.fill(0), costSums);
      this.#weights.sum(from, to, this.#queryOf, counts, resamples, scoreWeights.fill(0), costWeights);
      measured.forEach(({ accuracy }, resample) => {
        let sum = 0;
        let weight = 0;
        for (let policy = 0, i = resample; policy < this.#policies; policy++, i += resamples) {
          sum += scoreSums[i]!;
          weight += scoreWeights[i]!;
          if (weight < noWeight) continue;
          const present = this.#datasets[stratum * this.#policies + policy]!;
          accuracy[policy]! += present * (sum / weight);
          datasets[i]! += present;
        }
      });
    }
    measured.forEach(({ accuracy, meanCost }, resample) => {
      let cost = 0;
      let costed = 0;
      for (let policy = 0, i = resample; policy < this.#policies; policy++, i += resamples) {
        accuracy[policy]! /= datasets[i]!;
        cost += costSums[i]!;
        costed += costWeights[i]!;
        meanCost[policy] = costed < noWeight ? NaN : cost / costed;
      }
    });
    return measured;
  }
}

/**
 * Two numbers for each row and column, where neighbours in a row are mostly alike: only the steps from one column to the next are kept
 * and summed, and the running totals of the sums are the sums.
 */
class ColumnSteps {
  /** The first step of each row, and the end. */
  readonly #starts: Int32Array;
  readonly #columns: Int32Array;
  readonly #first: Float64Array;
  readonly #second: Float64Array;

  constructor(
    rows: Int32Array,
    width: number,
    firstOf: (row: number, column: number) => number,
    secondOf: (row: number, column: number) => number,
  ) {
    const columns: number[] = [];
    const firstSteps: number[] = [];
    const secondSteps: number[] = [];
    this.#starts = new Int32Array(rows.length + 1);
    rows.forEach((row, i) => {
      let lastFirst = 0;
      let lastSecond = 0;
      for (let column = 0; column < width; column++) {
        const first = firstOf(row, column);
        const second = secondOf(row, column);
        if (first === lastFirst && second === lastSecond) continue;
        columns.push(column);
        firstSteps.push(first - lastFirst);
        secondSteps.push(second - lastSecond);
        [lastFirst, lastSecond] = [first, second];
      }
      this.#starts[i + 1] = columns.length;
    });
    this.#columns = Int32Array.from(columns);
    this.#first = Float64Array.from(firstSteps);
    this.#second = Float64Array.from(secondSteps);
  }

  /**
   * Adds the steps of some rows, each row as often as its query was drawn.
   *
   * @param counts - query × resample
   * @param firstSums - column × resample
   * @param secondSums - column × resample
   */
  sum(
    from: number,
    to: number,
    queryOf: Int32Array,
    counts: Int32Array,
    resamples: number,
    firstSums: Float64Array,
    secondSums: Float64Array,
  ): void {
    for (let row = from; row < to; row++) {
      const drawn = queryOf[row]! * resamples;
      const end = this.#starts[row + 1]!;
      for (let step = this.#starts[row]!; step < end; step++) {
        const column = this.#columns[step]! * resamples;
        const first = this.#first[step]!;
        const second = this.#second[step]!;
        for (let i = 0; i < resamples; i++) {
          const count = counts[drawn + i]!;
          firstSums[column + i]! += count * first;
          secondSums[column + i]! += count * second;
        }
      }
    }
  }
}

/** The records, stratum by stratum, and where each stratum's begin. */
function sortByStratum(
  datasetOf: Int32Array,
  stratumOf: Int32Array,
  strata: number,
): { rows: Int32Array; rowStarts: Int32Array } {
  const rowStarts = new Int32Array(strata + 1);
  for (const dataset of datasetOf) rowStarts[stratumOf[dataset]! + 1]! += 1;
  for (let stratum = 1; stratum <= strata; stratum++) rowStarts[stratum]! += rowStarts[stratum - 1]!;
  const next = rowStarts.slice();
  const rows = new Int32Array(datasetOf.length);
  datasetOf.forEach((dataset, record) => {
    rows[next[stratumOf[dataset]!]!++] = record;
  });
  return { rows, rowStarts };
}
