/** The report's four charts: drawn by Observable Plot on a document without a browser, as inline SVG. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { RouterEvaluation, TradeoffCurve } from 'pareto-router';

/** What the charts show. `curve` is exact; `null` for the rule 'reference', whose points stand in for it. */
export interface Evaluated {
  readonly evaluation: RouterEvaluation;
  readonly curve: TradeoffCurve | null;
  /** The α that is judged. */
  readonly alpha: number;
}

interface Step {
  readonly alpha: number;
  readonly accuracy: number | null;
  readonly meanCost: number | null;
  readonly shares: Readonly<Record<string, number>>;
}

const { document } = parseHTML('<html><body></body></html>');

/** Colours are the page's, so that light, dark and print each have their own; shapes and labels tell the rest. */
const colour = { router: 'var(--router)', models: 'var(--quiet)', oracle: 'var(--oracle)', expert: 'var(--expert)' };
const shareColours = Array.from({ length: 10 }, (_, i) => `var(--share-${i})`);
const halo = { fill: 'currentColor', stroke: 'var(--background)', strokeWidth: 4, paintOrder: 'stroke' };

/** Cost–accuracy plane: single models, the router over all α, the frontier, and what bounds it. */
export function planeChart({ evaluation, curve }: Evaluated): string {
  const { baselines, frontier } = evaluation;
  const reached = stepsOf(evaluation, curve).filter(isMeasured);
  const models = baselines.models.filter(isMeasured).map((single) => ({ ...single, name: single.model }));
  const marks = [
    { ...baselines.oracle, name: 'oracle', symbol: 'star', fill: colour.oracle },
    { ...baselines.expert, name: 'best per dataset', symbol: 'diamond', fill: colour.expert },
    { ...baselines.random, name: 'random', symbol: 'cross', fill: colour.models },
  ].filter(isMeasured);
  const costs = [...reached, ...models, ...marks].map(({ meanCost }) => meanCost).filter((cost) => cost > 0);
  const logarithmic = Math.max(...costs) > 20 * Math.min(...costs);
  const labelled = [...models, ...marks];
  return draw('Cost and accuracy of single models and of the router at every α', {
    height: 430,
    marginRight: 24,
    marginBottom: 46,
    x: {
      label: 'mean cost, USD a query →',
      type: logarithmic ? 'log' : 'linear',
      ticks: 4,
      tickFormat: tidyCost,
      insetRight: 90,
      labelOffset: 38,
    },
    y: { ...percentAxis('↑ accuracy, mean over datasets'), insetTop: 12, insetBottom: 14 },
    marks: [
      Plot.line(
        [...reached].sort((a, b) => a.meanCost - b.meanCost || a.accuracy - b.accuracy),
        { x: 'meanCost', y: 'accuracy', stroke: colour.router, strokeOpacity: 0.35 },
      ),
      Plot.line(frontier, {
        x: 'meanCost',
        y: 'accuracy',
        curve: 'step-after',
        stroke: colour.router,
        strokeWidth: 2.5,
      }),
      Plot.dot(models, { x: 'meanCost', y: 'accuracy', r: 4.5, fill: colour.models, stroke: 'var(--background)' }),
      Plot.dot(marks, {
        x: 'meanCost',
        y: 'accuracy',
        r: 6,
        symbol: 'symbol',
        fill: 'fill',
        stroke: 'var(--background)',
      }),
      ...placeLabels(labelled, logarithmic).map(({ entry, dx, dy, anchor }) =>
        Plot.text([entry], { x: 'meanCost', y: 'accuracy', text: 'name', dx, dy, textAnchor: anchor, ...halo }),
      ),
    ],
  });
}

