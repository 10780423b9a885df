import { drawResamples, percentileInterval, stratify } from '../core/bootstrap.js';
import { createRandom } from '../core/random.js';
import { ResampledMeans, type Measured } from '../core/resampled-means.js';
import type { EvaluationProgress, Traffic } from './traffic.js';

/**
 * An estimate with its 95 % interval.
 * @example
 * const { verdict } = await evaluateRouter(router, test);
 * if (verdict) console.log(`${verdict.gain.estimate} (${verdict.gain.low} to ${verdict.gain.high})`);
 */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** Figures that are made of what the policies of a {@link Lineup} achieve on one draw of the queries. */
export type Statistic = (measured: Measured) => readonly number[];

/** Policies that are measured side by side, on the same draws. */
export class Lineup<M extends string = string> {
  readonly policies: Int32Array[] = [];
  readonly #traffic: Traffic<M>;

  constructor(traffic: Traffic<M>) {
    this.#traffic = traffic;
  }

  /**
   * Adds a policy. One that answers like another shares its place, so that the two measure alike to the last bit.
   *
   * @param picks - the model of each query
   * @returns its place
   */
  add(picks: Int32Array): number {
    const known = this.policies.findIndex((policy) => policy.every((model, query) => model === picks[query]));
    return known < 0 ? this.policies.push(picks) - 1 : known;
  }

  /** The place of the policy that gives every query this model. */
  single(model: M): number {
    const { models, datasetOf } = this.#traffic;
    return this.add(new Int32Array(datasetOf.length).fill(models.indexOf(model)));
  }
}

/** Of one pass over the records: as many as share what is read of a record. `onProgress` is called after each. */
const resamplesPerPass = 8;

/**
 * Estimates statistics with percentile intervals of a paired bootstrap: every resample draws the queries of each dataset anew
 * (see `stratify`), and measures all policies on the same draw. The records of one query are drawn together, so copies of a test set do not
 * make it larger.
 *
 * @returns an interval for each figure of each statistic; NaN where a figure is
 */
export async function estimateIntervals(
  traffic: Traffic,
  policies: readonly Int32Array[],
  statistics: readonly Statistic[],
  { resamples, seed, signal, onProgress }: BootstrapSettings,
): Promise<Interval[][]> {
  const tell = async (completed: number): Promise<void> => {
    await onProgress?.({ stage: 'bootstrap', completed, total: resamples });
    signal?.throwIfAborted();
  };
  await tell(0);
  const strata = stratify(traffic.textOf, traffic.datasetOf, traffic.datasets.length);
  const means = new ResampledMeans(policies, traffic, strata);
  const everyQueryOnce = new Int32Array(strata.starts.at(-1)!).fill(1);
  const [whole] = means.measure(everyQueryOnce, 1);
  const estimates = statistics.map((statistic) => statistic(whole!));
  const replicates = estimates.map((figures) => figures.map(() => new Float64Array(resamples)));
  const random = createRandom(seed);
  for (let first = 0; first < resamples; first += resamplesPerPass) {
    const draws = Math.min(resamplesPerPass, resamples - first);
    means.measure(drawResamples(strata, random, draws), draws).forEach((measured, draw) => {
      statistics.forEach((statistic, i) => {
        statistic(measured).forEach((figure, j) => {
          replicates[i]![j]![first + draw] = figure;
        });
      });
    });
    await tell(first + draws);
  }
  return estimates.map((figures, i) =>
    figures.map((estimate, j) => {
      const [low, high] = percentileInterval(replicates[i]![j]!, 0.95);
      return { estimate, low, high };
    }),
  );
}

/** Settings of the bootstrap; see the options of `evaluateRouter`. */
export interface BootstrapSettings {
  readonly resamples: number;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: EvaluationProgress) => unknown) | undefined;
}
