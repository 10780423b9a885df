import type { RouterError } from '../errors.js';
import { describe, isArrayLike, mismatch, reading } from '../validation.js';
import type { Policy } from './policy.js';

/** What one route is held to. Filters remove candidates and never change the others' scores. */
export interface RouteConstraints<M extends string = string> {
  /** Only these models. May name models that the router does not know. */
  readonly models?: readonly (M | (string & {}))[] | undefined;
  /** Not these models, for example those in an outage. May name models that the router does not know. */
  readonly exclude?: readonly (M | (string & {}))[] | undefined;
  /**
   * These models only when no other is left, for example those that cool down after an error: they stand at the end of the ranking,
   * in its order. May name models that the router does not know.
   */
  readonly avoid?: readonly (M | (string & {}))[] | undefined;
  /** Highest expected cost, in USD a query. */
  readonly maxCost?: number | undefined;
  /** Lowest expected performance, in [0, 1]. */
  readonly minPerformance?: number | undefined;
  /** Fewest observed scores behind an expectation: the `count` of a ranking. */
  readonly minCount?: number | undefined;
  /** Only models that are shown not to be much worse than another. */
  readonly notWorseThan?: NotWorseThan<M> | undefined;
  /**
   * Highest novelty, in [0, 1], of a query that is decided by its clusters; beyond it the {@link fallback} is taken, and without one there
   * is an error. In `prior`, where nothing of the query is known, novelty counts as 1.
   */
  readonly maxNovelty?: number | undefined;
  /**
   * Taken where the query is too novel, or where no model is a candidate; the decision says so. `models` and `exclude` hold for it,
   * the other constraints do not.
   */
  readonly fallback?: M | undefined;
  /** The model that a conversation is with: it stays unless another's score is ahead by more than {@link switchMargin}. May be unknown. */
  readonly current?: M | (string & {}) | undefined;
  /** See {@link current}; a difference of scores, ≥ 0. */
  readonly switchMargin?: number | undefined;
  /**
   * Tokens of this prompt: what a model is expected to cost is then worked out from the router's prices,
   *
   *     q_i = (price_in · inputTokens + price_out · t_i) / 10⁶ USD
   *
   * with t_i the mean output tokens of the model on queries like this, by the router's estimator. It is what the score, `cost` and
   * `maxCost` go by, on the scale of the router's own costs. Every candidate needs a price and token counts; the rules that normalise
   * inside each cluster have no scale for it. In batches and evaluations it holds for every query.
   */
  readonly inputTokens?: number | undefined;
}

/**
 * Keeps the candidates i whose expected performance lies at most `by` below that of a model r, with a confidence c: one-sided, by the
 * normal distribution,
 *
 *     p_r − p_i + z_c · √(se_i² + se_r²) ≤ by
 *
 * The standard errors are those of the ranking, taken as independent: scores of two models on the same queries rise and fall together,
 * so the true error is mostly smaller, and the guard strict. A model of unknown error, or a reference without a score nearby, leaves
 * nothing to be shown. The statement is of the expected score in this neighbourhood, not of one answer; of each model alone,
 * not of all at once; and it knows nothing of the bias of shrinkage. With few scores, all 0 or all 1, no normal bound is exact.
 */
export interface NotWorseThan<M extends string = string> {
  /** r: a model of the router, also one that is no candidate. */
  readonly model: M;
  /** How much worse is bearable, ≥ 0, in units of the score. */
  readonly by: number;
  /** c, from .5 to below 1. */
  readonly confidence: number;
}

/** Why a model was no candidate. */
export type ExclusionReason =
  'not_allowed' | 'excluded' | 'unobserved' | 'min_count' | 'max_cost' | 'min_performance' | 'not_worse_than';

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

/** Checks one value, which is not `undefined`. */
type Check = (value: unknown, place: string, policy: Policy) => void;

const names: Check = (value, place) => {
  if (!isArrayLike(value)) throw refusal(place, 'an array of model names', value);
  for (let i = 0; i < value.length; i++) {
    if (typeof value[i] !== 'string') throw refusal(`${place}[${i}]`, 'a model name', value[i]);
  }
};
const atLeastZero =
  (expected: string): Check =>
  (value, place) => {
    if (!(typeof value === 'number' && value >= 0)) throw refusal(place, expected, value);
  };
