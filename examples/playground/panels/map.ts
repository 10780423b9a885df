import { centroidsOf } from '../../centroids.js';
import { byId, svg } from '../drawing/elements.js';
import { principalComponents, type Projection } from '../drawing/principal-components.js';
import { responsive } from '../drawing/responsive.js';
import type { Session } from '../session.js';
import { counted, percent } from '../../figures.js';

/** Where the clusters lie, how large they are, and who is best there at the dial's α. The table beside it says the same. */
export function mapPanel(session: Session): void {
  const place = byId('map');
  let projection: Projection | undefined;
  let at: ((point: readonly [number, number]) => readonly [number, number]) | undefined;
  let circles: SVGCircleElement[] = [];
  const query = svg('g', { class: 'query-mark' });

  const draw = (width: number): void => {
    const shown = session.shown.get();
    if (!shown) return;
    const state = shown.router.toJSON();
    const centroids = centroidsOf(state);
    const { project, explained } = (projection = principalComponents(centroids));
    const points = centroids.map(project);
    const sizes = state.clusters.size;
    const height = Math.round(Math.min(560, Math.max(300, 0.72 * width)));
    const largest = Math.max(10, Math.min(width, height) / 18);
    at = fit(points, width, height, largest + 6);

    const chart = svg('svg', {
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-label': `Map of ${points.length} clusters; the table of all clusters says the same in words.`,
    });
    const most = Math.max(...sizes);
    circles = points.map((point, cluster) => {
      const [cx, cy] = at!(point);
      const r = Math.max(3, largest * Math.sqrt(sizes[cluster]! / most));
      const circle = svg('circle', { cx, cy, r }, svg('title'));
      circle.addEventListener('click', () => {
        session.cluster.set(cluster);
      });
      return circle;
    });
    // The small ones on top.
    chart.append(...[...circles].sort((a, b) => Number(b.getAttribute('r')) - Number(a.getAttribute('r'))), query);
    place.replaceChildren(chart);
    byId('map-note').textContent = `They hold ${percent(explained, 0)} of the centres’ variance.`;
    paint();
    markQuery();
  };
  const paint = (): void => {
    if (!session.shown.get() || circles.length === 0) return;
    const chosen = session.cluster.get();
    session.clusters().forEach(({ cluster, size, ranking: [best] }) => {
      const circle = circles[cluster];
      if (!circle) return;
      const colour = best ? session.colours.classOf(best.model) : 'model-other';
      circle.setAttribute('class', `cluster ${colour}${cluster === chosen ? ' chosen' : ''}`);
      circle.firstChild!.textContent = `cluster ${cluster}: ${counted(size, 'record')}, ${best?.model ?? 'nobody observed'}`;
    });
  };
  const markQuery = (): void => {
    query.replaceChildren();
    const asked = session.asked.get();
    const shown = session.shown.get();
    if (!asked || !at || !projection || !shown) return;
    const dimensions = centroidsOf(shown.router.toJSON())[0]!.length;
    if (asked.embedding.length < dimensions) return;
    const [x, y] = at(projection.project(normalised(asked.embedding, dimensions)));
    query.append(svg('path', { d: `M${x - 7} ${y}H${x + 7}M${x} ${y - 7}V${y + 7}` }), svg('title', {}, 'the query'));
  };
  const redraw = responsive(place, draw);
  session.shown.watch((shown) => {
    circles = [];
    if (shown) redraw();
  });
  session.spend.watch(paint);
  session.cluster.watch(paint);
  session.asked.watch(markQuery);
}

/** Both axes share a scale: distances are comparable. */
function fit(points: readonly (readonly [number, number])[], width: number, height: number, margin: number) {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = Math.min((width - 2 * margin) / (right - left || 1), (height - 2 * margin) / (high - low || 1));
  return ([x, y]: readonly [number, number]): readonly [number, number] => [
    width / 2 + scale * (x - (left + right) / 2),
    height / 2 - scale * (y - (low + high) / 2),
  ];
}

function normalised(embedding: ArrayLike<number>, dimensions: number): number[] {
  const used = Array.from({ length: dimensions }, (_, i) => embedding[i]!);
  const length = Math.sqrt(used.reduce((sum, value) => sum + value * value, 0)) || 1;
  return used.map((value) => value / length);
}
