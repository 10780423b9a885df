import { byId, svg } from '../drawing/elements.js';
import { placeLabels } from '../drawing/labels.js';
import { responsive } from '../drawing/responsive.js';
import { linearScale, logScale, type Scale } from '../drawing/scale.js';
import type { Session } from '../session.js';
import { count, percent, usd } from '../words.js';
import type { Plane, Reached } from '../worker/protocol.js';

type Single = Reached & { readonly model: string };

/** The cost–accuracy plane: the exact curve, the single models, and the point where the dial stands. */
export function planePanel(session: Session): void {
  const place = byId('plane');
  const point = svg('g', { class: 'operating-point' });
  let scales: { x: Scale; y: Scale; bottom: number; left: number } | undefined;

  const draw = (width: number): void => {
    const shown = session.shown.get();
    if (!shown) return;
    scales = undefined;
    if (!shown.plane.stops) {
      place.replaceChildren();
      return;
    }
    const drawn = drawPlane(shown.plane, session.opponent.get()?.plane, width, (model) =>
      session.colours.classOf(model),
    );
    scales = drawn;
    drawn.chart.append(point);
    place.replaceChildren(drawn.chart);
    move();
  };
  const move = (): void => {
    if (!scales) return;
    const { accuracy, meanCost } = session.stop();
    if (accuracy === null) return;
    const { x, y, bottom, left } = scales;
    const [cx, cy] = [x.at(meanCost), y.at(accuracy)];
    point.replaceChildren(
      svg('path', { d: `M${left} ${cy}H${cx}V${bottom}`, class: 'guide' }),
      svg('circle', { cx, cy, r: 8 }),
      svg('circle', { cx, cy, r: 2.5, class: 'centre' }),
    );
  };
  const redraw = responsive(place, draw);

  session.shown.watch((shown) => {
    if (!shown) return;
    byId('plane-note').textContent = noteOf(shown.plane);
    redraw();
  });
  session.opponent.watch(redraw);
  session.spend.watch(move);
  place.addEventListener('click', (event) => {
    const stops = session.shown.get()?.plane.stops;
    if (!stops || !scales) return;
    const { left, top } = place.getBoundingClientRect();
    const { x, y } = scales;
    const distances = stops.map(({ accuracy, meanCost }) =>
      Math.hypot(x.at(meanCost) - (event.clientX - left), y.at(accuracy) - (event.clientY - top)),
    );
    session.spend.set(distances.indexOf(Math.min(...distances)));
  });
}

function noteOf({ obstacle, measured, queries }: Plane): string {
  if (obstacle !== null) return obstacle;
  const basis = measured
    ? `Measured on ${count(queries)} held-out queries.`
    : 'Expected by the router itself, at its cluster centres.';
  return `${basis} Thin: every α; thick: the α that no cheaper one matches. Click near the curve to move the dial.`;
}