/** Accuracy and mean cost over α: the paper's figure 2, in exact steps. */
export function alphaChart({ evaluation, curve, alpha }: Evaluated): string {
  const steps = untilOne(stepsOf(evaluation, curve)).filter(isMeasured);
  const panel = (y: 'accuracy' | 'meanCost', axis: Plot.ScaleOptions, label: boolean): string =>
    draw(y === 'accuracy' ? 'Accuracy of the router over α' : 'Mean cost of the router over α', {
      height: label ? 204 : 190,
      marginLeft: 60,
      marginBottom: label ? 42 : 28,
      marginTop: 26,
      x: { label: label ? 'α →' : null, domain: [0, 1], labelOffset: 36 },
      y: axis,
      marks: [
        Plot.ruleX([alpha], { stroke: 'var(--rule)', strokeDasharray: '3 3' }),
        Plot.line(steps, { x: 'alpha', y, curve: 'step-after', stroke: colour.router, strokeWidth: 2 }),
        Plot.ruleY(
          [evaluation.baselines.bestSingle[y]].filter((value) => value !== null),
          { stroke: colour.models, strokeDasharray: '5 4' },
        ),
        Plot.text([{ value: evaluation.baselines.bestSingle[y] }], {
          x: 0,
          y: 'value',
          text: () => 'best single model',
          textAnchor: 'start',
          dx: 6,
          dy: 10,
          ...halo,
          fill: 'var(--muted)',
        }),
      ],
    });
  const cost = panel(
    'meanCost',
    { label: '↑ mean cost, USD', grid: true, zero: true, ticks: 4, tickFormat: tidyCost },
    true,
  );
  return group(
    'Accuracy and mean cost of the router over α',
    panel('accuracy', percentAxis('↑ accuracy'), false) + cost,
  );
}

/** Who answers, over α: the paper's figure 3. */
export function sharesChart({ evaluation, curve, alpha }: Evaluated): string {
  const steps = untilOne(stepsOf(evaluation, curve));
  const models = evaluation.baselines.models.map(({ model }) => model);
  const used = models.filter((model) => steps.some(({ shares }) => (shares[model] ?? 0) > 0));
  const areas = steps.flatMap(({ alpha, shares }) =>
    used.map((model) => ({ alpha, model, share: shares[model] ?? 0 })),
  );
  const legend = used
    .map((model, i) => `<span><i style="background:${shareColour(i)}"></i>${escape(model)}</span>`)
    .join('');
  const chart = draw('Share of the queries that each model takes, over α', {
    height: 320,
    marginLeft: 60,
    marginBottom: 42,
    x: { label: 'α →', domain: [0, 1], labelOffset: 36 },
    y: { ...percentAxis('↑ share of the queries'), domain: [0, 1], grid: false },
    color: { domain: used, range: used.map((_, i) => shareColour(i)) },
    marks: [
      Plot.areaY(areas, {
        x: 'alpha',
        y: 'share',
        z: 'model',
        fill: 'model',
        curve: 'step-after',
        stroke: 'var(--background)',
        strokeWidth: 0.5,
        order: used,
      }),
      Plot.ruleX([alpha], { stroke: 'currentColor', strokeDasharray: '3 3' }),
    ],
  });
  return `<p class="legend">${legend}</p>${chart}`;
}

/** Accuracy on each dataset: the router at the judged α, the best single model, and the oracle. */
export function datasetsChart({ evaluation, alpha }: Evaluated): string {
  const { baselines, points } = evaluation;
  const router = points.find((point) => point.alpha === alpha)!;
  const policies = [
    { name: `router, α = ${shortAlpha(alpha)}`, datasets: router.datasets, fill: colour.router },
    { name: baselines.bestSingle.model, datasets: baselines.bestSingle.datasets, fill: colour.models },
    { name: 'oracle', datasets: baselines.oracle.datasets, fill: colour.oracle },
  ];
  const bars = policies.flatMap(({ name, datasets }) =>
    datasets.flatMap(({ dataset, accuracy }) =>
      accuracy === null ? [] : [{ name, dataset: dataset ?? 'no dataset', accuracy }],
    ),
  );
  const legend = policies
    .map(({ name, fill }) => `<span><i style="background:${fill}"></i>${escape(name)}</span>`)
    .join('');
  const chart = draw('Accuracy on each dataset', {
    height: 74 + 84 * router.datasets.length,
    marginLeft: 8,
    marginRight: 48,
    marginTop: 24,
    marginBottom: 42,
    x: { ...percentAxis('accuracy →'), domain: [0, 1], labelOffset: 36 },
    y: { axis: null, domain: policies.map(({ name }) => name) },
    fy: { label: null, axis: null, padding: 0.3 },
    color: { domain: policies.map(({ name }) => name), range: policies.map(({ fill }) => fill) },
    marks: [
      Plot.barX(bars, { x: 'accuracy', y: 'name', fy: 'dataset', fill: 'name', insetTop: 1, insetBottom: 1 }),
      Plot.text(bars, {
        x: 'accuracy',
        y: 'name',
        fy: 'dataset',
        text: ({ accuracy }: { accuracy: number }) => (100 * accuracy).toFixed(1),
        dx: 5,
        textAnchor: 'start',
        fill: 'currentColor',
      }),
      Plot.text(
        bars.filter(({ name }) => name === policies[0]!.name),
        { fy: 'dataset', text: 'dataset', frameAnchor: 'top-left', dy: -13, fontWeight: 600, fill: 'currentColor' },
      ),
    ],
  });
  return `<p class="legend">${legend}</p>${chart}`;
}

