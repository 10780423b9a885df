import { Tally } from '../core/tally.js';
import type { Traffic } from './traffic.js';

/**
 * What a policy (one answer a query) achieves. `null` stands for "nothing observed".
 * @example
 * const { random } = (await evaluateRouter(router, test)).baselines;
 * console.log(random.accuracy, random.costPerCorrect, random.unobserved);
 */
export interface PolicySummary {
  /** Macro accuracy in [0, 1]: the unweighted mean over datasets of their mean scores (paper, section 3). */
  readonly accuracy: number | null;
  /** Mean score over all queries, in [0, 1]. */
  readonly microAccuracy: number | null;
  /** USD a query, over the answers whose cost was observed. */
  readonly meanCost: number | null;
  /** USD: sum of the observed costs. */
  readonly totalCost: number | null;
  /** USD a correct answer, wrong answers' cost included: mean cost ÷ micro accuracy. `null` when nothing is correct. */
  readonly costPerCorrect: number | null;
  /** Answers without an observed score: left out of the accuracies, never counted as wrong. */
  readonly unobserved: number;
  /** Answers without an observed cost: left out of the costs. */
  readonly unobservedCosts: number;
  readonly datasets: readonly DatasetSummary[];
}

/**
 * One dataset's part of a {@link PolicySummary}.
 * @example
 * const { oracle } = (await evaluateRouter(router, test)).baselines;
 * for (const { dataset, queries, accuracy } of oracle.datasets) console.log(dataset, queries, accuracy);
 */
export interface DatasetSummary {
  /** `null` for the records that name none. */
  readonly dataset: string | null;
  readonly queries: number;
  readonly accuracy: number | null;
  /** USD a query. */
  readonly meanCost: number | null;
}

/** Tallies a policy that gives every query one model of the router. */
export function tallyPolicy(traffic: Traffic, modelOf: (query: number) => number): Tally {
  const tally = new Tally(traffic.datasetOf, traffic.datasets.length);
  const models = traffic.models.length;
  for (let query = 0; query < traffic.embeddings.length; query++) {
    const entry = query * models + modelOf(query);
    tally.set(query, traffic.scores[entry]!, traffic.costs[entry]!);
  }
  return tally;
}

export function summarize(tally: Tally, { datasets, embeddings }: Traffic): PolicySummary {
  const costPerCorrect = tally.meanCost / tally.microAccuracy;
  return {
    accuracy: orNull(tally.accuracy),
    microAccuracy: orNull(tally.microAccuracy),
    meanCost: orNull(tally.meanCost),
    totalCost: tally.costCount === 0 ? null : tally.totalCost,
    costPerCorrect: orNull(costPerCorrect),
    unobserved: embeddings.length - tally.scoreCount,
    unobservedCosts: embeddings.length - tally.costCount,
    datasets: tally.datasets.map(({ queries, scores, costs }, i) => ({
      dataset: datasets[i]!,
      queries,
      accuracy: orNull(scores.mean),
      meanCost: orNull(costs.mean),
    })),
  };
}

/** JSON knows no NaN: what is not observed (or divided by nothing) is `null`. */
export function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Share of the queries that each model takes. */
export function sharesOf<M extends string>(models: readonly M[], counts: ArrayLike<number>): { [model in M]: number } {
  let queries = 0;
  for (let i = 0; i < models.length; i++) queries += counts[i]!;
  return Object.fromEntries(models.map((model, i) => [model, counts[i]! / queries])) as { [model in M]: number };
}