function drawPlane(plane: Plane, other: Plane | undefined, width: number, classOf: (model: string) => string) {
  const height = Math.round(Math.min(560, Math.max(320, 0.6 * width)));
  const margin = { left: 48, right: 16, top: 20, bottom: 46 };
  const frame = { left: margin.left, right: width - margin.right, top: margin.top, bottom: height - margin.bottom };
  const singles = plane.models.filter(
    (single): single is Single => single.accuracy !== null && single.meanCost !== null,
  );
  const all: readonly Reached[] = [...plane.curve, ...singles, ...(other?.curve ?? [])];
  const costs = all.map(({ meanCost }) => meanCost);
  const [least, most] = [Math.min(...costs), Math.max(...costs)];
  const accuracies = all.map(({ accuracy }) => accuracy);
  const [worst, best] = [Math.min(...accuracies), Math.max(...accuracies)];
  const columns = width < 560 ? 3 : 6;
  const across: [number, number] = [frame.left + 14, frame.right - 24];
  const x =
    least > 0 && most > 10 * least
      ? logScale([least, most], across, columns)
      : linearScale([Math.min(0, least), most], across, columns);
  const y = linearScale([worst, best], [frame.bottom - 14, frame.top + 14], 5);

  const bestSingle = singles.reduce<Single | undefined>((a, b) => (a && a.accuracy >= b.accuracy ? a : b), undefined);
  const summary = bestSingle
    ? ` The best single model, ${bestSingle.model}, is ${percent(bestSingle.accuracy)} right at USD ${usd(bestSingle.meanCost)} a query.`
    : '';
  const chart = svg('svg', {
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-label': `Accuracy over mean cost of the router at every α, and of ${singles.length} single models.${summary}`,
  });
  chart.append(axes(x, y, frame));
  if (other) chart.append(svg('path', { class: 'curve other', d: steps(other.frontier, x, y) }));
  chart.append(
    svg('path', { class: 'curve every', d: polyline(plane.curve, x, y) }),
    svg('path', { class: 'curve frontier', d: steps(plane.frontier, x, y) }),
  );
  const dots = singles.map((single) => ({
    ...single,
    x: x.at(single.meanCost),
    y: y.at(single.accuracy),
    text: single.model,
  }));
  const path = plane.frontier.map(({ meanCost, accuracy }) => ({ x: x.at(meanCost), y: y.at(accuracy), text: '' }));
  const labels = placeLabels(dots, { ...frame, right: width }, path);
  labels.forEach((label, i) => {
    const dot = dots[i]!;
    const title = svg('title', {}, `${dot.model}: ${percent(dot.accuracy)} right, USD ${usd(dot.meanCost)} a query`);
    if (label.isAway) {
      chart.append(svg('line', { class: 'leader', x1: dot.x, y1: dot.y, x2: label.labelX, y2: label.labelY - 4 }));
    }
    chart.append(
      svg('circle', { class: `dot ${classOf(dot.model)}`, cx: dot.x, cy: dot.y, r: 5.5 }, title),
      svg('text', { class: 'label', x: label.labelX, y: label.labelY, 'text-anchor': label.anchor }, dot.model),
    );
  });
  return { chart, x, y, bottom: frame.bottom, left: frame.left };
}

function axes(x: Scale, y: Scale, frame: { left: number; right: number; top: number; bottom: number }): SVGGElement {
  const group = svg('g', { class: 'axes' });
  for (const tick of y.ticks) {
    const at = y.at(tick);
    group.append(
      svg('line', { x1: frame.left, x2: frame.right, y1: at, y2: at }),
      svg('text', { x: frame.left - 6, y: at + 4, 'text-anchor': 'end' }, percent(tick, 0)),
    );
  }
  for (const tick of x.ticks) {
    const at = x.at(tick);
    group.append(
      svg('line', { x1: at, x2: at, y1: frame.bottom, y2: frame.bottom + 5 }),
      svg('text', { x: at, y: frame.bottom + 19, 'text-anchor': 'middle' }, String(Number(tick.toPrecision(3)))),
    );
  }
  group.append(
    svg('text', { x: 2, y: 11, class: 'title' }, '↑ accuracy, mean over datasets'),
    svg(
      'text',
      { x: frame.right, y: frame.bottom + 38, 'text-anchor': 'end', class: 'title' },
      'mean cost, USD a query →',
    ),
  );
  return group;
}

function polyline(points: readonly Reached[], x: Scale, y: Scale): string {
  return `M${points.map(({ meanCost, accuracy }) => `${x.at(meanCost).toFixed(1)} ${y.at(accuracy).toFixed(1)}`).join('L')}`;
}

/** Nothing better is had before the next point. */
function steps(points: readonly Reached[], x: Scale, y: Scale): string {
  return points
    .map(({ meanCost, accuracy }, i) => {
      const [px, py] = [x.at(meanCost).toFixed(1), y.at(accuracy).toFixed(1)];
      return i === 0 ? `M${px} ${py}` : `H${px}V${py}`;
    })
    .join('');
}
