import type { RouterEvaluation } from 'pareto-router';
import { fixed, percent } from '../figures.js';

/** A term of the report in one line, with its figure where it is one. */
export interface Explained {
  readonly term: string;
  readonly value?: string;
  readonly meaning: string;
}

/** Figures over all α. They choose α with hindsight; the verdict does not. */
export function figuresOverAlpha({ aiq, zeroRouterAiq, perfGain, costSave }: RouterEvaluation): Explained[] {
  return [
    {
      term: 'AIQ',
      value: fixed(aiq, 3),
      meaning: `mean accuracy over all budgets between the cheapest and the dearest model; mixing models at random: ${fixed(zeroRouterAiq, 3)}`,
    },
    {
      term: 'PerfGain',
      value: percent(perfGain),
      meaning: 'highest accuracy at any α over that of the best single model, minus 1',
    },
    { term: 'CostSave', value: percent(costSave), meaning: savingInWords(costSave) },
  ];
}

function savingInWords(costSave: number | null): string {
  if (costSave === null) return "share of the best single model's cost saved at its accuracy; no α reaches that";
  if (costSave < 0) return 'as accurate as the best single model at some α, but dearer at every one of them';
  return "share of the best single model's cost that is saved at the cheapest α with its accuracy";
}

/** Words of the table and of the charts. */
export const glossary: readonly Explained[] = [
  {
    term: 'accuracy',
    meaning: 'mean over the datasets of their mean scores, so that a large one does not drown the others',
  },
  { term: 'micro', meaning: 'mean score over all queries, whatever their dataset' },
  { term: 'per correct', meaning: 'mean cost a query divided by micro accuracy: what a right answer costs' },
  {
    term: 'oracle',
    meaning: 'knows the outcomes: the best answer to each query, then the cheapest; no router does better',
  },
  { term: 'best per dataset', meaning: 'the most accurate single model of each dataset, chosen with hindsight' },
  { term: 'random', meaning: 'a model drawn at random for each query' },
];
