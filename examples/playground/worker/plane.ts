import { alphaFor, tradeoffCurve, type CurvePoint, type Router, type TunedPoint } from 'pareto-router';
import type { Embedded } from './embed.js';
import type { Plane, Progress, Reached } from './protocol.js';

/** Positions of the dial: 0 %, 1 %, …, 100 % of the way from the least to the greatest spend. */
const positions = 101;

/** @param traffic - held-out records, or embeddings where there are none */
export async function drawPlane(
  router: Router,
  traffic: readonly Embedded[] | readonly ArrayLike<number>[],
  report: (progress: Progress) => void,
): Promise<Plane> {
  const { options, cells } = router.toJSON();
  const obstacle =
    options.rule === 'reference'
      ? 'The rule ‘reference’ has no exact curve: it ranks, and ranks are not linear in α.'
      : cells.costCount.every((observed) => observed === 0)
        ? 'No costs are known, so there is nothing to trade: α is 1.'
        : null;
  if (obstacle !== null) {
    return { measured: false, queries: 0, curve: [], frontier: [], models: [], stops: null, obstacle };
  }
  const { measured, queries, breakpoints, models } = await tradeoffCurve(router, traffic as readonly Embedded[]);
  const curve = breakpoints.filter(isReached).map(({ accuracy, meanCost }) => ({ accuracy, meanCost }));
  // alphaFor checks all that it is given, 101 times here: without the shares, which it does not need, in a quarter of the time.
  const slim = {
    measured,
    queries,
    models,
    aiq: null,
    breakpoints: breakpoints.map((point) => ({ ...point, shares: {} })),
  };
  const stops: TunedPoint[] = [];
  for (let i = 0; i < positions && curve.length > 0; i++) {
    if (i % 10 === 0) report({ stage: 'dial', completed: i, total: positions });
    const point = alphaFor(slim, { spend: i / (positions - 1) });
    stops.push({ ...point, shares: breakpoints.findLast(({ alpha }) => alpha <= point.alpha)!.shares });
  }
  return {
    measured,
    queries,
    curve,
    frontier: frontierOf(curve),
    models,
    stops: stops.length > 0 ? stops : null,
    obstacle: stops.length > 0 ? null : 'No held-out query has both a score and a cost.',
  };
}

function isReached(point: CurvePoint): point is CurvePoint & Reached {
  return point.accuracy !== null && point.meanCost !== null;
}

/** By rising cost, those more accurate than all that are cheaper. */
function frontierOf(curve: readonly Reached[]): Reached[] {
  const frontier: Reached[] = [];
  for (const point of [...curve].sort((a, b) => a.meanCost - b.meanCost || b.accuracy - a.accuracy)) {
    if (point.accuracy > (frontier.at(-1)?.accuracy ?? -Infinity)) frontier.push(point);
  }
  return frontier;
}
