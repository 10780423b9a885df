import { quantile } from './quantile.js';

/**
 * Draws one bootstrap resample (Efron 1979), stratified: as many queries with replacement from each stratum as it has.
 *
 * @param strata - the queries of each stratum
 * @param counts - filled with how often each query was drawn
 */
export function drawResample(strata: readonly Int32Array[], random: () => number, counts: Int32Array): void {
  counts.fill(0);
  for (const stratum of strata) {
    for (let draws = stratum.length; draws > 0; draws--) {
      counts[stratum[Math.floor(random() * stratum.length)]!]! += 1;
    }
  }
}

/**
 * Macro mean of a resample: the unweighted mean over strata of the mean value of the drawn queries; NaN values ("not observed")
 * and strata without any value are left out.
 */
export function resampledMacroMean(values: Float64Array, strata: readonly Int32Array[], counts: Int32Array): number {
  let sum = 0;
  let present = 0;
  for (const stratum of strata) {
    const mean = resampledMean(values, stratum, counts);
    if (Number.isNaN(mean)) continue;
    sum += mean;
    present++;
  }
  return sum / present;
}

/** Mean value of the drawn ones among some queries, NaN values left out; NaN when there is none. */
export function resampledMean(values: Float64Array, queries: Iterable<number>, counts: Int32Array): number {
  let sum = 0;
  let weight = 0;
  for (const query of queries) {
    const value = values[query]!;
    if (Number.isNaN(value)) continue;
    sum += counts[query]! * value;
    weight += counts[query]!;
  }
  return sum / weight;
}

/**
 * Percentile interval (Efron & Tibshirani 1993, chapter 13): the (1 ∓ level)/2 quantiles of the replicates, linear between the sorted
 * values. NaN replicates are left out.
 *
 * @param level - coverage in (0, 1)
 */
export function percentileInterval(replicates: Float64Array, level: number): [low: number, high: number] {
  const sorted = replicates.filter((value) => !Number.isNaN(value)).sort();
  return [quantile(sorted, (1 - level) / 2), quantile(sorted, (1 + level) / 2)];
}
