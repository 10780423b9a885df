import * as z from 'zod/mini';
import { averageImprovementInQuality } from '../core/frontier.js';
import { Tally } from '../core/tally.js';
import { mergeWinners, winnersOverAlpha, type Winner } from '../core/tradeoff.js';
import { allowedModels, operatingPoints, singleModels } from './baselines.js';
import type { RouteConstraints, RouteDecision } from '../decision.js';
import { byCodeUnit, type RecordSource } from '../records.js';
import type { Router } from '../router.js';
import { orNull, sharesOf } from './summary.js';
import { readTraffic, routeTraffic, trafficOptionsShape, type Traffic, type TrafficOptions } from './traffic.js';
import { describe, isArrayLike, mismatch, parse, strictObject } from '../validation.js';

/** What holds from one α on, up to the next breakpoint. */
export interface CurvePoint<M extends string = string> {
  readonly alpha: number;
  /** Macro accuracy in [0, 1]; `null` where no answer's score was observed. */
  readonly accuracy: number | null;
  /** USD a query; `null` where no answer's cost was observed. */
  readonly meanCost: number | null;
  /** Share of the queries that each model takes; they sum to 1. */
  readonly shares: { readonly [model in M]: number };
}

/** Accuracy, cost and shares of a router over all α on some traffic: a step function, exact. Plain JSON. */
export interface TradeoffCurve<M extends string = string> {
  /** `true`: from the traffic's observed outcomes. `false`: expected from the router's profiles, which flatter the router. */
  readonly measured: boolean;
  /** Number of queries. */
  readonly queries: number;
  /** By rising α; the first is at 0, and the last holds up to 1. */
  readonly breakpoints: readonly CurvePoint<M>[];
  /** What each single model achieves on the same traffic. */
  readonly models: readonly {
    readonly model: M;
    readonly accuracy: number | null;
    readonly meanCost: number | null;
  }[];
  /** Average improvement in quality between the cheapest and the dearest single model; `null` when they cost the same. */
  readonly aiq: number | null;
}

/**
 * Finds everything that α can do to some traffic: at which α decisions flip, and what accuracy, cost and shares are between.
 *
 * A query's scores are lines in α, so its winners are the upper envelope of its models' lines, and the traffic's curve is a
 * step function with the queries' crossings as steps: O(n·m·log m) for n queries and m models, and O(m + log(n·m)) for each
 * crossing to check and merge it. Nothing is swept. Crossings nearer than 10⁻¹² to each other are one step.
 *
 * @param traffic - evaluated records (the curve is measured), or bare embeddings of live traffic (it is expected, from
 * the near clusters' profiles)
 * @throws RouterError `invalid_options` for a router of the rule `'reference'` (not linear in α) or without costs (nothing to
 * trade); `invalid_records`, `invalid_embedding`, `embedder_missing`, `embedder_failed`, `no_eligible_model`
 */
export async function tradeoffCurve<M extends string>(
  router: Router<M>,
  traffic: RecordSource<NoInfer<M>> | readonly ArrayLike<number>[],
  options: TrafficOptions<M> = {},
): Promise<TradeoffCurve<M>> {
  parse(z.partial(strictObject(trafficOptionsShape())), options, 'invalid_options', 'options');
  requireLinear(router);
  const embeddings = bareEmbeddings(traffic);
  if (!embeddings) {
    const measured = await readTraffic(router, traffic, options);
    const { winners } = await findWinners(router, measured, options);
    return assembleCurve(true, measured, winners, allowedModels(router.models, options.constraints ?? {}));
  }
  const places = embeddings.map((_, i) => `traffic[${i}]`);
  const { winners, performance, cost } = await findWinners(router, { embeddings, places }, options);
  const expected = {
    models: router.models,
    places,
    embeddings,
    datasets: [null],
    datasetOf: new Int32Array(embeddings.length),
    scores: performance,
    costs: cost,
  };
  return assembleCurve(false, expected, winners, allowedModels(router.models, options.constraints ?? {}));
}

/**
 * The α at which one query's decision flips, exactly.
 *
 * @returns by rising α, the first at 0: from each α on (up to the next) the query goes to that model
 * @throws RouterError as `router.route`; `invalid_options` as {@link tradeoffCurve}
 */
export function flipPoints<M extends string>(
  router: Router<M>,
  embedding: ArrayLike<number>,
  constraints: RouteConstraints<M> = {},
): { alpha: number; model: M }[] {
  requireLinear(router);
  const winners = winnersOfQuery(
    router.models,
    router.route(embedding, 1, constraints),
    router.route(embedding, 0, constraints),
  );
  return winners.map(({ alpha, model }) => ({ alpha, model: router.models[model]! }));
}

/** Whether a router has an exact curve; where it has not, the reason. */
export function obstacleToCurve(router: Router): string | undefined {
  const { options, cells } = router.toJSON();
  if (options.rule === 'reference') return "the rule 'reference'";
  return cells.costCount.every((count) => count === 0) ? 'no costs' : undefined;
}

