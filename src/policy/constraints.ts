import { describe, isArrayLike, mismatch } from '../validation.js';
import type { Policy } from './policy.js';

/** Hard filters of one route. They remove candidates and never change the others' scores. */
export interface RouteConstraints<M extends string = string> {
  /** Only these models. May name models that the router does not know. */
  readonly models?: readonly (M | (string & {}))[];
  /** Not these models, for example those in an outage. May name models that the router does not know. */
  readonly exclude?: readonly (M | (string & {}))[];
  /**
   * These models only when no other is left, for example those that cool down after an error: they stand at the end of the ranking,
   * in its order. May name models that the router does not know.
   */
  readonly avoid?: readonly (M | (string & {}))[];
  /** Highest mean cost over the near clusters, in USD a query. */
  readonly maxCost?: number;
  /** Lowest mean performance over the near clusters, in [0, 1]. */
  readonly minPerformance?: number;
}

/** Why a model was no candidate. */
export type ExclusionReason = 'not_allowed' | 'excluded' | 'unobserved' | 'max_cost' | 'min_performance';

/**
 * The α of a route, by default the router's own.
 *
 * @throws RouterError `invalid_alpha`
 */
export function parseAlpha({ state, withCosts }: Policy, alpha: number = state.options.defaultAlpha): number {
  if (typeof alpha !== 'number' || !(alpha >= 0 && alpha <= 1)) {
    throw mismatch('invalid_alpha', 'alpha', 'a number from 0 to 1', describe(alpha));
  }
  if (!withCosts && alpha !== 1) {
    throw mismatch('invalid_alpha', 'alpha', '1 in a router fitted without costs', describe(alpha));
  }
  return alpha;
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
      case 'avoid':
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
        const known = 'only the keys models, exclude, avoid, maxCost, minPerformance';
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
