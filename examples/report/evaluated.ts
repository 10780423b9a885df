import type { RouterEvaluation, TradeoffCurve } from 'pareto-router';

/** What a report shows. `curve` is exact; `null` for the rule 'reference' and without costs: the points stand in for it. */
export interface Evaluated {
  readonly evaluation: RouterEvaluation;
  readonly curve: TradeoffCurve | null;
  /** The α that is judged. */
  readonly alpha: number;
}

/** What holds from one α on, up to the next step. */
export interface Step {
  readonly alpha: number;
  readonly accuracy: number | null;
  readonly meanCost: number | null;
  readonly shares: Readonly<Record<string, number>>;
}

/** A place in the plane of cost and accuracy. */
export interface Place {
  readonly accuracy: number;
  readonly meanCost: number;
}

/** The router over α; the last step is at 1. */
export function stepsOf({ evaluation, curve }: Evaluated): Step[] {
  const steps = curve?.breakpoints ?? evaluation.points;
  const last = steps.at(-1)!;
  return last.alpha === 1 ? [...steps] : [...steps, { ...last, alpha: 1 }];
}

/** The router at the judged α. */
export function judgedPoint({ evaluation, alpha }: Evaluated): RouterEvaluation['points'][number] {
  return evaluation.points.find((point) => point.alpha === alpha)!;
}

export function isMeasured<T extends { readonly accuracy: number | null; readonly meanCost: number | null }>(
  policy: T,
): policy is T & Place {
  return policy.accuracy !== null && policy.meanCost !== null;
}

/** A name with a star where it was measured on fewer queries than others. */
export function starred(name: string, { unobserved }: { readonly unobserved: number }): string {
  return unobserved > 0 ? `${name}*` : name;
}

/** What the stars mean; nothing where there are none. */
export function footnotes({ evaluation }: Evaluated): string[] {
  const { baselines, points, queries } = evaluation;
  const counts = [
    ...baselines.models.map(({ model, unobserved }) => ({ name: model, unobserved })),
    ...yardsticksOf(evaluation).map(({ name, policy }) => ({ name, unobserved: policy.unobserved })),
    ...points.map((point) => ({ name: `router, α = ${Number(point.alpha.toFixed(4))}`, unobserved: point.unobserved })),
  ].filter(({ unobserved }) => unobserved > 0);
  if (counts.length === 0) return [];
  const list = counts.map(({ name, unobserved }) => `${name} ${queries - unobserved}`).join(', ');
  return [`* measured on fewer than all ${queries} queries, so not quite comparable: ${list}.`];
}

/** What a router is measured against, beside the single models. */
export function yardsticksOf({ baselines }: RouterEvaluation): {
  name: 'oracle' | 'best per dataset' | 'random';
  policy: RouterEvaluation['baselines']['oracle'];
}[] {
  return [
    { name: 'oracle', policy: baselines.oracle },
    { name: 'best per dataset', policy: baselines.expert },
    { name: 'random', policy: baselines.random },
  ];
}
