import { dollars, percent } from '../figures.js';
import { shortAlpha, type Evaluated } from './charts.js';

/** The comparison as text: a head, every baseline, and the router at each evaluated α. */
export function summaryRows({ evaluation }: Evaluated): string[][] {
  const { baselines, points } = evaluation;
  const row = (name: string, policy: (typeof points)[number] | typeof baselines.oracle): string[] => [
    name,
    percent(policy.accuracy),
    percent(policy.microAccuracy),
    dollars(policy.totalCost),
    policy.costPerCorrect === null ? '–' : `$${policy.costPerCorrect.toPrecision(3)}`,
    String(policy.unobserved),
  ];
  const best = baselines.bestSingle.model;
  return [
    ['held-out queries', 'accuracy', 'micro', 'total cost', 'per correct', 'unobserved'],
    ...baselines.models.map((single) =>
      row(single.model === best ? `${single.model} (best single)` : single.model, single),
    ),
    row('random', baselines.random),
    row('best per dataset', baselines.expert),
    row('oracle', baselines.oracle),
    ...points.map((point) => row(`router, α = ${shortAlpha(point.alpha)}`, point)),
  ];
}

/** The same as a Markdown document. */
export function markdownReport(evaluated: Evaluated, source: string, settings: string): string {
  const { evaluation } = evaluated;
  const [head, ...rows] = summaryRows(evaluated);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const plain = (value: number | null): string => (value === null ? '–' : value.toFixed(4));
  return [
    '# What routing gains',
    `${source}. ${settings}; ${evaluation.queries} held-out queries.`,
    evaluation.verdict?.sentence ?? 'No verdict: too little was observed.',
    [
      `- AIQ ${plain(evaluation.aiq)} (single models mixed at random: ${plain(evaluation.zeroRouterAiq)})`,
      `- PerfGain ${percent(evaluation.perfGain)}`,
      `- CostSave ${percent(evaluation.costSave)}`,
      ...evaluation.warnings.map(({ message }) => `- Warning: ${message}`),
    ].join('\n'),
    [line(head!), line(head!.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n'),
    '',
  ].join('\n\n');
}
