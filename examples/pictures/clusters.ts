import * as Plot from '@observablehq/plot';
import { centroidsOf } from '../centroids.js';
import { percent } from '../figures.js';
import { colour, draw, type Size } from '../report/drawing.js';
import { labelElements } from '../report/label-elements.js';
import { placeLabels, type Label } from '../report/labels.js';
import { embeddingOf, plantedRouter, query, type Spot } from './planted.js';

const shapes = ['circle', 'square', 'triangle', 'diamond'];

/** Clusters in a plane, what each knows, and how much each counts for one query. */
export async function clustersPicture(size: Size): Promise<string> {
  const { spots, router } = await plantedRouter();
  const centroids = centroidsOf(router.toJSON()).map(inPlane);
  const nearest = (spot: Spot): number => router.route(embeddingOf(spot)).clusters[0]!.cluster;
  const queries = spots.map((spot) => {
    const cluster = nearest(spot);
    return { ...spot, colour: `var(--model-${cluster + 1})`, symbol: shapes[cluster]! };
  });
  const { clusters } = router.route(embeddingOf(query));
  const links = clusters.map(({ cluster, weight }) => ({ ...centroids[cluster]!, weight }));
  const { models, cells } = router.toJSON();
  const known = centroids.map((_, cluster) => {
    const rates = models.map((model, i) => {
      const cell = cluster * models.length + i;
      return `${model} ${Math.round((100 * cells.scoreSum[cell]!) / cells.count[cell]!)}`;
    });
    return `${rates.join(' · ')} %`;
  });

  return draw('Queries in a plane, their clusters, and a new query between them', size, {
    height: 430,
    axis: null,
    inset: 16,
    x: { domain: [-0.95, 0.95] },
    y: { domain: [-0.85, 0.75] },
    symbol: { type: 'identity' },
    marks: [
      Plot.dot(queries, { x: 'x', y: 'y', r: 2.6, symbol: 'symbol', fill: 'colour', fillOpacity: 0.75 }),
      links.map((link) =>
        Plot.link([link], {
          x1: query.x,
          y1: query.y,
          x2: 'x',
          y2: 'y',
          stroke: colour.router,
          strokeWidth: 1 + 6 * link.weight,
          strokeOpacity: 0.8,
        }),
      ),
      Plot.dot(centroids, { x: 'x', y: 'y', r: 6, fill: 'var(--background)', stroke: 'currentColor', strokeWidth: 2 }),
      Plot.dot([query], {
        x: 'x',
        y: 'y',
        r: 8,
        symbol: () => 'star',
        fill: colour.router,
        stroke: 'var(--background)',
      }),
      (_, scales, _values, { width, height }) => {
        const at = ({ x, y }: Spot): Spot => ({ x: scales.x!(x) as number, y: scales.y!(y) as number });
        const labels: Label[] = [
          { ...at(query), text: 'a new query', radius: 9, isBold: true },
          ...centroids.map((centroid, i) => ({ ...at(centroid), text: known[i]!, radius: 7 })),
          ...links.map((link) => ({
            ...at({ x: (link.x + 2 * query.x) / 3, y: (link.y + 2 * query.y) / 3 }),
            text: percent(link.weight),
            radius: 0,
          })),
        ];
        const lines = links.map((link) => {
          const [from, to] = [at(query), at(link)];
          return { x1: from.x, y1: from.y, x2: to.x, y2: to.y };
        });
        const frame = { left: 0, top: 0, right: width, bottom: height };
        const placed = placeLabels(labels, { frame, fontSize: size.fontSize, lines });
        return labelElements(placed, size.fontSize, () => 'currentColor');
      },
    ],
  });
}

/** A direction of three numbers, back in the plane. */
function inPlane(centroid: Float32Array): Spot {
  const [x, y, z] = centroid as unknown as [number, number, number];
  return { x: x / z, y: y / z };
}
