import { normalQuantile } from '../core/normal.js';
import type { RouterError } from '../errors.js';
import { describe, mismatch } from '../validation.js';
import { isAllowed, listOf, type ExclusionReason, type RouteConstraints } from './constraints.js';
import type { Expectation } from './lines.js';
import type { Policy } from './policy.js';

/**
 * Why the fallback was taken: the query is too novel, or no model meets the constraints.
 * @example
 * const { fallback } = router.route(embedding, 0.7, { maxNovelty: 0.99, fallback: 'large' });
 * if (fallback === 'max_novelty') console.log('an unusual query');
 */
export type FallbackReason = 'max_novelty' | 'no_candidate';

/** The models that constraints leave, and why they take the others. */
export interface Candidates<M extends string = string> {
  /** Positions of the models that compete, in the order in which ties are broken: the current one, higher performance, lower cost, name. */
  readonly eligible: readonly number[];
  /** Tiers of those that stand behind them in the ranking, whatever their scores. */
  readonly behind: readonly (readonly number[])[];
  readonly excluded: readonly { readonly model: M; readonly reason: ExclusionReason }[];
  readonly fallback: FallbackReason | null;
  /** What the score of the first eligible model, the current one, is raised by before it is compared; 0 where none is current. */
  readonly lead: number;
}

/** What may stand against a model. */
interface Obstacle {
  readonly reason: ExclusionReason;
  readonly stops: (model: number) => boolean;
  /** The limit behind it, where one number decides. */
  readonly limit?: Limit;
}

interface Limit {
  readonly key: string;
  readonly value: number;
  /** What the limit would have to be for a model; NaN where no limit would do. */
  readonly needed: (model: number) => number;
  readonly isUpper: boolean;
}

/** In the order in which the first of them becomes the reason of an exclusion. */
function obstaclesOf({ models }: Policy, expectation: Expectation, constraints: RouteConstraints): Obstacle[] {
  const { performance, cost, observed, evidence } = expectation;
  const { models: only, exclude, minCount, maxCost, minPerformance, notWorseThan } = constraints;
  const obstacles: Obstacle[] = [];
  if (only) obstacles.push({ reason: 'not_allowed', stops: (model) => !only.includes(models[model]!) });
  if (exclude) obstacles.push({ reason: 'excluded', stops: (model) => exclude.includes(models[model]!) });
  obstacles.push({ reason: 'unobserved', stops: (model) => observed[model] === 0 });
  const atLeast = (reason: ExclusionReason, key: string, value: number, needed: Limit['needed']): void => {
    obstacles.push({
      reason,
      stops: (model) => !(needed(model) >= value),
      limit: { key, value, needed, isUpper: false },
    });
  };
  const atMost = (reason: ExclusionReason, key: string, value: number, needed: Limit['needed']): void => {
    obstacles.push({
      reason,
      stops: (model) => !(needed(model) <= value),
      limit: { key, value, needed, isUpper: true },
    });
  };
  if (minCount !== undefined) atLeast('min_count', 'minCount', minCount, (model) => evidence().count[model]!);
  if (maxCost !== undefined) atMost('max_cost', 'maxCost', maxCost, (model) => cost[model]!);
  if (minPerformance !== undefined) {
    atLeast('min_performance', 'minPerformance', minPerformance, (model) => performance[model]!);
  }
  if (notWorseThan) {
    const reference = models.indexOf(notWorseThan.model);
    const z = normalQuantile(notWorseThan.confidence);
    const own = observed[reference] === 0 ? NaN : evidence().standardError[reference]!;
    atMost('not_worse_than', 'notWorseThan.by', notWorseThan.by, (model) => {
      if (model === reference) return 0;
      const error = evidence().standardError[model]!;
      return performance[reference]! - performance[model]! + z * Math.sqrt(error * error + own * own);
    });
  }
  return obstacles;
}

/**
 * The candidates of one query; they do not depend on α.
 *
 * @param place - what the query is called in a message
 * @throws RouterError `no_eligible_model`
 */
