import { describe, isArrayLike, mismatch } from './validation.js';

/** Hard filters of one route. They remove candidates and never change the others' scores. */
export interface RouteConstraints<M extends string = string> {
  /** Only these models. May name models that the router does not know. */
  readonly models?: readonly (M | (string & {}))[];
  /** Not these models, for example those in an outage. May name models that the router does not know. */
  readonly exclude?: readonly (M | (string & {}))[];
  /** Highest mean cost over the near clusters, in USD a query. */
  readonly maxCost?: number;
  /** Lowest mean performance over the near clusters, in [0, 1]. */
  readonly minPerformance?: number;
}

/** Why a model was no candidate. */
export type ExclusionReason = 'not_allowed' | 'excluded' | 'unobserved' | 'max_cost' | 'min_performance';

/** A candidate with what the near clusters know of it. */
export interface RankedModel<M extends string = string> {
  readonly model: M;
  /** Performance–efficiency score, the mean over the near clusters (rule `'reference'`: a sum of weighted reciprocal ranks). */
  readonly score: number;
  /** Expected score in [0, 1]: the mean of the near clusters' (shrunk) means. */
  readonly performance: number;
  /** Expected cost in USD: the mean of the near clusters' (shrunk) means; `null` in a router without costs. */
  readonly cost: number | null;
  /** Scores observed in the near clusters. */
  readonly count: number;
  /** Standard error of the mean of those scores; `null` below two. */
  readonly standardError: number | null;
}

/** Best first: higher score, then higher performance, then lower cost; a stable sort leaves the rest in the order of names. */
export function compareCandidates(a: RankedModel, b: RankedModel): number {
  return b.score - a.score || b.performance - a.performance || (a.cost ?? 0) - (b.cost ?? 0);
}

/** Where a query goes, and why. */
export interface RouteDecision<M extends string = string> {
  /** The winner: `ranking[0].model`. */
  readonly model: M;
  /** The trade-off that was used. */
  readonly alpha: number;
  /** Score gap between the winner and the runner-up; `null` when there is none. */
  readonly margin: number | null;
  /** All candidates, best first: the ladder of fallbacks. */
  readonly ranking: readonly RankedModel<M>[];
  /** The models that were no candidates, in the order of the router's models. */
  readonly excluded: readonly { readonly model: M; readonly reason: ExclusionReason }[];
  /**
   * The clusters looked at, nearest first; weights sum to 1. `distance` is Euclidean between unit-length query and
   * centroid (rule `'reference'`: 1 − their dot product).
   */
  readonly clusters: readonly { readonly cluster: number; readonly distance: number; readonly weight: number }[];
  /** Share of training queries that lie nearer to their own centroid than this query to its nearest; 1: farther than all. */
  readonly novelty: number;
}

/**
 * Checks constraints by hand: a route takes microseconds.
 *
 * @throws RouterError `invalid_constraints`
 */
export function parseConstraints(constraints: unknown, withCosts: boolean): RouteConstraints {
  if (typeof constraints !== 'object' || constraints === null || Array.isArray(constraints)) {
    throw mismatch('invalid_constraints', 'constraints', 'an object', describe(constraints));
  }
  for (const [key, value] of Object.entries(constraints)) {
    const place = `constraints.${key}`;
    switch (key) {
      case 'models':
      case 'exclude':
        if (value !== undefined) requireNames(value, place);
        break;
      case 'maxCost':
        if (value === undefined) break;
        if (!(typeof value === 'number' && value >= 0)) {
          throw mismatch('invalid_constraints', place, 'USD a query, a number ≥ 0', describe(value));
        }
        if (!withCosts) {
          throw mismatch('invalid_constraints', place, 'no limit in a router fitted without costs', String(value));
        }
        break;
      case 'minPerformance':
        if (value !== undefined && !(typeof value === 'number' && value >= 0 && value <= 1)) {
          throw mismatch('invalid_constraints', place, 'a number from 0 to 1', describe(value));
        }
        break;
      default: {
        const known = 'only the keys models, exclude, maxCost, minPerformance';
        throw mismatch('invalid_constraints', 'constraints', known, `the key ${describe(key)}`);
      }
    }
  }
  return constraints;
}

function requireNames(value: unknown, place: string): void {
  if (!isArrayLike(value)) throw mismatch('invalid_constraints', place, 'an array of model names', describe(value));
  for (let i = 0; i < value.length; i++) {
    if (typeof value[i] === 'string') continue;
    throw mismatch('invalid_constraints', `${place}[${i}]`, 'a model name', describe(value[i]));
  }
}

/** Why a model is no candidate; `undefined` when it is one. */
export function exclusionReason(
  { models, exclude, maxCost = Infinity, minPerformance = 0 }: RouteConstraints,
  candidate: {
    readonly model: string;
    readonly performance: number;
    readonly cost: number | null;
    readonly count: number;
  },
): ExclusionReason | undefined {
  if (models && !models.includes(candidate.model)) return 'not_allowed';
  if (exclude?.includes(candidate.model)) return 'excluded';
  if (candidate.count === 0) return 'unobserved';
  if (candidate.cost !== null && candidate.cost > maxCost) return 'max_cost';
  if (candidate.performance < minPerformance) return 'min_performance';
  return undefined;
}
