import * as Plot from '@observablehq/plot';
import { percent, shortAlpha } from '../figures.js';
import { colour, draw, escape, percentAxis, type Size } from './drawing.js';
import { judgedPoint, starred, type Evaluated } from './evaluated.js';

const bars = [
  { fill: colour.router, stroke: 'none' },
  { fill: 'url(#hatched)', stroke: colour.quiet },
  { fill: 'none', stroke: colour.oracle },
];

/** Accuracy on each dataset: the router at the judged α, the best single model, and the oracle. */
export function datasetsChart(evaluated: Evaluated, size: Size): string {
  const policies = policiesOf(evaluated);
  const measured = policies.flatMap(({ name, datasets }, i) =>
    datasets.flatMap(({ dataset, accuracy, queries }) => {
      const title = `${name} on ${dataset ?? 'no dataset'}: ${percent(accuracy)} of ${queries} queries`;
      return accuracy === null ? [] : [{ name, dataset: dataset ?? 'no dataset', accuracy, title, ...bars[i]! }];
    }),
  );
  return draw('Accuracy on each dataset', size, {
    height: 60 + 88 * policies[0]!.datasets.length,
    marginLeft: 10,
    marginRight: 66,
    marginTop: 22,
    marginBottom: 42,
    x: { ...percentAxis('accuracy →'), domain: [0, 1], labelOffset: 36 },
    y: { axis: null, domain: policies.map(({ name }) => name) },
    fy: { label: null, axis: null, padding: 0.3 },
    color: { type: 'identity' },
    marks: [
      ...bars.map((look) =>
        Plot.barX(
          measured.filter(({ fill }) => fill === look.fill),
          { x: 'accuracy', y: 'name', fy: 'dataset', ...look, insetTop: 1.5, insetBottom: 1.5, title: 'title' },
        ),
      ),
      Plot.text(measured, {
        x: 'accuracy',
        y: 'name',
        fy: 'dataset',
        text: ({ accuracy }: { accuracy: number }) => percent(accuracy),
        dx: 5,
        textAnchor: 'start',
        fill: 'currentColor',
      }),
      Plot.text(
        policies[0]!.datasets.map(({ dataset }) => dataset ?? 'no dataset'),
        { fy: (name: string) => name, text: (name: string) => name, frameAnchor: 'top-left', dy: -14, fontWeight: 600 },
      ),
    ],
  });
}

export function datasetsLegend(evaluated: Evaluated): string {
  const entries = policiesOf(evaluated).map(({ name }, i) => {
    const { fill, stroke } = bars[i]!;
    return `<li><svg width="22" height="14" aria-hidden="true"><rect x="1" y="1" width="20" height="12" fill="${fill}" stroke="${stroke}"/></svg>${escape(name)}</li>`;
  });
  return `<ul class="legend">${entries.join('')}</ul>`;
}

/** What fills the bars of the best single model, once a page. */
export const hatching =
  `<svg width="0" height="0" class="definitions" aria-hidden="true"><defs><pattern id="hatched" width="6" height="6" ` +
  `patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0,3H6" stroke="${colour.quiet}" stroke-width="2"/></pattern></defs></svg>`;

function policiesOf(evaluated: Evaluated) {
  const { baselines } = evaluated.evaluation;
  const router = judgedPoint(evaluated);
  return [
    { name: starred(`router, α = ${shortAlpha(evaluated.alpha)}`, router), datasets: router.datasets },
    { name: starred(baselines.bestSingle.model, baselines.bestSingle), datasets: baselines.bestSingle.datasets },
    { name: starred('oracle', baselines.oracle), datasets: baselines.oracle.datasets },
  ];
}
