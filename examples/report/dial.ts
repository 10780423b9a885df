import * as Plot from '@observablehq/plot';
import { shortAlpha } from '../figures.js';
import { colour, draw, halo, percentAxis, plainCost, type Size } from './drawing.js';
import { labelElements } from './label-elements.js';
import { placeLabels, segmentsOf, type Pixel } from './labels.js';
import { isMeasured, stepsOf, thinned, type Evaluated } from './evaluated.js';

/** Accuracy and mean cost over α, one above the other: the paper's figure 2, in exact steps. Empty where there is no α to choose. */
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
  if (steps.length < 2) return '';
  const best = evaluation.baselines.bestSingle[y];
  const title = y === 'accuracy' ? 'Accuracy of the router over α' : 'Mean cost of the router over α';
  return draw(
    title,
    size,
    {
      height: 200,
      ...alphaAxis(size),
      y: { ...axis, insetTop: 6 },
      marks: [
        Plot.line(steps, { x: 'alpha', y, curve: 'step-after', stroke: colour.router, strokeWidth: 2 }),
        best === null ? null : Plot.ruleY([best], { stroke: colour.quiet, strokeDasharray: '5 4' }),
        best === null
          ? null
          : bestMark(
              steps.map((step) => [step.alpha, step[y]]),
              best,
              alpha,
              size,
            ),
        judgedRule(alpha, true),
      ],
    },
    'alpha',
  );
}

/** Names the line of the best single model, where the curve leaves room. */
function bestMark(steps: readonly Pixel[], best: number, alpha: number, { fontSize }: Size): Plot.RenderFunction {
  return (_, scales, _values, { width, height, marginTop, marginBottom, marginLeft, marginRight }) => {
    const [x, y] = [scales.x, scales.y] as ((value: number) => number)[] as [Scale, Scale];
    const corners = steps.flatMap(([at, value], i): Pixel[] => {
      const next = steps[i + 1]?.[0] ?? 1;
      return [
        [x(at), y(value)],
        [x(next), y(value)],
      ];
    });
    const rule: Pixel[] = [
      [x(alpha), marginTop],
      [x(alpha), height - marginBottom],
    ];
    const places = Array.from({ length: 19 }, (_, i) => ({ x: x((i + 1) / 20), y: y(best) }));
    const [first, ...elsewhere] = places;
    const label = { text: 'best single model', ...first!, radius: 0, elsewhere };
    const line: Pixel[] = [
      [x(0), y(best)],
      [x(1), y(best)],
    ];
    const frame = { left: marginLeft, right: width - marginRight, top: marginTop - 4, bottom: height - marginBottom };
    const lines = [corners, rule, line].flatMap(segmentsOf);
    return labelElements(placeLabels([label], { frame, fontSize, lines }), fontSize, () => 'var(--muted)');
  };
}

type Scale = (value: number) => number;

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