const unitInterval: Check = (value, place) => {
  if (!(typeof value === 'number' && value >= 0 && value <= 1)) throw refusal(place, 'a number from 0 to 1', value);
};
const knownModel: Check = (value, place, { models }) => {
  if (!models.includes(value as string)) throw refusal(place, `a model of the router (${listOf(models)})`, value);
};

const checks: { readonly [key in keyof Required<RouteConstraints>]: Check } = {
  models: names,
  exclude: names,
  avoid: names,
  maxCost(value, place, policy) {
    atLeastZero('USD a query, a number ≥ 0')(value, place, policy);
    if (!policy.withCosts) throw refusal(place, 'no limit in a router fitted without costs', value);
  },
  minPerformance: unitInterval,
  minCount: atLeastZero('a number of scores ≥ 0'),
  notWorseThan(value, place, policy) {
    requireKeys(value, place, ['model', 'by', 'confidence']);
    const { model, by, confidence } = value as { [key in keyof NotWorseThan]: unknown };
    knownModel(model, `${place}.model`, policy);
    atLeastZero('a difference of scores ≥ 0')(by, `${place}.by`, policy);
    if (!(typeof confidence === 'number' && confidence >= 0.5 && confidence < 1)) {
      throw refusal(`${place}.confidence`, 'a number from 0.5 to below 1', confidence);
    }
  },
  maxNovelty(value, place, policy) {
    unitInterval(value, place, policy);
    if (policy.state.clusters.distanceQuantiles) return;
    throw refusal(place, 'no limit in a router made without distances', value);
  },
  fallback: knownModel,
  current(value, place) {
    if (typeof value !== 'string') throw refusal(place, 'a model name', value);
  },
  switchMargin(value, place) {
    if (Number.isFinite(value) && (value as number) >= 0) return;
    throw refusal(place, 'a finite difference of scores ≥ 0', value);
  },
  inputTokens(value, place, { withCosts, scale, state }) {
    if (!(Number.isFinite(value) && (value as number) >= 0)) throw refusal(place, 'a number of tokens ≥ 0', value);
    if (!withCosts) throw refusal(place, 'none in a router fitted without costs', value);
    const { rule } = state.options;
    if (!scale)
      throw refusal(place, `none with the rule '${rule}', which has no scale for the cost of one query`, value);
  },
};

/**
 * Checks constraints by hand: a route takes microseconds.
 *
 * @throws RouterError `invalid_constraints`
 */
export function parseConstraints(policy: Policy, constraints: unknown): RouteConstraints {
  return reading('invalid_constraints', 'constraints', () => checkConstraints(policy, constraints));
}

function checkConstraints(policy: Policy, given: unknown): RouteConstraints {
  requireKeys(given, 'constraints', Object.keys(checks));
  // A getter is asked once.
  const constraints: RouteConstraints = { ...given };
  for (const [key, value] of Object.entries(constraints)) {
    if (value !== undefined) checks[key as keyof RouteConstraints](value, `constraints.${key}`, policy);
  }
  const { current, switchMargin } = constraints;
  if ((current === undefined) !== (switchMargin === undefined)) {
    const [given, missing] = current === undefined ? ['switchMargin', 'current'] : ['current', 'switchMargin'];
    throw refusal(`constraints.${missing}`, `a value beside ${given}`, undefined);
  }
  return constraints;
}

function requireKeys(value: unknown, place: string, keys: readonly string[]): asserts value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refusal(place, 'an object', value);
  for (const key of Object.keys(value)) {
    if (keys.includes(key)) continue;
    throw mismatch('invalid_constraints', place, `only the keys ${keys.join(', ')}`, `the key ${describe(key)}`);
  }
}

function refusal(place: string, expected: string, got: unknown): RouterError {
  return mismatch('invalid_constraints', place, expected, describe(got));
}

/** Whether `models` and `exclude` leave a model. */
export function isAllowed({ models, exclude }: RouteConstraints, model: string): boolean {
  return (models === undefined || includes(models, model)) && !(exclude !== undefined && includes(exclude, model));
}

/** Of anything that is read by index, as `parseConstraints` lets it pass. */
export function includes(names: ArrayLike<string>, model: string): boolean {
  return Array.prototype.includes.call(names, model);
}

/** Names in a message, which stays short: the first few, and how many more. */
export function listOf(names: ArrayLike<string>): string {
  let list = '';
  for (let i = 0; i < names.length; i++) {
    const name = describe(names[i]);
    if (list && list.length + name.length > 80) return `${list} and ${names.length - i} more`;
    list += list ? `, ${name}` : name;
  }
  return list;
}
