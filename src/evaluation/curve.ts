import type { Steps } from '../core/steps.js';
import { Tally } from '../core/tally.js';
import { mergeWinners, type Winner } from '../core/tradeoff.js';
import { selectCandidates } from '../policy/candidates.js';
import { parseConstraints, type RouteConstraints } from '../policy/constraints.js';
import { lines } from '../policy/lines.js';
import { near } from '../policy/near.js';
import type { Policy } from '../policy/policy.js';
import type { RecordSource } from '../records.js';
import { policyOf, type Router } from '../router.js';
import { array, isArrayLike, mismatch, parse, partialObject, reading, vector } from '../validation.js';
import { allowedModels, singleModels } from './baselines.js';
import { aiqAmong } from './operating-points.js';
import { measurePoints } from './points.js';
import {
  afterRouting,
  obstacleToCurve,
  promisedTraffic,
  routeTraffic,
  winnersOf,
  type RoutedTraffic,
} from './routing.js';
import { orNull, sharesOf } from './summary.js';
import { readTraffic, trafficOptionsShape, type Traffic, type TrafficOptions } from './traffic.js';

/**
 * What holds from one α on, up to the next breakpoint.
 * @example
 * const points: readonly CurvePoint[] = (await tradeoffCurve(router, test)).breakpoints;
 * const dearest = points.at(-1); // from its α up to 1
 */
export interface CurvePoint<M extends string = string> {
  readonly alpha: number;
  /** Macro accuracy in [0, 1]; `null` where no answer's score was observed. */
  readonly accuracy: number | null;
  /** USD a query; `null` where no answer's cost was observed. */
  readonly meanCost: number | null;
  /** Share of the queries that each model takes; they sum to 1. */
  readonly shares: { readonly [model in M]: number };
}

/**
 * Accuracy, cost and shares of a router over all α on some traffic: a step function, exact. Plain JSON.
 * @example
 * const curve: TradeoffCurve = await tradeoffCurve(router, embeddings); // of bare embeddings:
 * curve.measured; // false: what the router expects
 */
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
  /**
   * Average improvement in quality between the cheapest and the dearest single model; `null` when they cost the same, and where no
   * breakpoint's accuracy and cost are observed.
   */
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
 * @example
 * const curve = await tradeoffCurve(router, test);
 * const { alpha } = alphaFor(curve, { retain: 0.95 });
 */
export async function tradeoffCurve<M extends string>(
  router: Router<M>,
  traffic: RecordSource<NoInfer<M>> | readonly ArrayLike<number>[],
  options: TrafficOptions<M> = {},
): Promise<TradeoffCurve<M>> {
  parse(partialObject(trafficOptionsShape()), options, 'invalid_options', 'options');
  requireCurve(policyOf(router));
  const embeddings = bareEmbeddings(traffic);
  const allowed = allowedModels(router.models, parseConstraints(policyOf(router), options.constraints ?? {}));
  if (!embeddings) {
    const measured = await readTraffic(router, traffic, options);
    const routed = await routeTraffic(router, measured, options);
    const breakpoints = await afterRouting(measureCurve(measured, routed), routed, options);
    return assembleCurve(true, measured, breakpoints, allowed);
  }
  const places = embeddings.map((_, i) => `traffic[${i}]`);
  const routed = await routeTraffic(router, { embeddings, places }, options);
  const promised = promisedTraffic(router.models, { embeddings, places }, routed);
  const breakpoints = await afterRouting(measureCurve(promised, routed), routed, options);
  return assembleCurve(false, promised, breakpoints, allowed);
}

/**
 * The α at which one query's decision flips, exactly.
 *
 * @returns by rising α, the first at 0: from each α on (up to the next) the query goes to that model
 * @throws RouterError as `router.route`; `invalid_options` as {@link tradeoffCurve}
 * @example
 * flipPoints(router, embedding); // [{ alpha: 0, model: 'small' }, { alpha: 0.31…, model: 'large' }]
 */
