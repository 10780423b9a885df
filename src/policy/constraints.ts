import {
  accept,
  array,
  describe,
  mismatch,
  number,
  parse,
  partialObject,
  strictObject,
  text,
  unitInterval,
  type Check,
  type Present,
} from '../validation.js';
import type { Policy } from './policy.js';

/**
 * What one route is held to. Filters remove candidates and never change the others' scores.
 * @example
 * const guards: RouteConstraints<'large' | 'small'> = { exclude: ['in-an-outage'], maxNovelty: 0.99, fallback: 'large' };
 * const { model, fallback } = router.route(embedding, 0.7, guards);
 */
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
 * @example
 * // A cheaper model, where it is at most 2 points worse than "large", with 90 % confidence.
 * const notWorseThan: NotWorseThan<'large' | 'small'> = { model: 'large', by: 0.02, confidence: 0.9 };
 * const { model } = router.route(embedding, 0, { notWorseThan, fallback: 'large' });
 */
export interface NotWorseThan<M extends string = string> {
  /** r: a model of the router, also one that is no candidate. */
  readonly model: M;
  /** How much worse is bearable, ≥ 0, in units of the score. */
  readonly by: number;
  /** c, from .5 to below 1. */
  readonly confidence: number;
}

/**
 * Why a model was no candidate.
 * @example
 * const reasons = decision.excluded.map(({ reason }): ExclusionReason => reason); // for example ['max_cost']
 */
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

const readers = new WeakMap<Policy, Check<RouteConstraints>>();

/**
 * A checked copy of constraints.
 *
 * @throws RouterError `invalid_constraints`
 */
export function parseConstraints(policy: Policy, constraints: unknown): RouteConstraints {
  let reader = readers.get(policy);
  if (!reader) readers.set(policy, (reader = readerOf(policy)));
  const parsed = parse(reader, constraints, 'invalid_constraints', 'constraints');
  const { current, switchMargin } = parsed;
  if ((current === undefined) !== (switchMargin === undefined)) {
    const [given, missing] = current === undefined ? ['switchMargin', 'current'] : ['current', 'switchMargin'];
    throw mismatch('invalid_constraints', `constraints.${missing}`, `a value beside ${given}`, 'undefined');
  }
  return parsed;
}

function readerOf({ models, withCosts, scale, state }: Policy): Check<RouteConstraints> {
  const names = array(text('a model name'), 'an array of model names');
  const known = accept<string>(`a model of the router (${listOf(models)})`, (name) => models.includes(name as string));
  const amount = (expected: string): Check<number> => number(expected, (value) => value >= 0);
  const finite = (expected: string): Check<number> => number(expected, (value) => value >= 0 && value < Infinity);
  const none = (expected: string): Check<number> => number(expected, () => false);
  const unscaled = `none with the rule '${state.options.rule}', which has no scale for the cost of one query`;
  return partialObject<Present<RouteConstraints>>({
    models: names,
    exclude: names,
    avoid: names,
    maxCost: withCosts ? amount('USD a query, a number ≥ 0') : none('no limit in a router fitted without costs'),
    minPerformance: unitInterval,
    minCount: amount('a number of scores ≥ 0'),
    notWorseThan: strictObject<NotWorseThan>({
      model: known,
      by: amount('a difference of scores ≥ 0'),
      confidence: number('a number from 0.5 to below 1', (value) => value >= 0.5 && value < 1),
    }),
    maxNovelty: state.clusters.distanceQuantiles ? unitInterval : none('no limit in a router made without distances'),
    fallback: known,
    current: text('a model name'),
    switchMargin: finite('a finite difference of scores ≥ 0'),
    inputTokens: !withCosts
      ? none('none in a router fitted without costs')
      : scale
        ? finite('a number of tokens ≥ 0')
        : none(unscaled),
  });
}

/** Whether `models` and `exclude` leave a model. */
export function isAllowed({ models, exclude }: RouteConstraints, model: string): boolean {
  return models?.includes(model) !== false && !exclude?.includes(model);
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
