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

/** What holds at α = 0, 0.001, …, 1, where it differs from what held before: enough to draw and to read. */
export function thinned(steps: readonly Step[]): Step[] {
  const shown: Step[] = [];
  for (const step of steps) {
    const alpha = Math.ceil(Number((1000 * step.alpha).toFixed(6))) / 1000;
    if (shown.at(-1)?.alpha === alpha) shown.pop();
    shown.push({ ...step, alpha });
  }
  return shown;
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
