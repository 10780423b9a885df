import type { AlphaPicks } from './routing.js';
import type { Traffic } from './traffic.js';

/**
 * Something that makes an evaluation worth less than it looks.
 * @example
 * const { warnings } = await evaluateRouter(router, test);
 * for (const { code, message } of warnings) console.warn(code, message);
 */
export interface EvaluationWarning {
  /**
   * - `'collapse'`: one model takes more than 95 % of the queries at every judged α;
   * - `'small_clusters'`: clusters with fewer than 10 training records, whose means say little;
   * - `'uneven_coverage'`: models that were not observed on all the queries, so that accuracies are means over different ones;
   * - `'unobserved_picks'`: answers of the router at a judged α without an observed score or cost.
   */
  readonly code: 'collapse' | 'small_clusters' | 'uneven_coverage' | 'unobserved_picks';
  readonly message: string;
}

const collapsedShare = 0.95;
const fewRecords = 10;

/**
 * @param judged - the router at every judged α
 * @param clusterSizes - training records of each cluster
 */
export function findWarnings<M extends string>(
  traffic: Traffic<M>,
  judged: readonly AlphaPicks[],
  clusterSizes: readonly number[],
): EvaluationWarning[] {
  const warnings: EvaluationWarning[] = [];
  const warn = (code: EvaluationWarning['code'], message: string): void => {
    warnings.push({ code, message });
  };
  const queries = traffic.embeddings.length;

  traffic.models.forEach((model, i) => {
    const share = Math.min(...judged.map(({ picks }) => shareOf(picks, i)));
    if (share <= collapsedShare) return;
    const where = judged.length === 1 ? `at ${named(judged[0]!)}` : 'or more at every judged α';
    warn('collapse', `${model} takes ${percent(share)} of the queries ${where}`);
  });
  const small = clusterSizes.filter((size) => size < fewRecords).length;
  if (small > 0) {
    warn(
      'small_clusters',
      `${small} of ${clusterSizes.length} clusters have fewer than ${fewRecords} training records`,
    );
  }
  const coverage = traffic.models.map((model, i) => ({ model, share: observedShare(traffic, i) }));
  const gaps = coverage.filter(({ share }) => share < 1);
  if (gaps.length > 0) {
    const list = gaps.map(({ model, share }) => `${model} ${percent(share)}`).join(', ');
    warn('uneven_coverage', `some models are not scored on all of the ${queries} queries: ${list}`);
  }
  const missing = judged.map((at) => ({ at, ...countUnobserved(traffic, at.picks) }));
  const worst = missing.reduce((a, b) => (b.scores + b.costs > a.scores + a.costs ? b : a));
  if (worst.scores + worst.costs > 0) {
    const counts = `${worst.scores} without a score, ${worst.costs} without a cost`;
    warn('unobserved_picks', `of the ${queries} answers at ${named(worst.at)}, ${counts}`);
  }
  return warnings;
}

function shareOf(picks: Int32Array, model: number): number {
  let count = 0;
  for (const pick of picks) if (pick === model) count++;
  return count / picks.length;
}

/** Answers without a score, and without a cost where there is any: without one there is none to miss. */
function countUnobserved({ models, scores, costs }: Traffic, picks: Int32Array): { scores: number; costs: number } {
  const missing = (values: Float64Array): number =>
    picks.reduce((count, model, query) => count + Number(Number.isNaN(values[query * models.length + model]!)), 0);
  const unobservedCosts = missing(costs);
  return { scores: missing(scores), costs: unobservedCosts === picks.length ? 0 : unobservedCosts };
}

function named({ alpha }: AlphaPicks): string {
  return `α = ${Number(alpha.toFixed(4))}`;
}

function observedShare({ models, scores, embeddings }: Traffic, model: number): number {
  let observed = 0;
  for (let entry = model; entry < scores.length; entry += models.length) if (!Number.isNaN(scores[entry]!)) observed++;
  return observed / embeddings.length;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
