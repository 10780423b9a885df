import { percent, usd } from '../../figures.js';
import { baselineOf, placeLabels, segmentsOf, type Point } from '../../report/labels.js';
import type { Plane, Reached, Single } from '../worker/protocol.js';
import { html, svg } from './elements.js';
import type { ModelColours } from './model-colours.js';
import { extent, linearScale, logScale, type Scale } from './scale.js';

type Measured = Single & Reached;

interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A drawn plane, and where a point lies in it. */
export interface DrawnPlane {
  readonly chart: SVGSVGElement;
  /** What the dots are called, where the chart is too narrow for names; else empty. */
  readonly key: readonly HTMLElement[];
  readonly frame: Frame;
  readonly at: (point: Reached) => { readonly x: number; readonly y: number };
}

/** Below this many pixels dots have numbers for names. */
const narrow = 560;

/** Of a dot, and of the names: as the style sheet has it. */
const radius = 5.5;
const fontSize = 12;

/** @param other - of another router, dashed */
export function drawPlane(plane: Plane, other: Plane | undefined, width: number, colours: ModelColours): DrawnPlane {
  const isNarrow = width < narrow;
  const height = Math.round(Math.min(560, Math.max(320, 0.6 * width)));
  const frame = { left: 48, right: width - 16, top: 20, bottom: height - 46 };
  const singles = plane.models.filter(isMeasured);
  const { x, y } = scalesOf([...plane.curve, ...singles, ...(other?.curve ?? [])], frame, isNarrow);
  const at = ({ meanCost, accuracy }: Reached) => ({ x: x.at(meanCost), y: y.at(accuracy) });

  const chart = svg(
    'svg',
    { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': inWords(singles) },
    axes(x, y, frame),
    ...(other ? [svg('path', { class: 'curve other', d: steps(other.frontier.map(at)) })] : []),
    svg('path', { class: 'curve every', d: polyline(plane.curve.map(at)) }),
    svg('path', { class: 'curve frontier', d: steps(plane.frontier.map(at)) }),
  );
  const names = singles.map((single, i) => ({
    ...at(single),
    ...{ radius, text: isNarrow ? String(i + 1) : single.model },
  }));
  const lines = segmentsOf(plane.frontier.map(at).map(({ x, y }) => [x, y]));
  placeLabels(names, { frame: { ...frame, right: width }, fontSize, lines }).forEach((placed, i) => {
    const { model, accuracy, meanCost } = singles[i]!;
    const { x, y } = at(singles[i]!);
    if (placed?.leader) chart.append(svg('line', { class: 'leader', ...placed.leader }));
    const title = svg('title', {}, `${model}: ${percent(accuracy)} right, USD ${usd(meanCost)} a query`);
    chart.append(svg('circle', { class: `dot ${colours.classOf(model)}`, cx: x, cy: y, r: radius }, title));
    if (placed) chart.append(svg('text', { class: 'label', ...baselineOf(placed, fontSize) }, placed.label.text));
  });
  const key = isNarrow ? singles.map(({ model }, i) => html('li', {}, `${i + 1} `, colours.label(model))) : [];
  return { chart, key, frame, at };
}

function isMeasured(single: Single): single is Measured {
  return single.accuracy !== null && single.meanCost !== null;
}

/** Costs that differ tenfold need a logarithmic axis. */
function scalesOf(points: readonly Reached[], frame: Frame, isNarrow: boolean): { x: Scale; y: Scale } {
  const costs = extent(points.map(({ meanCost }) => meanCost));
  const accuracies = extent(points.map(({ accuracy }) => accuracy));
  // Room for the names of the dearest models, which are many.
  const across = [frame.left + 14, frame.right - (isNarrow ? 24 : 170)] as const;
  const columns = isNarrow ? 3 : 6;
  const isWide = costs[0] > 0 && costs[1] > 10 * costs[0];
  return {
    x: isWide ? logScale(costs, across, columns) : linearScale([Math.min(0, costs[0]), costs[1]], across, columns),
    y: linearScale(accuracies, [frame.bottom - 14, frame.top + 14], 5),
  };
}

function inWords(singles: readonly Measured[]): string {
  const [best] = [...singles].sort((a, b) => b.accuracy - a.accuracy);
  const mark = best
    ? ` The most accurate of them, ${best.model}, is ${percent(best.accuracy)} right at USD ${usd(best.meanCost)} a query.`
    : '';
  return `Accuracy over mean cost of the router at every α, and of ${singles.length} single models.${mark}`;
}

function axes(x: Scale, y: Scale, { left, right, bottom }: Frame): SVGGElement {
  const group = svg('g', { class: 'axes' });
  for (const tick of y.ticks) {
    const at = y.at(tick);
    group.append(
      svg('line', { x1: left, x2: right, y1: at, y2: at }),
      svg('text', { x: left - 6, y: at + 4, 'text-anchor': 'end' }, percent(tick, 0)),
    );
  }
  for (const tick of x.ticks) {
    const at = x.at(tick);
    group.append(
      svg('line', { x1: at, x2: at, y1: bottom, y2: bottom + 5 }),
      svg('text', { x: at, y: bottom + 19, 'text-anchor': 'middle' }, String(Number(tick.toPrecision(3)))),
    );
  }
  group.append(
    svg('text', { x: 2, y: 11, class: 'title' }, '↑ accuracy, mean over datasets'),
    svg('text', { x: right, y: bottom + 38, 'text-anchor': 'end', class: 'title' }, 'mean cost, USD a query →'),
  );
  return group;
}

function polyline(pixels: readonly Point[]): string {
  return `M${pixels.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}`;
}

/** Nothing better is had before the next point. */
function steps(pixels: readonly Point[]): string {
  return pixels
    .map(({ x, y }, i) => (i === 0 ? `M${x.toFixed(1)} ${y.toFixed(1)}` : `H${x.toFixed(1)}V${y.toFixed(1)}`))
    .join('');
}
