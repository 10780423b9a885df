/** Placed labels as SVG. */
import { element, halo } from './drawing.js';
import type { PlacedLabel, Segment } from './labels.js';

/** A point of a drawing, in pixels. */
export type Pixel = readonly [x: number, y: number];

export function labelElements(
  placed: readonly (PlacedLabel | null)[],
  fontSize: number,
  fillOf: (i: number) => string,
): SVGElement {
  const leaders = placed.flatMap((label) => (label?.leader ? leaderOf(label.leader) : []));
  const texts = placed.flatMap((label, i) => (label ? textOf(label, fillOf(i), fontSize) : []));
  return element('g', { class: 'labels', 'aria-hidden': 'true' }, ...leaders, ...texts);
}

/** Of a pixel or more each, so that a curve of thousands of steps is hundreds. */
export function segmentsOf(points: readonly Pixel[]): Segment[] {
  const segments: Segment[] = [];
  let [x1, y1] = points[0] ?? [0, 0];
  for (const [x2, y2] of points) {
    if (Math.hypot(x2 - x1, y2 - y1) < 1) continue;
    segments.push({ x1, y1, x2, y2 });
    [x1, y1] = [x2, y2];
  }
  return segments;
}

function leaderOf({ x1, y1, x2, y2 }: Segment): SVGElement {
  return element('line', { x1, y1, x2, y2, stroke: 'currentColor', 'stroke-opacity': 0.5, 'stroke-width': 0.8 });
}

function textOf({ label, box }: PlacedLabel, fill: string, fontSize: number): SVGElement {
  const side = box.left >= label.x ? 'start' : box.right <= label.x ? 'end' : 'middle';
  const x = { start: box.left, end: box.right, middle: (box.left + box.right) / 2 }[side];
  const y = (box.top + box.bottom) / 2 + 0.35 * fontSize;
  return element(
    'text',
    {
      x: Math.round(10 * x) / 10,
      y: Math.round(10 * y) / 10,
      'text-anchor': side,
      'font-weight': label.isBold ? 700 : 400,
      fill,
      stroke: halo.stroke,
      'stroke-width': halo.strokeWidth,
      'stroke-linejoin': 'round',
      'paint-order': halo.paintOrder,
    },
    label.text,
  );
}
