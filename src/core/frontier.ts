/**
 * A policy's place in the cost–accuracy plane: mean cost in USD a query, accuracy in [0, 1].
 * @example
 * const { accuracy, meanCost }: OperatingPoint = alphaFor(curve, { spend: 0.5 });
 */
export interface OperatingPoint {
  readonly meanCost: number;
  readonly accuracy: number;
}

/**
 * The points that maximise (1 − α)·x + α·y at some α strictly between 0 and 1 and are alone in doing so: the corners of the upper
 * right convex hull, by falling x and rising y (Andrew's monotone chain, O(n log n)).
 *
 * @returns their indices; of equal points the first
 */
export function supportedPoints(x: ArrayLike<number>, y: ArrayLike<number>): number[] {
  const order = Array.from(x, (_, i) => i).sort((a, b) => x[b]! - x[a]! || y[b]! - y[a]!);
  const hull: number[] = [];
  for (const next of order) {
    const last = hull.at(-1);
    if (last !== undefined && y[next]! <= y[last]!) continue;
    while (hull.length >= 2 && !isCorner(hull.at(-2)!, hull.at(-1)!, next)) hull.pop();
    hull.push(next);
  }
  return hull;

  /** Whether the α at which b overtakes a is below the one at which c overtakes b; see `crossing` in tradeoff.ts. */
  function isCorner(a: number, b: number, c: number): boolean {
    return (x[a]! - x[b]!) * (y[c]! - y[b]!) < (x[b]! - x[c]!) * (y[b]! - y[a]!);
  }
}

/** The points than which no other is both as cheap and as accurate, by rising cost; of equal points the first. */
export function paretoFrontier<P extends OperatingPoint>(points: readonly P[]): P[] {
  const frontier: P[] = [];
  for (const point of [...points].sort((a, b) => a.meanCost - b.meanCost || b.accuracy - a.accuracy)) {
    const last = frontier.at(-1);
    if (!last || point.accuracy > last.accuracy) frontier.push(point);
  }
  return frontier;
}

/**
 * Non-decreasing convex hull of RouterBench (arXiv 2403.12031, section 3): what can be had by mixing policies at random. By
 * rising cost, from the cheapest point to the most accurate one.
 */
export function nonDecreasingHull<P extends OperatingPoint>(points: readonly P[]): P[] {
  const costs = points.map(({ meanCost }) => -meanCost);
  const accuracies = points.map(({ accuracy }) => accuracy);
  return supportedPoints(costs, accuracies).map((i) => points[i]!);
}

/** Accuracy of the hull at a cost: linear between its points, flat right of the last one, 0 left of the first. */
export function hullAccuracy(hull: readonly OperatingPoint[], meanCost: number): number {
  let right = 0;
  while (right < hull.length && hull[right]!.meanCost <= meanCost) right++;
  const a = hull[right - 1];
  return a ? accuracyBetween(a, hull[right], meanCost) : 0;
}

/** Linear between two neighbours on a hull; flat where there is no second. */
function accuracyBetween(a: OperatingPoint, b: OperatingPoint | undefined, meanCost: number): number {
  if (!b) return a.accuracy;
  return a.accuracy + ((meanCost - a.meanCost) / (b.meanCost - a.meanCost)) * (b.accuracy - a.accuracy);
}

/**
 * Average improvement in quality, AIQ (RouterBench, arXiv 2403.12031, section 3): mean height of the non-decreasing convex hull
 * between two costs,
 *
 *     AIQ = 1/(c₁ − c₀) · ∫ from c₀ to c₁ of hull(c) dc
 *
 * with c₀ and c₁ the mean costs of the cheapest and of the dearest single model, so that routers over one pool are
 * compared over one range. The hull is 0 left of its first point and flat right of its last one.
 *
 * RouterBench's own code integrates from the hull's first point to the largest cost on any hull of the comparison and divides by that cost
 * (c₀ = 0 here): it charges a router for the distance between its cheapest model and a cost of zero, and changes with the
 * routers that happen to be compared.
 *
 * @param cheapest - c₀ < c₁
 * @param dearest - c₁
 */
export function averageImprovementInQuality(
  points: readonly OperatingPoint[],
  cheapest: number,
  dearest: number,
): number {
  const hull = nonDecreasingHull(points);
  let area = 0;
  hull.forEach((point, i) => {
    const next = hull[i + 1];
    const from = Math.max(cheapest, point.meanCost);
    const to = Math.min(dearest, next?.meanCost ?? Infinity);
    if (from < to) area += ((to - from) * (accuracyBetween(point, next, from) + accuracyBetween(point, next, to))) / 2;
  });
  return area / (dearest - cheapest);
}

/** PerfGain = (highest accuracy at any α) / (accuracy of the best single model) − 1; NaN of no accuracies. */
export function performanceGain(accuracies: readonly number[], bestSingle: number): number {
  return (
    accuracies.reduce((most, accuracy) => (accuracy > most ? accuracy : most), accuracies[0] ?? NaN) / bestSingle - 1
  );
}

/**
 * CostSave = 1 − (least cost of the points at least as accurate as the best single model) / (its cost).
 *
 * @returns NaN when no point is
 */
export function costSaving(points: readonly OperatingPoint[], best: OperatingPoint): number {
  const costs = points.filter(({ accuracy }) => accuracy >= best.accuracy).map(({ meanCost }) => meanCost);
  return costs.length === 0 ? NaN : 1 - costs.reduce((least, cost) => Math.min(least, cost)) / best.meanCost;
}
