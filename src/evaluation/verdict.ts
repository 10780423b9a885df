import { drawResample, percentileInterval, resampledMacroMean, resampledMean } from '../core/bootstrap.js';
import { nonDecreasingHull } from '../core/frontier.js';
import { createRandom } from '../core/random.js';
import { alphaBetween, type Winner } from '../core/tradeoff.js';
import { singleModels, type SingleModel } from './baselines.js';
import { sweepBreakpoints } from './curve.js';
import { operatingPoints } from './operating-points.js';
import type { PolicySummary } from './summary.js';
import type { EvaluationProgress, Traffic } from './traffic.js';

/** A difference with its 95 % interval. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Whether routing pays at one α: more accurate than what single models offer for the same money? All intervals are 95 %
 * percentile intervals of a paired bootstrap: every resample draws the queries of each dataset anew and measures all
 * policies on the same draw.
 */
export interface Verdict<M extends string = string> {
  /** `'pays'`: the interval of `gain` lies above 0. `'does_not_pay'`: it does not reach above 0. `'unclear'`: neither. */
  readonly answer: 'pays' | 'does_not_pay' | 'unclear';
  /** The α that is judged. */
  readonly alpha: number;
  /** Macro accuracy of the router minus that of the {@link mix}. */
  readonly gain: Interval;
  /**
   * What the router is measured against: the best that costs as much without looking at the queries, a random mix of at most two
   * single models on the hull of all of them. At the cost of the best single model and above it is that model; below the cost of the
   * cheapest one, that one.
   */
  readonly mix: readonly { readonly model: M; readonly weight: number }[];
  /** The most accurate single model on these queries. */
  readonly bestSingle: M;
  /** Macro accuracy of the router minus that of the best single model. */
  readonly accuracyDifference: Interval;
  /** Mean cost of the router minus that of the best single model, USD a query; `null` without costs. */
  readonly costDifference: Interval | null;
  readonly resamples: number;
  /** All of it in words. */
  readonly sentence: string;
}

/** What a verdict is about. */
export interface Judged<M extends string> {
  readonly alpha: number;
  /** The model of each query at that α. */
  readonly picks: Int32Array;
  readonly summary: PolicySummary;
  readonly models: readonly SingleModel<M>[];
  readonly bestSingle: SingleModel<M>;
}

/**
 * The α at which the router's own profiles promise the best single model's accuracy at the least cost. It looks at the
 * queries and not at their outcomes, so what is measured at it is not flattered by the choice.
 *
 * @returns 1 where they promise it at no α
 */
export function promisedMatch(
  expected: Traffic,
  winners: readonly (readonly Winner[])[],
  allowed: readonly number[],
): number {
  const target = singleModels(expected, allowed).reduce((most, { accuracy }) => Math.max(most, accuracy ?? 0), 0);
  const [cheapest] = sweepBreakpoints(expected, winners)
    .map((point, i, all) => ({ ...point, end: all[i + 1]?.alpha ?? 1 }))
    .filter(({ accuracy }) => accuracy !== null && accuracy >= target)
    .sort((a, b) => a.meanCost! - b.meanCost!);
  return cheapest ? alphaBetween(cheapest.alpha, cheapest.end) : 1;
}

/** Resamples between two calls of `onProgress`. */
const resamplesPerReport = 64;

/**
 * Judges a router on measured traffic.
 *
 * On a resample the mix of models a and b stands at the router's cost on the line through the two, so that a draw of dear queries
 * is not held against either side:
 *
 *     gain = accuracy − (acc_a + (cost − cost_a) / (cost_b − cost_a) · (acc_b − acc_a))
 *
 * a, b and the best single model are chosen once, on all queries: with hindsight, which favours them.
 *
 * @returns `null` where no score of the router's answers is observed
 */
