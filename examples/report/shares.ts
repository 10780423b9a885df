import * as Plot from '@observablehq/plot';
import { percent } from '../figures.js';
import { alphaAxis, judgedRule } from './dial.js';
import { document, draw, element, escape, halo, percentAxis, type Size } from './drawing.js';
import { stepsOf, thinned, type Evaluated, type Step } from './evaluated.js';
import { textWidth } from './labels.js';
import { looksOf, patterns, type Look } from './looks.js';

/** A model's part of the queries between two α, from its lower to its upper edge. */
interface Band extends Look {
  readonly areas: readonly { readonly alpha: number; readonly low: number; readonly high: number }[];
}

/** Who answers, over α: the paper's figure 3. The cheapest models lie at the bottom. Empty where there is no α to choose. */
export function sharesChart(evaluated: Evaluated, size: Size): string {
  const bands = bandsOf(evaluated);
  if (bands[0]!.areas.length < 2) return '';
  return draw(
    'Share of the queries that each model takes, over α',
    size,
    {
      ...alphaAxis(size),
      height: size.name === 'narrow' ? 300 : 340,
      y: { ...percentAxis('↑ share of the queries'), domain: [0, 1], grid: false },
      marks: [
        ...bands.map(({ areas, number }) =>
          Plot.areaY(areas, {
            x: 'alpha',
            y1: 'low',
            y2: 'high',
            curve: 'step-after',
            fill: `url(#pattern-${number})`,
            stroke: 'var(--background)',
            strokeWidth: 0.6,
          }),
        ),
        judgedRule(evaluated.alpha, true),
        namesMark(bands, size),
      ],
    },
    'alpha',
  );
}

/** Which filling and which shape is whose, and what share a model has at the judged α. */
export function sharesLegend(evaluated: Evaluated): string {
  const shares = evaluated.evaluation.points.find(({ alpha }) => alpha === evaluated.alpha)!.shares as Step['shares'];
  const entries = bandsOf(evaluated)
    .toReversed()
    .map(
      ({ number, name, model }) =>
        `<li><svg width="22" height="14" aria-hidden="true"><rect width="22" height="14" fill="url(#pattern-${number})"/></svg>` +
        `${escape(name)} <b data-share="${escape(model)}">${percent(shares[model] ?? 0)}</b></li>`,
    );
  return `<ul class="legend">${entries.join('')}</ul>`;
}

/** The fillings of all models, once a page. */
export function patternDefinitions({ evaluation }: Evaluated): string {
  const tiles = looksOf(evaluation).map(({ number, colour, pattern }) => {
    const { turn, tile } = patterns[pattern]!;
    return (
      `<pattern id="pattern-${number}" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(${turn})">` +
      `<rect width="8" height="8" fill="${colour}"/><g stroke="var(--background)" fill="none" opacity="0.75">${tile}</g></pattern>`
    );
  });
  return `<svg width="0" height="0" class="definitions" aria-hidden="true"><defs>${tiles.join('')}</defs></svg>`;
}

function bandsOf(evaluated: Evaluated): Band[] {
  const steps = thinned(stepsOf(evaluated));
  const cost = new Map(
    evaluated.evaluation.baselines.models.map(({ model, meanCost }) => [model, meanCost ?? Infinity]),
  );
  const used = looksOf(evaluated.evaluation)
    .filter(({ model }) => steps.some(({ shares }) => (shares[model] ?? 0) > 0))
    .sort((a, b) => cost.get(a.model)! - cost.get(b.model)!);
  const floor = steps.map(() => 0);
  return used.map((look) => ({
    ...look,
    areas: steps.map(({ alpha, shares }, i) => {
      const low = floor[i]!;
      floor[i] = low + (shares[look.model] ?? 0);
      return { alpha, low, high: floor[i] };
    }),
  }));
}

/** Names inside of their bands, where they fit: else their numbers. */
function namesMark(bands: readonly Band[], { fontSize }: Size): Plot.RenderFunction {
  return (_, { x, y }) => {
    const texts = bands.flatMap((band) => {
      const width = textWidth(band.name, fontSize) + 6;
      const found = widestPlace(band, width, fontSize, x as Scale, y as Scale);
      return found ? [textAt(found, band.name)] : [];
    });
    return element('g', { 'aria-hidden': 'true', 'text-anchor': 'middle' }, ...texts);
  };
}

type Scale = (value: number) => number;

/** Where a band leaves most room above and below a text of some width, if it is enough. */
function widestPlace(
  { areas }: Band,
  width: number,
  fontSize: number,
  x: Scale,
  y: Scale,
): { x: number; y: number } | null {
  const edges = areas.map(({ alpha, low, high }, i) => {
    const right = x(areas[i + 1]?.alpha ?? 1);
    return { left: x(alpha), right, top: y(high), bottom: y(low) };
  });
  let best: { x: number; y: number } | null = null;
  let most = fontSize + 4;
  for (let left = x(0) + 2; left + width < x(1); left += 4) {
    const under = edges.filter((edge) => edge.right > left && edge.left < left + width);
    const top = Math.max(...under.map((edge) => edge.top));
    const bottom = Math.min(...under.map((edge) => edge.bottom));
    if (bottom - top <= most) continue;
    most = bottom - top;
    best = { x: left + width / 2, y: (top + bottom) / 2 + 0.35 * fontSize };
  }
  return best;
}

function textAt({ x, y }: { x: number; y: number }, text: string): SVGElement {
  const { fill, stroke, strokeWidth, paintOrder } = halo;
  const node = element('text', {
    x,
    y,
    fill,
    stroke,
    'stroke-width': strokeWidth,
    'paint-order': paintOrder,
    'stroke-linejoin': 'round',
  });
  node.append(document.createTextNode(text));
  return node;
}
