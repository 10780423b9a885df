import * as Plot from '@observablehq/plot';
import { flipPoints } from 'pareto-router';
import { colour, draw, halo, type Size } from '../report/drawing.js';
import { labelElements } from '../report/label-elements.js';
import { placeLabels, type Label, type Segment } from '../report/labels.js';
import { embeddingOf, plantedRouter, query } from './planted.js';

const dashes = ['none', '7 4', '2 3'];

/** The scores of every model for one query, over α, and where the winner changes. */
export async function linesPicture(size: Size): Promise<string> {
  const { router } = await plantedRouter();
  const embedding = embeddingOf(query);
  const scoresAt = (alpha: number): Map<string, number> =>
    new Map(router.route(embedding, alpha).ranking.map(({ model, score }) => [model, score]));
  const [ofCost, ofPerformance] = [scoresAt(0), scoresAt(1)];
  const lines = router.models.map((model, i) => ({
    model,
    from: ofCost.get(model)!,
    to: ofPerformance.get(model)!,
    look: { stroke: `var(--model-${i})`, strokeDasharray: dashes[i]! },
  }));
  const scoreOf = (model: string, alpha: number): number =>
    (1 - alpha) * ofCost.get(model)! + alpha * ofPerformance.get(model)!;
  const flips = flipPoints(router, embedding);
  const winners = flips.map(({ alpha, model }, i) => ({ model, alpha, until: flips[i + 1]?.alpha ?? 1 }));
  const envelope = winners.flatMap(({ model, alpha, until }) => [
    { alpha, score: scoreOf(model, alpha) },
    { alpha: until, score: scoreOf(model, until) },
  ]);
  return draw('Scores of the models for one query over α', size, {
    height: 380,
    marginLeft: 48,
    marginRight: 16,
    marginTop: 34,
    marginBottom: 44,
    x: { label: 'α →', domain: [0, 1], ticks: 10, labelOffset: 36 },
    y: { label: '↑ score x(α)', ticks: 5, grid: true, inset: 10 },
    marks: [
      Plot.line(envelope, { x: 'alpha', y: 'score', stroke: colour.router, strokeWidth: 9, strokeOpacity: 0.25 }),
      lines.map(({ from, to, look }) => Plot.link([0], { x1: 0, y1: from, x2: 1, y2: to, strokeWidth: 2, ...look })),
      Plot.ruleX(flips.slice(1), { x: 'alpha', stroke: 'currentColor', strokeDasharray: '3 3' }),
      Plot.text(flips.slice(1), {
        x: 'alpha',
        frameAnchor: 'top',
        dy: -12,
        text: ({ alpha }: { alpha: number }) => `flips at ${alpha.toFixed(3)}`,
        ...halo,
      }),
      (_, { x, y }, _values, { width, height, marginTop, marginBottom, marginLeft }) => {
        const at = (alpha: number, score: number) => ({ x: x!(alpha) as number, y: y!(score) as number });
        const labels = lines.map(({ model, from, to }): Label => {
          const places = [0.12, 0.3, 0.5, 0.7, 0.88].map((alpha) => at(alpha, (1 - alpha) * from + alpha * to));
          return { ...places[0]!, text: model, radius: 0, isBold: true, elsewhere: places.slice(1) };
        });
        const segments = lines.map(({ from, to }): Segment => {
          const [a, b] = [at(0, from), at(1, to)];
          return { x1: a.x, y1: a.y, x2: b.x, y2: b.y };
        });
        const rules = flips.slice(1).map(({ alpha }): Segment => {
          const across = x!(alpha) as number;
          return { x1: across, x2: across, y1: marginTop, y2: height - marginBottom };
        });
        const frame = { left: marginLeft, right: width - 8, top: marginTop, bottom: height - marginBottom };
        const placed = placeLabels(labels, { frame, fontSize: size.fontSize, lines: [...segments, ...rules] });
        return labelElements(placed, size.fontSize, () => 'currentColor');
      },
    ],
  });
}