export async function judge<M extends string>(
  traffic: Traffic<M>,
  { alpha, picks, summary, models, bestSingle }: Judged<M>,
  resamples: number,
  seed: number,
  signal: AbortSignal | undefined,
  onProgress: ((progress: EvaluationProgress) => unknown) | undefined,
): Promise<Verdict<M> | null> {
  if (summary.accuracy === null) return null;
  const mix = mixAtCost(models, bestSingle, summary.meanCost);
  const policies = [
    (query: number) => picks[query]!,
    ...[bestSingle.model, ...mix.map(({ model }) => model)].map((name) => {
      const model = traffic.models.indexOf(name);
      return () => model;
    }),
  ].map((modelOf) => outcomesOf(traffic, modelOf));
  const strata = traffic.datasets.map((_, dataset) =>
    Int32Array.from(traffic.datasetOf.keys()).filter((query) => traffic.datasetOf[query] === dataset),
  );

  const random = createRandom(seed);
  const counts = new Int32Array(picks.length).fill(1);
  const estimate = differences(policies, strata, counts);
  const replicates = estimate.map(() => new Float64Array(resamples));
  for (let resample = 0; resample < resamples; resample++) {
    if (resample % resamplesPerReport === 0) {
      signal?.throwIfAborted();
      await onProgress?.({ stage: 'bootstrap', completed: resample, total: resamples });
    }
    drawResample(strata, random, counts);
    differences(policies, strata, counts).forEach((value, i) => {
      replicates[i]![resample] = value;
    });
  }
  await onProgress?.({ stage: 'bootstrap', completed: resamples, total: resamples });

  const [gain, accuracyDifference, costDifference] = estimate.map((value, i) => {
    const [low, high] = percentileInterval(replicates[i]!, 0.95);
    return { estimate: value, low, high };
  }) as [Interval, Interval, Interval];
  const verdict = {
    answer: gain.low > 0 ? ('pays' as const) : gain.high <= 0 ? ('does_not_pay' as const) : ('unclear' as const),
    alpha,
    gain,
    mix,
    bestSingle: bestSingle.model,
    accuracyDifference,
    costDifference: Number.isNaN(costDifference.estimate) ? null : costDifference,
    resamples,
  };
  return { ...verdict, sentence: putInWords(verdict, bestSingle) };
}

/** The random mix of single models that has the router's mean cost, on their non-decreasing convex hull. */
function mixAtCost<M extends string>(
  models: readonly SingleModel<M>[],
  bestSingle: SingleModel<M>,
  meanCost: number | null,
): { model: M; weight: number }[] {
  const hull = nonDecreasingHull(operatingPoints(models));
  if (meanCost === null || hull.length === 0) return [{ model: bestSingle.model, weight: 1 }];
  const right = hull.findIndex((point) => point.meanCost > meanCost);
  if (right === 0) return [{ model: hull[0]!.model, weight: 1 }];
  const left = hull.at(right - 1)!;
  if (right < 0 || left.meanCost === meanCost) return [{ model: (right < 0 ? hull.at(-1)! : left).model, weight: 1 }];
  const weight = (meanCost - left.meanCost) / (hull[right]!.meanCost - left.meanCost);
  return [
    { model: left.model, weight: 1 - weight },
    { model: hull[right]!.model, weight },
  ];
}

interface PolicyOutcomes {
  readonly scores: Float64Array;
  readonly costs: Float64Array;
}

function outcomesOf({ models, scores, costs, datasetOf }: Traffic, modelOf: (query: number) => number): PolicyOutcomes {
  const pick = (values: Float64Array): Float64Array =>
    Float64Array.from(datasetOf, (_, query) => values[query * models.length + modelOf(query)]!);
  return { scores: pick(scores), costs: pick(costs) };
}

/** Gain over the mix, accuracy difference and cost difference on one resample of router, best single model, and the mix's models. */
function differences(
  policies: readonly PolicyOutcomes[],
  strata: readonly Int32Array[],
  counts: Int32Array,
): [gain: number, accuracy: number, cost: number] {
  const [router, best, a, b = a] = policies.map(({ scores, costs }) => ({
    accuracy: resampledMacroMean(scores, strata, counts),
    cost: resampledMean(costs, counts.keys(), counts),
  }));
  const share = a === b ? 0 : (router!.cost - a!.cost) / (b!.cost - a!.cost);
  return [
    router!.accuracy - (a!.accuracy + share * (b!.accuracy - a!.accuracy)),
    router!.accuracy - best!.accuracy,
    router!.cost - best!.cost,
  ];
}

const answers = {
  pays: 'Routing pays',
  does_not_pay: 'Routing does not pay',
  unclear: 'It is unclear whether routing pays',
};

function putInWords(
  { answer, alpha, gain, mix, accuracyDifference, costDifference }: Omit<Verdict, 'sentence'>,
  { model, meanCost }: SingleModel,
): string {
  const comparison = ({ estimate, low, high }: Interval): string => {
    const [size, from, to] = [Math.abs(estimate), low, high].map((value) => (100 * value).toFixed(1));
    return `${size} points ${estimate < 0 ? 'less' : 'more'} accurate (95 % interval ${from} to ${to})`;
  };
  const parts = mix.map((part) => `${(100 * part.weight).toFixed(0)} % ${part.model}`).join(' and ');
  const rival = mix.length === 1 ? mix[0]!.model : `single models mixed at random at its cost (${parts})`;
  const saving = costDifference && meanCost ? -costDifference.estimate / meanCost : null;
  const cost =
    saving === null ? '' : ` and ${Math.abs(100 * saving).toFixed(1)} % ${saving < 0 ? 'dearer' : 'cheaper'}`;
  return (
    `${answers[answer]}: at α = ${Number(alpha.toFixed(4))} the router is ${comparison(gain)} than ${rival}. ` +
    `Beside the best single model, ${model}, it is ${comparison(accuracyDifference)}${cost}.`
  );
}
