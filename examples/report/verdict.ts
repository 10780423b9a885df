import * as Plot from '@observablehq/plot';
import type { RouterEvaluation } from 'pareto-router';
import { fixed, points } from '../figures.js';
import { colour, draw, type Size } from './drawing.js';

type Verdict = NonNullable<RouterEvaluation['verdict']>;

const words = { pays: 'Routing pays', does_not_pay: 'Routing does not pay', unclear: 'Unclear' };

/** The verdict in a word or three. */
export function headline(verdict: Verdict | null): string {
  return verdict ? words[verdict.answer] : 'No verdict';
}

export function sentenceOf(verdict: Verdict | null): string {
  return verdict?.sentence ?? 'No verdict: too little was observed.';
}

/** What the bar shows, in figures. */
export function gainInWords({ verdict, baselines }: RouterEvaluation): string {
  if (!verdict) return '';
  const { estimate, low, high } = verdict.gain;
  const rival = baselines.bestSingle.meanCost === null ? 'the best single model' : 'mixing single models at equal cost';
  return `Gain over ${rival}: ${points(estimate)} points (95 % interval ${points(low)} to ${points(high)})`;
}

/** What a bar reaches over: the interval and 0, with some room. */
function reachOf({ low, high }: Verdict['gain']): [number, number] {
  const [from, to] = [Math.min(0, low), Math.max(0, high)];
  const room = 0.12 * (to - from || 0.01);
  return [from - room, to + room];
}

/** The interval of the gain, with 0 marked. */
export function gainChart(evaluation: RouterEvaluation, size: Size): string {
  if (!evaluation.verdict) return '';
  const { gain } = evaluation.verdict;
  const title = gainInWords(evaluation);
  return draw(title, size, {
    height: 84,
    // Inside of a panel, whose text may not be smaller either.
    width: 0.85 * size.width,
    marginLeft: 12,
    marginRight: 12,
    marginTop: 22,
    marginBottom: 40,
    x: {
      domain: reachOf(gain).map((value) => 100 * value),
      label: 'gain, points of accuracy →',
      ticks: size.name === 'narrow' ? 5 : 8,
      tickFormat: (value: number) => fixed(value, Number.isInteger(value) ? 0 : 1),
      labelOffset: 36,
    },
    y: { axis: null, domain: [0, 1] },
    marks: [
      Plot.ruleX([0], { stroke: 'currentColor', strokeWidth: 1.5 }),
      Plot.text([0], { x: (value: number) => value, frameAnchor: 'top', dy: -12, text: () => 'no gain' }),
      Plot.ruleY([0.5], { x1: 100 * gain.low, x2: 100 * gain.high, stroke: colour.router, strokeWidth: 5 }),
      Plot.dot([gain], {
        x: ({ estimate }: typeof gain) => 100 * estimate,
        y: () => 0.5,
        r: 7,
        fill: colour.router,
        stroke: 'var(--background)',
        strokeWidth: 2,
        title: () => title,
      }),
    ],
  });
}

/** The same in characters: two lines. */
export function gainBar(verdict: Verdict, width: number): string[] {
  const [from, to] = reachOf(verdict.gain);
  const column = (value: number): number => Math.round(((value - from) / (to - from)) * (width - 1));
  const [zero, low, high, estimate] = [0, verdict.gain.low, verdict.gain.high, verdict.gain.estimate].map(column) as [
    number,
    number,
    number,
    number,
  ];
  const bar = Array.from({ length: width }, (_, i) => {
    if (i === estimate) return '●';
    if (i === zero) return i > low && i < high ? '┼' : '│';
    if (i === low) return '├';
    if (i === high) return '┤';
    return i > low && i < high ? '─' : ' ';
  });
  const label = ' '.repeat(zero) + '0';
  return [bar.join('').trimEnd(), label];
}
