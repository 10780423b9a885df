/** Placed labels as SVG. */
import { element, halo } from './drawing.js';
import { baselineOf, type PlacedLabel, type Segment } from './labels.js';

export function labelElements(
  placed: readonly (PlacedLabel | null)[],
  fontSize: number,
  fillOf: (i: number) => string,
): SVGElement {
  const leaders = placed.flatMap((label) => (label?.leader ? leaderOf(label.leader) : []));
  const texts = placed.flatMap((label, i) => (label ? textOf(label, fillOf(i), fontSize) : []));
  return element('g', { class: 'labels', 'aria-hidden': 'true' }, ...leaders, ...texts);
}

function leaderOf({ x1, y1, x2, y2 }: Segment): SVGElement {
  return element('line', { x1, y1, x2, y2, stroke: 'currentColor', 'stroke-opacity': 0.5, 'stroke-width': 0.8 });
}

function textOf(placed: PlacedLabel, fill: string, fontSize: number): SVGElement {
  const { label } = placed;
  return element(
    'text',
    {
      ...baselineOf(placed, fontSize),
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
