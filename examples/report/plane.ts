import * as Plot from '@observablehq/plot';
import { dollars, percent, points, shortAlpha } from '../figures.js';
import { colour, draw, element, pathThrough, percentAxis, plainCost, type Size } from './drawing.js';
import { isMeasured, judgedPoint, starred, stepsOf, yardsticksOf, type Evaluated, type Place } from './evaluated.js';
import { labelElements } from './label-elements.js';
import { boxOf, placeLabels, segmentsOf, type Label, type Pixel } from './labels.js';
import { looksOf } from './looks.js';
import { alongHull, hullOfModels } from './mixes.js';

/** A place in the plane with a name. */
interface Spot extends Place {
  readonly name: string;
  readonly title: string;
}

/** The judged operating point; the whisker is the interval of its gain, above what the single models reach at its cost. */
interface Judged extends Spot {
  readonly low: number;
  readonly high: number;
}

/** Hollow, since they are no models. */
const yardstickSymbols = { oracle: 'star', 'best per dataset': 'diamond', random: 'circle' };

/** Cost–accuracy plane: single models, the router over all α, the judged one, and what bounds it. Empty without costs. */
export function planeChart(evaluated: Evaluated, size: Size): string {
  const { evaluation } = evaluated;
  const isNarrow = size.name === 'narrow';
  const curve = stepsOf(evaluated).filter(isMeasured);
  if (curve.length === 0) return '';
  const hull = alongHull(hullOfModels(evaluation));
  const models = looksOf(evaluation).flatMap((look) => {
    const single = evaluation.baselines.models.find(({ model }) => model === look.model)!;
    return isMeasured(single) ? { ...look, ...placeOf(single), title: told(look.name, single) } : [];
  });
  const yardsticks = yardsticksOf(evaluation).flatMap(({ name, policy }) => {
    const title = starred(name, policy);
    return isMeasured(policy)
      ? { ...placeOf(policy), name: title, title: told(title, policy), symbol: yardstickSymbols[name] }
      : [];
  });
  const judged = judgedSpot(evaluated, isNarrow);
  const costs = [...curve, ...models, ...yardsticks].map(({ meanCost }) => meanCost).filter((cost) => cost > 0);
  const isLogarithmic = Math.max(...costs) > 20 * Math.min(...costs);
  const heights = [...models, ...yardsticks, ...curve].map(({ accuracy }) => accuracy);
  const reach = judged ? [judged.low, judged.high] : [];

  return draw(
    'Cost and accuracy of single models and of the router at every α',
    size,
    {
      height: isNarrow ? 380 : 480,
      marginRight: 12,
      marginLeft: 48,
      marginBottom: 46,
      marginTop: 28,
      x: {
        label: 'mean cost, USD a query →',
        type: isLogarithmic ? 'log' : 'linear',
        ticks: isNarrow ? 3 : 5,
        tickFormat: plainCost,
        inset: isNarrow ? 14 : 24,
        labelOffset: 38,
      },
      y: {
        ...percentAxis('↑ accuracy, mean over datasets'),
        domain: [Math.min(...heights, ...reach), Math.min(1, Math.max(...heights, ...reach))],
        inset: 16,
      },
      symbol: { type: 'identity' },
      marks: [
        lineMark(hull, { stroke: colour.quiet, 'stroke-width': 1.5, 'stroke-dasharray': '5 4' }),
        lineMark(curve, { stroke: colour.router, 'stroke-opacity': 0.4, 'stroke-width': 1.2 }),
        lineMark(stairs(evaluation.frontier), { stroke: colour.router, 'stroke-width': 2.5 }),
        Plot.dot(models, {
          x: 'meanCost',
          y: 'accuracy',
          r: 5.5,
          symbol: 'symbol',
          rotate: 'rotate',
          fill: 'colour',
          stroke: 'var(--background)',
          title: 'title',
        }),
        Plot.dot(yardsticks, {
          x: 'meanCost',
          y: 'accuracy',
          r: 5,
          symbol: 'symbol',
          fill: 'var(--background)',
          stroke: 'currentColor',
          strokeWidth: 1.5,
          title: 'title',
        }),
        judged && whiskerMark(judged),
        judged &&
          Plot.dot([judged], {
            x: 'meanCost',
            y: 'accuracy',
            r: 4,
            fill: colour.router,
            stroke: 'var(--background)',
            strokeWidth: 1.5,
            title: 'title',
          }),
        labelsMark(
          size,
          [
            ...(judged ? [{ ...judged, radius: 8, isBold: true }] : []),
            ...models.map((model) => ({ ...model, name: isNarrow ? String(model.number) : model.name, radius: 6 })),
            ...yardsticks.map((spot) => ({ ...spot, radius: 6 })),
          ],
          [
            { name: isNarrow ? 'router' : 'router, over all α', places: curve },
            { name: isNarrow ? 'mixed' : 'single models, mixed', places: hull },
          ],
          judged,
        ),
      ],
    },
    'plane',
  );
}

function placeOf({ accuracy, meanCost }: Place): Place {
  return { accuracy, meanCost };
}