function stepsOf({ points }: RouterEvaluation, curve: TradeoffCurve | null): readonly Step[] {
  return curve?.breakpoints ?? points;
}

/** A step function holds up to α = 1. */
function untilOne(steps: readonly Step[]): Step[] {
  const last = steps.at(-1)!;
  return last.alpha === 1 ? [...steps] : [...steps, { ...last, alpha: 1 }];
}

function isMeasured<T extends { readonly accuracy: number | null; readonly meanCost: number | null }>(
  point: T,
): point is T & { readonly accuracy: number; readonly meanCost: number } {
  return point.accuracy !== null && point.meanCost !== null;
}

interface Labelled {
  readonly name: string;
  readonly accuracy: number;
  readonly meanCost: number;
}

/** Labels right of their points, or left, or shifted, whichever first place is free, in the chart's rough pixels. */
function placeLabels<T extends Labelled>(entries: readonly T[], logarithmic: boolean) {
  const scale = (cost: number): number => (logarithmic ? Math.log(Math.max(cost, Number.MIN_VALUE)) : cost);
  const xs = entries.map(({ meanCost }) => scale(meanCost));
  const ys = entries.map(({ accuracy }) => accuracy);
  const at = (value: number, all: readonly number[], size: number): number =>
    ((value - Math.min(...all)) / (Math.max(...all) - Math.min(...all) || 1)) * size;
  const taken = entries.map((_, i) => {
    const [x, y] = [at(xs[i]!, xs, 470), at(ys[i]!, ys, 340)];
    return { left: x - 6, right: x + 6, bottom: y - 6, top: y + 6 };
  });
  return entries.map((entry, i) => {
    const [x, y] = [at(xs[i]!, xs, 470), at(ys[i]!, ys, 340)];
    const width = 6.2 * entry.name.length;
    const places = [0, 12, -12, 24, -24, 36, -36].flatMap((dy) => [
      { dx: 9, dy, anchor: 'start' as const, left: x + 9 },
      { dx: -9, dy, anchor: 'end' as const, left: x - 9 - width },
    ]);
    const boxOf = ({ left, dy }: { left: number; dy: number }) => ({
      left,
      right: left + width,
      bottom: y - dy - 6,
      top: y - dy + 6,
    });
    const free = places.find((place) => {
      const box = boxOf(place);
      const inside = box.left > -30 && box.right < 600;
      return (
        inside &&
        taken.every(
          (other) =>
            box.right < other.left || box.left > other.right || box.top < other.bottom || box.bottom > other.top,
        )
      );
    });
    const place = free ?? places[0]!;
    taken.push(boxOf(place));
    return { entry, dx: place.dx, dy: place.dy, anchor: place.anchor };
  });
}

/** USD at full length where a person can count the zeros; a logarithmic axis is labelled at 1, 2 and 5 only. */
function tidyCost(cost: number): string {
  return String(Number(cost.toPrecision(3)));
}

function shareColour(i: number): string {
  return shareColours[i % shareColours.length]!;
}

function percentAxis(label: string): Plot.ScaleOptions {
  return { label, grid: true, ticks: 5, tickFormat: (value: number) => `${Math.round(100 * value)} %` };
}

function draw(title: string, options: Plot.PlotOptions): string {
  const svg = Plot.plot({ document, width: 640, style: { fontSize: '12px', background: 'none' }, ...options });
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', title);
  return svg.outerHTML;
}

/** Two panels that are one chart. */
function group(title: string, panels: string): string {
  return `<div role="group" aria-label="${escape(title)}">${panels}</div>`;
}

/** α as a person would write it. */
export function shortAlpha(alpha: number): string {
  return String(Number(alpha.toFixed(4)));
}

export function escape(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
