import type { PolicySummary } from './summary.js';
import type { Traffic } from './traffic.js';

/** Something that makes an evaluation worth less than it looks. */
export interface EvaluationWarning {
  /**
   * - `'collapse'`: one model takes more than 95 % of the queries at the judged α;
   * - `'small_clusters'`: clusters with fewer than 10 training records, whose means say little;
   * - `'uneven_coverage'`: models that were not observed on all the queries, so that accuracies are means over different ones;
   * - `'unobserved_picks'`: answers of the router at the judged α without an observed score or cost.
   */
  readonly code: 'collapse' | 'small_clusters' | 'uneven_coverage' | 'unobserved_picks';
  readonly message: string;
}

const collapsedShare = 0.95;
const fewRecords = 10;

/**
 * @param judged - the router at the judged α
 * @param clusterSizes - training records of each cluster
 */
export function findWarnings<M extends string>(
  traffic: Traffic<M>,
  judged: PolicySummary & { readonly alpha: number; readonly shares: { readonly [model in M]: number } },
  clusterSizes: readonly number[],
): EvaluationWarning[] {
  const warnings: EvaluationWarning[] = [];
  const warn = (code: EvaluationWarning['code'], message: string): void => {
    warnings.push({ code, message });
  };
  const queries = traffic.embeddings.length;
  const alpha = Number(judged.alpha.toFixed(4));

  for (const model of traffic.models) {
    if (judged.shares[model] <= collapsedShare) continue;
    warn('collapse', `${model} takes ${percent(judged.shares[model])} of the queries at α = ${alpha}`);
  }
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
  const { unobserved, unobservedCosts } = judged;
  // Without any cost there is none to miss.
  if (unobserved > 0 || (unobservedCosts > 0 && unobservedCosts < queries)) {
    const counts = `${unobserved} without a score, ${unobservedCosts} without a cost`;
    warn('unobserved_picks', `of the ${queries} answers at α = ${alpha}, ${counts}`);
  }
  return warnings;
}

function observedShare({ models, scores, embeddings }: Traffic, model: number): number {
  let observed = 0;
  for (let entry = model; entry < scores.length; entry += models.length) if (!Number.isNaN(scores[entry]!)) observed++;
  return observed / embeddings.length;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
