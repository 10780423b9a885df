import type { RouterEvaluation } from 'pareto-router';
import { dollars, percent, shortAlpha } from '../figures.js';
import { starred, yardsticksOf, type Evaluated } from './evaluated.js';

type Policy = RouterEvaluation['baselines']['oracle'];

/** A row of the comparison: a name, and a text for each column of {@link columns}. */
export interface Row {
  readonly name: string;
  readonly cells: readonly string[];
  /** The router at the α that is judged. */
  readonly isJudged: boolean;
}

export interface Group {
  readonly title: string;
  readonly rows: readonly Row[];
}

export const columns = ['accuracy', 'micro', 'total cost', 'per correct'];

export const sorting = 'The router by rising α, all others from the most accurate down. The judged α is marked.';

/** Everything that was measured, side by side. */
export function comparison({ evaluation, alpha }: Evaluated): Group[] {
  const { baselines, points } = evaluation;
  const best = baselines.bestSingle.model;
  const row = (name: string, policy: Policy, isJudged = false): Row => ({
    name: starred(name, policy),
    cells: [
      percent(policy.accuracy),
      percent(policy.microAccuracy),
      dollars(policy.totalCost),
      dollars(policy.costPerCorrect),
    ],
    isJudged,
  });
  return [
    {
      title: 'Router',
      rows: points.map((point) => row(`α = ${shortAlpha(point.alpha)}`, point, point.alpha === alpha)),
    },
    {
      title: 'Single models',
      rows: byAccuracy(baselines.models.map((policy) => ({ name: policy.model, policy }))).map(({ name, policy }) =>
        row(name === best ? `${name} (best single)` : name, policy),
      ),
    },
    { title: 'Yardsticks', rows: byAccuracy(yardsticksOf(evaluation)).map(({ name, policy }) => row(name, policy)) },
  ];
}

function byAccuracy<T extends { policy: Policy }>(policies: readonly T[]): T[] {
  return [...policies].sort((a, b) => (b.policy.accuracy ?? -1) - (a.policy.accuracy ?? -1));
}

/** What the stars mean; `null` where there are none. */
export function footnote({ evaluation }: Evaluated): string | null {
  const { baselines, points, queries } = evaluation;
  const counts = [
    ...baselines.models.map(({ model, unobserved }) => ({ name: model, unobserved })),
    ...yardsticksOf(evaluation).map(({ name, policy }) => ({ name, unobserved: policy.unobserved })),
    ...points.map(({ alpha, unobserved }) => ({ name: `router at α = ${shortAlpha(alpha)}`, unobserved })),
  ].filter(({ unobserved }) => unobserved > 0);
  if (counts.length === 0) return null;
  const list = counts.map(({ name, unobserved }) => `${name} on ${queries - unobserved}`).join(', ');
  return `* measured on fewer than all ${queries} held-out queries, so compare with care: ${list}.`;
}
