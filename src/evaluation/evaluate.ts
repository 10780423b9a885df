import { seed as seedCheck } from '../options.js';
import type { RecordSource } from '../records.js';
import { policyOf, type Router } from '../router.js';
import { array, parse, partialObject, positiveInteger, unitInterval } from '../validation.js';
import { allowedModels, measureBaselines, type Baselines } from './baselines.js';
import { measureCurve } from './curve.js';
import { measureGains, type RoutingGains } from './gains.js';
import { measurePoints, type EvaluationPoint } from './points.js';
import { readPromise } from './promise.js';
import { afterRouting, routeTraffic, type RoutedTraffic } from './routing.js';
import { readTraffic, trafficOptionsShape, type TrafficOptions } from './traffic.js';
import { judge, type Verdict } from './verdict.js';
import { findWarnings, type EvaluationWarning } from './warnings.js';

/**
 * Options of {@link evaluateRouter}; all may be left out.
 * @example
 * const options: EvaluationOptions = { alphas: [0.5, 0.8, 1], alpha: 0.8, retain: [0.95], resamples: 500 };
 * const evaluation = await evaluateRouter(router, test, options);
 */
export interface EvaluationOptions<M extends string = string> extends TrafficOptions<M> {
  /**
   * The α of `points`; `alpha` is added, where it is given.
   * @default 0, 0.1, …, 1; only 1 in a router without costs
   */
  readonly alphas?: readonly number[] | undefined;
  /** An α that is judged by itself: `verdict.at`, and the warnings. Choose it before you look at the results. None by default. */
  readonly alpha?: number | undefined;
  /**
   * The shares of the best single model's accuracy that `verdict.retention` is about, in [0, 1].
   * @default 0.9, 0.95, 0.98, 1
   */
  readonly retain?: readonly number[] | undefined;
  /**
   * Bootstrap resamples of the verdict.
   * @default 2000
   */
  readonly resamples?: number | undefined;
  /**
   * Seed of the bootstrap, a whole number from 0 to 4294967295.
   * @default 42
   */
  readonly seed?: number | undefined;
}

/**
 * What a router achieves on held-out records: plain JSON.
 * @example
 * const { verdict, points, baselines, warnings }: RouterEvaluation = await evaluateRouter(router, test);
 * console.log(baselines.bestSingle.model, warnings.length);
 */
export interface RouterEvaluation<M extends string = string> extends RoutingGains {
  /** Number of held-out queries. */
  readonly queries: number;
  /** By rising α. */
  readonly points: readonly EvaluationPoint<M>[];
  readonly baselines: Baselines<M>;
  /**
   * Mean of the decisions' novelty: about 0.5 where the queries are like those of the fit, 1 where all lie farther out; `null` in a
   * router that was made without distances.
   */
  readonly novelty: number | null;
  readonly verdict: Verdict<M> | null;
  readonly warnings: readonly EvaluationWarning[];
}

/**
 * Measures a router on records that it was not fitted on.
 *
 * `points` are routed at their α. `frontier`, `aiq`, `perfGain` and `costSave` come from the exact curve over all α
 * (see `tradeoffCurve`) where the rule is linear in α, and from `points` for the rule `'reference'`. Every baseline is
 * measured on the same queries. An answer whose score was not observed is counted in `unobserved` and left out of the
 * accuracy; means then are over different queries, and a warning says so.
 *
 * @param records - held-out records; models that the router does not know are ignored
 * @throws RouterError `invalid_records`, `invalid_options`, `invalid_alpha`, `invalid_constraints`, `invalid_embedding`,
 * `embedder_missing` where a record has no embedding and the router no embedder, `embedder_failed`, `no_eligible_model`;
 * the signal's reason when aborted
 * @example
 * const { train, test } = splitRecords(records);
 * const router = await fitRouter(train, embedder);
 * const { verdict } = await evaluateRouter(router, test);
 * console.log(verdict?.sentence);
 */
export async function evaluateRouter<M extends string>(
  router: Router<M>,
  records: RecordSource<NoInfer<M>>,
  options: EvaluationOptions<M> = {},
): Promise<RouterEvaluation<M>> {
  const settings = parseOptions(options);
  const { state, withCosts } = policyOf(router);
  const {
    alphas = withCosts ? Array.from({ length: 11 }, (_, i) => i / 10) : [1],
    alpha,
    retain = [0.9, 0.95, 0.98, 1],
    resamples = 2000,
    seed = 42,
    ...routing
  } = settings;
  const { constraints = {}, signal, onProgress } = routing;
  const traffic = await readTraffic(router, records, routing);
  const routed = await routeTraffic(router, traffic, routing);
  const allowed = allowedModels(router.models, constraints);
  const promised = await afterRouting(readPromise(traffic, routed, allowed, retain), routed, routing);
  const wanted = alpha === undefined ? alphas : [...alphas, alpha];
  const measured = await afterRouting(measurePoints(traffic, routed, wanted), routed, routing);
  const points = measured.map(({ point }) => point);
  const at = measured.find(({ point }) => point.alpha === alpha);

  const baselines = measureBaselines(traffic, constraints);
  const curve = routed.winners ? await afterRouting(measureCurve(traffic, routed), routed, routing) : points;
  const named = at && { alpha: at.point.alpha, picks: at.picks };
  const verdict = await judge(traffic, baselines, promised, retain, named, { resamples, seed, signal, onProgress });
  return {
    queries: traffic.embeddings.length,
    points,
    baselines,
    ...measureGains(curve, baselines),
    novelty: meanNovelty(routed),
    verdict,
    warnings: findWarnings(traffic, named ? [named] : promised.spends, state.clusters.size),
  };
}

function meanNovelty({ queries }: RoutedTraffic): number | null {
  const novelties = queries.flatMap(({ lines }) => lines.novelty ?? []);
  return novelties.length === 0 ? null : novelties.reduce((sum, novelty) => sum + novelty, 0) / novelties.length;
}

function parseOptions<M extends string>(options: EvaluationOptions<M>): EvaluationOptions<M> {
  const check = partialObject({
    ...trafficOptionsShape<M>(),
    alphas: array(unitInterval, 'an array of numbers from 0 to 1'),
    alpha: unitInterval,
    retain: array(unitInterval, 'an array of numbers from 0 to 1'),
    resamples: positiveInteger,
    seed: seedCheck,
  });
  return parse(check, options, 'invalid_options', 'options');
}
