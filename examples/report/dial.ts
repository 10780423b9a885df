import * as Plot from '@observablehq/plot';
import { shortAlpha } from '../figures.js';
import { colour, draw, halo, percentAxis, plainCost, type Size } from './drawing.js';
import { isMeasured, stepsOf, thinned, type Evaluated } from './evaluated.js';

/** Accuracy and mean cost over α, one above the other: the paper's figure 2, in exact steps. */
export function dialCharts(evaluated: Evaluated, size: Size): string {
  const cost = { label: '↑ mean cost, USD', grid: true, zero: true, ticks: 4, tickFormat: plainCost };
  return panel(evaluated, size, 'accuracy', percentAxis('↑ accuracy')) + panel(evaluated, size, 'meanCost', cost);
}

function panel(evaluated: Evaluated, size: Size, y: 'accuracy' | 'meanCost', axis: Plot.ScaleOptions): string {
  const { evaluation, alpha } = evaluated;
  const steps = thinned(stepsOf(evaluated).filter(isMeasured)) as {
    alpha: number;
    accuracy: number;
    meanCost: number;
  }[];
  if (steps.length === 0) return '';
  const best = evaluation.baselines.bestSingle[y];
  const title = y === 'accuracy' ? 'Accuracy of the router over α' : 'Mean cost of the router over α';
  const isLow = steps.filter(({ alpha }) => alpha < 0.3).every((step) => best !== null && step[y] < best);
  return draw(
    title,
    size,
    {
      height: 200,
      ...alphaAxis(size),
      y: axis,
      marks: [
        Plot.line(steps, { x: 'alpha', y, curve: 'step-after', stroke: colour.router, strokeWidth: 2 }),
        best === null ? null : Plot.ruleY([best], { stroke: colour.quiet, strokeDasharray: '5 4' }),
        best === null
          ? null
          : Plot.text([best], {
              frameAnchor: 'left',
              y: (value: number) => value,
              text: () => 'best single model',
              dx: 6,
              dy: isLow ? 11 : -9,
              ...halo,
              fill: 'var(--muted)',
            }),
        judgedRule(alpha, true),
      ],
    },
    'alpha',
  );
}

/** The same for all charts over α, so that they stand exactly one above the other. */
export function alphaAxis(size: Size): Plot.PlotOptions {
  return {
    marginLeft: 62,
    marginRight: 14,
    marginTop: 30,
    marginBottom: 42,
    x: { label: 'α →', domain: [0, 1], ticks: size.name === 'narrow' ? 5 : 10, labelOffset: 36 },
  };
}

export function judgedRule(alpha: number, withLabel: boolean): Plot.Markish {
  const text = `judged: ${shortAlpha(alpha)}`;
  const anchor = alpha > 0.85 ? 'end' : alpha < 0.15 ? 'start' : 'middle';
  return [
    Plot.ruleX([alpha], { stroke: 'currentColor', strokeDasharray: '3 3' }),
    ...(withLabel
      ? [
          Plot.text([alpha], {
            x: (value: number) => value,
            frameAnchor: 'top',
            dy: -10,
            textAnchor: anchor,
            text: () => text,
            ...halo,
          }),
        ]
      : []),
  ];
}
