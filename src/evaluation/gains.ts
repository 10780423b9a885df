import { costSaving, paretoFrontier, performanceGain, type OperatingPoint } from '../core/frontier.js';
import type { Baselines } from './baselines.js';
import { aiqAmong, operatingPoints } from './operating-points.js';
import { orNull } from './summary.js';

/**
 * A point of the router in the cost–accuracy plane, and the α that gives it.
 * @example
 * const { frontier } = await evaluateRouter(router, test);
 * for (const { alpha, meanCost, accuracy } of frontier) console.log(alpha, meanCost, accuracy);
 */
export interface FrontierPoint extends OperatingPoint {
  readonly alpha: number;
}

/**
 * What routing gains over single models, over all α; α is chosen with hindsight.
 * @example
 * const { aiq, zeroRouterAiq }: RoutingGains = await evaluateRouter(router, test);
 * const gain = (aiq ?? 0) - (zeroRouterAiq ?? 0);
 */
export interface RoutingGains {
  /** The router's Pareto-optimal points by rising cost; empty without costs. */
  readonly frontier: readonly FrontierPoint[];
  /**
   * Average improvement in quality of the router, in [0, 1]; `null` where the single models' costs do not differ, and where no accuracy
   * and cost of the router are observed.
   */
  readonly aiq: number | null;
  /** The same of the single models mixed at random (RouterBench's zero router): what a router has to exceed to be of use. */
  readonly zeroRouterAiq: number | null;
  /** Highest accuracy at any α / the best single model's − 1. */
  readonly perfGain: number | null;
  /** 1 − least cost at any α with at least the best single model's accuracy / its cost; `null` where no α reaches it. */
  readonly costSave: number | null;
}

interface Reached {
  readonly alpha: number;
  readonly accuracy: number | null;
  readonly meanCost: number | null;
}

/** @param points - the breakpoints of the exact curve, or points at some α */
export function measureGains(points: readonly Reached[], { models, bestSingle }: Baselines): RoutingGains {
  const best = { accuracy: bestSingle.accuracy ?? NaN, meanCost: bestSingle.meanCost ?? NaN };
  const reached = operatingPoints(points);
  const accuracies = points.flatMap(({ accuracy }) => accuracy ?? []);
  return {
    frontier: paretoFrontier(reached).map(({ alpha, accuracy, meanCost }) => ({ alpha, accuracy, meanCost })),
    aiq: aiqAmong(reached, models),
    zeroRouterAiq: aiqAmong(models, models),
    perfGain: orNull(performanceGain(accuracies, best.accuracy)),
    costSave: orNull(costSaving(reached, best)),
  };
}