function told(name: string, { accuracy, meanCost }: Place): string {
  return `${name}: accuracy ${percent(accuracy)}, ${dollars(meanCost)} a query`;
}

function judgedSpot(evaluated: Evaluated, isNarrow: boolean): Judged | null {
  const { evaluation, alpha } = evaluated;
  const point = judgedPoint(evaluated);
  const at = evaluation.verdict?.at;
  if (!isMeasured(point) || !at) return null;
  const { gain, accuracyDifference, costDifference } = at;
  const base = point.accuracy - gain.estimate;
  const name = starred(`judged: α = ${shortAlpha(alpha)}`, point);
  const interval = `${points(gain.low)} to ${points(gain.high)}`;
  const best = evaluation.verdict.bestSingle;
  return {
    ...placeOf(point),
    name: isNarrow ? name : `${name}, ${points(gain.estimate)} points (${interval})`,
    low: base + gain.low,
    high: base + gain.high,
    title: [
      told(`The router at ${name}`, point),
      `${points(gain.estimate)} points (${interval}) above the best mix of single models at its cost`,
      `${points(accuracyDifference.estimate)} points (${points(accuracyDifference.low)} to ${points(accuracyDifference.high)}) beside ${best}`,
      ...(costDifference
        ? [
            `${dollars(costDifference.estimate)} a query (${dollars(costDifference.low)} to ${dollars(costDifference.high)}) beside it`,
          ]
        : []),
    ].join('\n'),
  };
}

/** A frontier holds to the right, up to the next of its points. */
function stairs(frontier: readonly Place[]): Place[] {
  return frontier.flatMap((place, i) => {
    const next = frontier[i + 1];
    return next ? [placeOf(place), { accuracy: place.accuracy, meanCost: next.meanCost }] : [placeOf(place)];
  });
}

function pixelsOf({ x, y }: Plot.ScaleFunctions): (place: Place) => Pixel {
  return ({ meanCost, accuracy }) => [x!(meanCost), y!(accuracy)] as Pixel;
}

function lineMark(places: readonly Place[], style: Record<string, string | number>): Plot.RenderFunction {
  return (_, scales) => {
    const shown = places.map(pixelsOf(scales)).filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
    return element('path', { d: pathThrough(shown), fill: 'none', 'stroke-linejoin': 'round', ...style });
  };
}

function whiskerMark({ low, high, meanCost, accuracy }: Judged): Plot.RenderFunction {
  return (_, scales) => {
    const pixels = pixelsOf(scales);
    const [x, top] = pixels({ meanCost, accuracy: Math.max(high, accuracy) });
    const [, bottom] = pixels({ meanCost, accuracy: low });
    const d = `M${x - 8},${top}H${x + 8}M${x},${top}V${bottom}M${x - 8},${bottom}H${x + 8}`;
    return element(
      'g',
      { class: 'judged-interval', fill: 'none' },
      element('path', { d, stroke: 'var(--background)', 'stroke-width': 5 }),
      element('path', { d, stroke: colour.router, 'stroke-width': 2 }),
    );
  };
}

function labelsMark(
  { fontSize }: Size,
  spots: readonly (Place & { readonly name: string; readonly radius: number; readonly isBold?: boolean })[],
  curves: readonly { readonly name: string; readonly places: readonly Place[] }[],
  judged: Judged | null,
): Plot.RenderFunction {
  return (_, scales, _values, { width, height, marginTop, marginBottom, marginLeft }) => {
    const pixels = pixelsOf(scales);
    const lines = curves.map(({ name, places }) => ({ name, segments: segmentsOf(places.map(pixels)) }));
    const whisker = judged ? [judged.low, judged.high].map((accuracy) => pixels({ ...judged, accuracy })) : [];
    const dots = spots.map(({ name, radius, isBold = false, ...place }): Label => {
      const [x, y] = pixels(place);
      return { text: name, x, y, radius, isBold };
    });
    const names = lines.flatMap(({ name, segments }, line): Label[] => {
      const before = lines.slice(0, line).flatMap((other) => other.segments);
      const [first, ...elsewhere] = segments
        .map(({ x1, y1 }) => ({ x: x1, y: y1 }))
        .filter(({ x, y }) => before.every(({ x1, y1 }) => Math.hypot(x1 - x, y1 - y) > 6))
        .filter((_, i) => i % 4 === 2);
      return first ? [{ ...first, text: name, radius: 0, elsewhere }] : [];
    });
    const surroundings = {
      frame: { left: marginLeft + 2, right: width - 2, top: marginTop - 8, bottom: height - marginBottom },
      fontSize,
      lines: [...lines.flatMap(({ segments }) => segments), ...segmentsOf(whisker)],
    };
    const placed = placeLabels(dots, surroundings);
    // The lines' names take what room is left.
    const taken = [...placed.flatMap((label) => label?.box ?? []), ...dots.map(boxOf)];
    placed.push(...placeLabels(names, { ...surroundings, taken }));
    const fills = [colour.router, 'var(--muted)'];
    return labelElements(placed, fontSize, (i) => fills[i - spots.length] ?? 'currentColor');
  };
}