export function selectCandidates<M extends string>(
  policy: Policy<M>,
  expectation: Expectation,
  constraints: RouteConstraints,
  place: string,
): Candidates<M> {
  const { models, withCosts } = policy;
  const { performance, cost, novelty } = expectation;
  const { avoid, maxNovelty = 1, fallback, current, switchMargin = 0 } = constraints;
  if (constraints.inputTokens !== undefined) requireCosts(policy, expectation, constraints);
  const obstacles = obstaclesOf(policy, expectation, constraints);
  const left: number[] = [];
  const excluded: { model: M; reason: ExclusionReason }[] = [];
  models.forEach((model, i) => {
    const obstacle = obstacles.find(({ stops }) => stops(i));
    if (obstacle) excluded.push({ model, reason: obstacle.reason });
    else left.push(i);
  });
  // Ties: higher performance, then lower cost, then name.
  left.sort((a, b) => performance[b]! - performance[a]! || (withCosts ? cost[a]! - cost[b]! : 0));
  const { eligible, behind } = tiersOf(left, (i) => avoid?.includes(models[i]!) === true);

  const isTooNovel = novelty !== null && novelty > maxNovelty;
  if (isTooNovel || left.length === 0) {
    const reason = isTooNovel ? 'max_novelty' : 'no_candidate';
    if (fallback === undefined) {
      throw reason === 'no_candidate'
        ? nobodyLeft(models, obstacles, constraints, place)
        : refusal(
            place,
            'maxNovelty',
            `at least ${novelty}, the novelty of this query, or a fallback`,
            String(maxNovelty),
          );
    }
    if (!isAllowed(constraints, fallback)) {
      throw refusal(place, 'fallback', 'a model that models and exclude leave', listOf([fallback]));
    }
    const model = models.indexOf(fallback as M);
    return {
      eligible: [model],
      behind: [eligible, ...behind].map((tier) => tier.filter((i) => i !== model)),
      excluded: excluded.filter((entry) => entry.model !== fallback),
      fallback: reason,
      lead: 0,
    };
  }

  const stays = eligible.find((i) => models[i] === current);
  if (stays === undefined) return { eligible, behind, excluded, fallback: null, lead: 0 };
  const competing = [stays, ...eligible.filter((i) => i !== stays)];
  return { eligible: competing, behind, excluded, fallback: null, lead: switchMargin };
}

/** Who is avoided stands behind the others, where there are others. */
function tiersOf(
  left: readonly number[],
  isAvoided: (model: number) => boolean,
): Pick<Candidates, 'eligible' | 'behind'> {
  const avoided = left.filter(isAvoided);
  if (avoided.length === 0 || avoided.length === left.length) return { eligible: left, behind: [] };
  return { eligible: left.filter((i) => !isAvoided(i)), behind: [avoided] };
}

/** The cost of a prompt is known for every model that may compete, a fallback among them. */
function requireCosts({ models, state }: Policy, { cost, observed }: Expectation, constraints: RouteConstraints): void {
  models.forEach((model, i) => {
    const mayCompete = observed[i] !== 0 || model === constraints.fallback;
    if (!Number.isNaN(cost[i]) || !mayCompete || !isAllowed(constraints, model)) return;
    const missing = Object.hasOwn(state.prices ?? {}, model) ? 'token counts' : 'a price';
    const expected = `${missing} of ${describe(model)} in the router`;
    throw mismatch('invalid_constraints', 'constraints.inputTokens', expected, 'none');
  });
}

/** Which constraint is at fault, and its nearest value that would leave a model. */
function nobodyLeft(
  models: readonly string[],
  obstacles: readonly Obstacle[],
  { models: only = [], exclude = [] }: RouteConstraints,
  place: string,
): RouterError {
  const reasonsAgainst = models.map((_, i) => obstacles.filter(({ stops }) => stops(i)).map(({ reason }) => reason));
  const stoppedBy = (reason: ExclusionReason): number[] =>
    models.flatMap((_, i) => (reasonsAgainst[i]!.every((other) => other === reason) ? [i] : []));
  for (const { reason, limit } of obstacles) {
    if (!limit) continue;
    const { key, value, needed, isUpper } = limit;
    const [nearest] = stoppedBy(reason)
      .filter((i) => !Number.isNaN(needed(i)))
      .sort((a, b) => (isUpper ? needed(a) - needed(b) : needed(b) - needed(a)));
    if (nearest === undefined) continue;
    const expected = `at ${isUpper ? 'least' : 'most'} ${needed(nearest)}, which leaves ${listOf([models[nearest]!])}`;
    return refusal(place, key, expected, String(value));
  }
  const namesStoppedBy = (reason: ExclusionReason): string => listOf(stoppedBy(reason).map((i) => models[i]!));
  if (namesStoppedBy('excluded')) {
    return refusal(place, 'exclude', `to leave one of ${namesStoppedBy('excluded')}`, listOf(exclude));
  }
  if (namesStoppedBy('not_allowed')) {
    return refusal(place, 'models', `one of ${namesStoppedBy('not_allowed')}`, listOf(only) || 'none');
  }
  const reasons = [...new Set(reasonsAgainst.flat())];
  if (reasons.every((reason) => reason === 'unobserved')) {
    return mismatch('no_eligible_model', place, 'a model with scores in the near clusters', 'none');
  }
  return refusal(place, '', 'to leave a model', `none: stopped by ${reasons.join(', ')}`);
}

function refusal(place: string, key: string, expected: string, got: string): RouterError {
  const query = place.endsWith('embedding') ? place.slice(0, -'embedding'.length) : `${place}: `;
  return mismatch('no_eligible_model', `${query}constraints${key && `.${key}`}`, expected, got);
}