export function flipPoints<M extends string>(
  router: Router<M>,
  embedding: ArrayLike<number>,
  constraints: RouteConstraints<M> = {},
): { alpha: number; model: M }[] {
  const policy = policyOf(router);
  requireCurve(policy);
  const filters = parseConstraints(policy, constraints);
  const own = lines(policy, near(policy, embedding, 'embedding'), filters.inputTokens);
  const candidates = selectCandidates(policy, own, filters, 'embedding');
  return winnersOf({ lines: own, candidates }).map(({ alpha, model }) => ({ alpha, model: router.models[model]! }));
}

function requireCurve(policy: Policy): void {
  const obstacle = obstacleToCurve(policy);
  if (obstacle === undefined) return;
  throw mismatch('invalid_options', 'router', "the rule 'global' or 'paper', and costs", obstacle);
}

function bareEmbeddings(traffic: unknown): readonly ArrayLike<number>[] | undefined {
  return reading('invalid_embedding', 'traffic', () => {
    if (!Array.isArray(traffic) || !isArrayLike(traffic[0])) return undefined;
    return parse(array(vector), traffic, 'invalid_embedding', 'traffic');
  });
}

/** @param measured - whether the traffic's outcomes were observed; else they are what a router promises */
export function assembleCurve<M extends string>(
  measured: boolean,
  traffic: Traffic<M>,
  breakpoints: readonly CurvePoint<M>[],
  allowed: readonly number[],
): TradeoffCurve<M> {
  const models = singleModels(traffic, allowed).map(({ model, accuracy, meanCost }) => ({ model, accuracy, meanCost }));
  return { measured, queries: traffic.embeddings.length, breakpoints, models, aiq: aiqAmong(breakpoints, models) };
}

/** α at which a policy is looked at that has costs and no exact curve. */
const sweptAlphas = Array.from({ length: 21 }, (_, i) => i / 20);

/**
 * What a routed policy achieves over α: at every breakpoint where it has an exact curve, else at α = 0, 1/20, …, 1; without costs at
 * α = 1 alone.
 *
 * @param traffic - the routed queries, with their observed outcomes or with promised ones
 */
export function* measureCurve<M extends string>(traffic: Traffic<M>, routed: RoutedTraffic): Steps<CurvePoint<M>[]> {
  if (routed.winners) return yield* sweepBreakpoints(traffic, routed.winners);
  const measured = yield* measurePoints(traffic, routed, routed.policy.withCosts ? sweptAlphas : [1]);
  return measured.map(({ point }) => point);
}

/** Breakpoints measured between two yields: about 10 ms. */
const breakpointsPerStep = 4096;

/** Applies the steps in order, each one's changes only. */
function* sweepBreakpoints<M extends string>(
  traffic: Traffic<M>,
  winners: readonly (readonly Winner[])[],
): Steps<CurvePoint<M>[]> {
  const { models, scores, costs } = traffic;
  const tally = new Tally(traffic.datasetOf, traffic.datasets.length);
  const picks = new Int32Array(traffic.embeddings.length).fill(-1);
  const counts = new Int32Array(models.length);
  const breakpoints: CurvePoint<M>[] = [];
  for (const { alpha, changes } of yield* mergeWinners(winners)) {
    for (const { query, model } of changes) {
      const previous = picks[query]!;
      if (previous >= 0) counts[previous]! -= 1;
      counts[model]! += 1;
      picks[query] = model;
      tally.set(query, scores[query * models.length + model]!, costs[query * models.length + model]!);
    }
    const [accuracy, meanCost] = [orNull(tally.accuracy), orNull(tally.meanCost)];
    breakpoints.push({ alpha, accuracy, meanCost, shares: sharesOf(models, counts) });
    if (breakpoints.length % breakpointsPerStep === 0) yield false;
  }
  return breakpoints;
}
