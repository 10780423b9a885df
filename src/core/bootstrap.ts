import { quantile } from './quantile.js';

/**
 * What is drawn, and from among what. Queries are numbered stratum by stratum: stratum s holds the queries from `starts[s]` up to
 * `starts[s + 1]`. The records of one query are drawn together.
 */
export interface Strata {
  readonly starts: Int32Array;
  /** The query of each record. */
  readonly queryOf: Int32Array;
  /** The stratum of each dataset. */
  readonly stratumOf: Int32Array;
}

/**
 * Datasets with fewer queries are pooled into one stratum. Drawing n queries from among n misses 1/n of their variance, and all of it
 * at n = 1.
 */
const fewestQueries = 5;

/**
 * Strata for a bootstrap of queries: each dataset is one, but for small ones, which are pooled, with the next larger ones where
 * they are too few together.
 *
 * @param textOf - records of one text share a number, from 0 without a gap: they are one query, which belongs to the dataset of its
 * first record
 * @param datasetOf - the dataset of each record
 * @param datasets - how many there are, each with at least one record
 */
export function stratify(textOf: Int32Array, datasetOf: Int32Array, datasets: number): Strata {
  const texts = textOf.reduce((most, text) => Math.max(most, text + 1), 0);
  const datasetOfText = new Int32Array(texts).fill(-1);
  textOf.forEach((text, record) => {
    if (datasetOfText[text]! < 0) datasetOfText[text] = datasetOf[record]!;
  });
  const sizes = new Int32Array(datasets);
  for (const dataset of datasetOfText) sizes[dataset]! += 1;

  const bySize = Array.from(sizes, (_, dataset) => dataset).sort((a, b) => sizes[a]! - sizes[b]!);
  let pooled = 0;
  let queries = 0;
  while (pooled < datasets && (sizes[bySize[pooled]!]! < fewestQueries || (queries > 0 && queries < fewestQueries))) {
    queries += sizes[bySize[pooled++]!]!;
  }
  const stratumOf = new Int32Array(datasets);
  const alone = pooled > 0 ? 1 : 0;
  bySize.slice(pooled).forEach((dataset, i) => {
    stratumOf[dataset] = alone + i;
  });

  const starts = new Int32Array(alone + datasets - pooled + 1);
  for (const dataset of datasetOfText) starts[stratumOf[dataset]! + 1]! += 1;
  for (let s = 1; s < starts.length; s++) starts[s]! += starts[s - 1]!;
  const next = starts.slice();
  const queryOfText = datasetOfText.map((dataset) => next[stratumOf[dataset]!]!++);
  return { starts, queryOf: textOf.map((text) => queryOfText[text]!), stratumOf };
}

/**
 * Draws bootstrap resamples (Efron 1979), stratified: as many queries with replacement from each stratum as it has. One resample is drawn after
 * the other, so how many are drawn at once changes none of them.
 *
 * @returns how often each query was drawn: query × resample
 */
export function drawResamples({ starts }: Strata, random: () => number, resamples: number): Int32Array {
  const counts = new Int32Array(starts.at(-1)! * resamples);
  for (let resample = 0; resample < resamples; resample++) {
    for (let stratum = 1; stratum < starts.length; stratum++) {
      const start = starts[stratum - 1]!;
      const size = starts[stratum]! - start;
      for (let draw = 0; draw < size; draw++) {
        counts[(start + Math.floor(random() * size)) * resamples + resample]! += 1;
      }
    }
  }
  return counts;
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
