import { byId, html, svg } from '../drawing/elements.js';
import { drawPlane, type DrawnPlane } from '../drawing/plane.js';
import { responsive } from '../drawing/responsive.js';
import type { Session } from '../session.js';
import { count } from '../../figures.js';
import type { Plane } from '../worker/protocol.js';

/** The cost–accuracy plane: the exact curve, the single models, and the point where the dial stands. */
export function planePanel(session: Session): void {
  const place = byId('plane');
  const point = svg('g', { class: 'operating-point' });
  let drawn: DrawnPlane | undefined;

  const draw = (width: number): void => {
    const plane = session.shown.get()?.plane;
    drawn = plane?.stops ? drawPlane(plane, session.opponent.get()?.plane, width, session.colours) : undefined;
    place.replaceChildren();
    if (!drawn) return;
    drawn.chart.append(point);
    place.append(drawn.chart, ...(drawn.key.length > 0 ? [html('ul', { className: 'key' }, ...drawn.key)] : []));
    move();
  };
  const move = (): void => {
    if (!drawn) return;
    const stop = session.stop();
    if (stop.accuracy === null) return;
    const { x, y } = drawn.at(stop);
    const { left, bottom } = drawn.frame;
    point.replaceChildren(
      svg('path', { d: `M${left} ${y}H${x}V${bottom}`, class: 'guide' }),
      svg('circle', { cx: x, cy: y, r: 8 }),
      svg('circle', { cx: x, cy: y, r: 2.5, class: 'centre' }),
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
  place.addEventListener('click', ({ clientX, clientY }) => {
    const stops = session.shown.get()?.plane.stops;
    if (!stops || !drawn) return;
    const { at, chart } = drawn;
    const { left, top } = chart.getBoundingClientRect();
    const distances = stops.map((stop) => Math.hypot(at(stop).x - (clientX - left), at(stop).y - (clientY - top)));
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