function requireLinear(router: Router): void {
  const obstacle = obstacleToCurve(router);
  if (obstacle === undefined) return;
  throw mismatch('invalid_options', 'router', "the rule 'global' or 'paper', and costs", obstacle);
}

function bareEmbeddings(traffic: unknown): readonly ArrayLike<number>[] | undefined {
  if (!Array.isArray(traffic) || !isArrayLike(traffic[0])) return undefined;
  const embeddings: unknown[] = traffic;
  embeddings.forEach((embedding, i) => {
    if (isArrayLike(embedding)) return;
    throw mismatch('invalid_embedding', `traffic[${i}]`, 'an array of numbers', describe(embedding));
  });
  return embeddings as readonly ArrayLike<number>[];
}

/** What the two lines of every model tell, query by query. */
export interface Expectation {
  /** Each query's winners over α. */
  readonly winners: readonly (readonly Winner[])[];
  /** Query × model, row-major: the score that the profiles expect; NaN where the model is not eligible. */
  readonly performance: Float64Array;
  /** The same of the cost, in USD. */
  readonly cost: Float64Array;
}

/** Two decisions a query, at α = 1 and α = 0, tell all of them. */
export async function findWinners<M extends string>(
  router: Router<M>,
  queries: Pick<Traffic, 'embeddings' | 'places'>,
  options: TrafficOptions<M>,
): Promise<Expectation> {
  const { models } = router;
  const winners: Winner[][] = [];
  const performance = new Float64Array(queries.embeddings.length * models.length).fill(NaN);
  const cost = performance.slice();
  await routeTraffic(router, queries, [1, 0], options, ([atOne, atZero], query) => {
    winners.push(winnersOfQuery(models, atOne!, atZero!));
    for (const candidate of atOne!.ranking) {
      const entry = query * models.length + models.indexOf(candidate.model);
      performance[entry] = candidate.performance;
      cost[entry] = candidate.cost ?? NaN;
    }
  });
  return { winners, performance, cost };
}

/** A score α·A + (1 − α)·B is A at α = 1 and B at α = 0, to the last bit: two decisions hold a query's lines. */
function winnersOfQuery<M extends string>(
  models: readonly M[],
  atOne: RouteDecision<M>,
  atZero: RouteDecision<M>,
): Winner[] {
  const efficiency = new Map(atZero.ranking.map(({ model, score }) => [model, score]));
  // The router's order of ties: higher performance, then lower cost, then name.
  const candidates = [...atOne.ranking].sort(
    (a, b) => b.performance - a.performance || (a.cost ?? 0) - (b.cost ?? 0) || byCodeUnit(a.model, b.model),
  );
  return winnersOverAlpha(
    candidates.map(({ model, score }) => ({
      model: models.indexOf(model),
      performance: score,
      efficiency: efficiency.get(model)!,
    })),
  );
}

function assembleCurve<M extends string>(
  measured: boolean,
  traffic: Traffic<M>,
  winners: readonly (readonly Winner[])[],
  allowed: readonly number[],
): TradeoffCurve<M> {
  const breakpoints = sweepBreakpoints(traffic, winners);
  const models = singleModels(traffic, allowed).map(({ model, accuracy, meanCost }) => ({ model, accuracy, meanCost }));
  return { measured, queries: traffic.embeddings.length, breakpoints, models, aiq: aiqAmong(breakpoints, models) };
}

/** Applies the steps in order, each one's changes only. */
export function sweepBreakpoints<M extends string>(
  traffic: Traffic<M>,
  winners: readonly (readonly Winner[])[],
): CurvePoint<M>[] {
  const { models, scores, costs } = traffic;
  const tally = new Tally(traffic.datasetOf, traffic.datasets.length);
  const picks = new Int32Array(traffic.embeddings.length).fill(-1);
  const counts = new Int32Array(models.length);
  return mergeWinners(winners).map(({ alpha, changes }) => {
    for (const { query, model } of changes) {
      const previous = picks[query]!;
      if (previous >= 0) counts[previous]! -= 1;
      counts[model]! += 1;
      picks[query] = model;
      tally.set(query, scores[query * models.length + model]!, costs[query * models.length + model]!);
    }
    return {
      alpha,
      accuracy: orNull(tally.accuracy),
      meanCost: orNull(tally.meanCost),
      shares: sharesOf(models, counts),
    };
  });
}

interface MaybeObserved {
  readonly accuracy: number | null;
  readonly meanCost: number | null;
}

/** AIQ of some operating points between the costs of the cheapest and the dearest single model; `null` when those are one. */
export function aiqAmong(points: readonly MaybeObserved[], models: readonly MaybeObserved[]): number | null {
  const costs = operatingPoints(models).map(({ meanCost }) => meanCost);
  const cheapest = costs.reduce((least, cost) => Math.min(least, cost), Infinity);
  const dearest = costs.reduce((most, cost) => Math.max(most, cost), -Infinity);
  return cheapest < dearest ? averageImprovementInQuality(operatingPoints(points), cheapest, dearest) : null;
}
