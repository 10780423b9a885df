import { Tally } from '../core/tally.js';
import { isAllowed, type RouteConstraints } from '../policy/constraints.js';
import { summarize, tallyPolicy, type PolicySummary } from './summary.js';
import type { Traffic } from './traffic.js';

/**
 * One model answers everything.
 * @example
 * const { bestSingle } = (await evaluateRouter(router, test)).baselines;
 * console.log(bestSingle.model, bestSingle.accuracy, bestSingle.meanCost);
 */
export interface SingleModel<M extends string = string> extends PolicySummary {
  readonly model: M;
}

/**
 * What a router is measured against, on the same queries.
 * @example
 * const { bestSingle, oracle }: Baselines = (await evaluateRouter(router, test)).baselines;
 * const headroom = (oracle.accuracy ?? 0) - (bestSingle.accuracy ?? 0); // what a perfect router would add
 */
export interface Baselines<M extends string = string> {
  /** Every model of the router that the constraints' `models` and `exclude` allow, in the order of names. */
  readonly models: readonly SingleModel<M>[];
  /**
   * The most accurate single model (then the cheaper one), chosen on these very queries: with hindsight, so a harder mark
   * than the model one would have chosen beforehand.
   */
  readonly bestSingle: SingleModel<M>;
  /** The single model with the least mean cost (then the more accurate one); `null` when no cost is observed. */
  readonly cheapest: SingleModel<M> | null;
  /** A model drawn at random for every query, in expectation: the mean over the models observed on it. */
  readonly random: PolicySummary;
  /** The most accurate single model of each dataset (then the cheaper one), chosen with hindsight. */
  readonly expert: PolicySummary & {
    readonly choices: readonly { readonly dataset: string | null; readonly model: M }[];
  };
  /** Each query's best observed score, at the least observed cost: no router does better. */
  readonly oracle: PolicySummary;
}

/** Measures the baselines on the queries of a router's evaluation. */
export function measureBaselines<M extends string>(
  traffic: Traffic<M>,
  constraints: RouteConstraints<M>,
): Baselines<M> {
  const allowed = allowedModels(traffic.models, constraints);
  const models = singleModels(traffic, allowed);
  const [cheapest] = [...models].sort(
    (a, b) => ascending(a.meanCost, b.meanCost) || descending(a.accuracy, b.accuracy),
  );
  return {
    models,
    bestSingle: [...models].sort(byAccuracy)[0]!,
    cheapest: cheapest!.meanCost === null ? null : cheapest!,
    random: summarize(tallyRandom(traffic, allowed), traffic),
    expert: measureExpert(traffic, allowed, models),
    oracle: summarize(
      tallyPolicy(traffic, (query) => bestModel(traffic, allowed, query)),
      traffic,
    ),
  };
}

/** Positions of the models that the constraints allow by name. */
export function allowedModels(models: readonly string[], constraints: RouteConstraints): number[] {
  return models.flatMap((model, i) => (isAllowed(constraints, model) ? [i] : []));
}

export function singleModels<M extends string>(traffic: Traffic<M>, models: readonly number[]): SingleModel<M>[] {
  return models.map((model) => ({
    model: traffic.models[model]!,
    ...summarize(
      tallyPolicy(traffic, () => model),
      traffic,
    ),
  }));
}

function tallyRandom(traffic: Traffic, models: readonly number[]): Tally {
  const tally = new Tally(traffic.datasetOf, traffic.datasets.length);
  const meanObserved = (values: Float64Array, query: number): number => {
    const observed = models
      .map((model) => values[query * traffic.models.length + model]!)
      .filter((value) => !Number.isNaN(value));
    return observed.reduce((sum, value) => sum + value, 0) / observed.length;
  };
  for (let query = 0; query < traffic.embeddings.length; query++) {
    tally.set(query, meanObserved(traffic.scores, query), meanObserved(traffic.costs, query));
  }
  return tally;
}

function measureExpert<M extends string>(
  traffic: Traffic<M>,
  allowed: readonly number[],
  models: readonly SingleModel<M>[],
): Baselines<M>['expert'] {
  const choices = traffic.datasets.map((_, dataset) => {
    const ranked = models.map(({ datasets }, i) => ({ model: allowed[i]!, ...datasets[dataset]! })).sort(byAccuracy);
    return ranked[0]!.model;
  });
  const tally = tallyPolicy(traffic, (query) => choices[traffic.datasetOf[query]!]!);
  return {
    ...summarize(tally, traffic),
    choices: choices.map((model, i) => ({ dataset: traffic.datasets[i]!, model: traffic.models[model]! })),
  };
}

/** The model with a query's best observed score, then the least observed cost, then the first name. */
function bestModel({ models, scores, costs }: Traffic, allowed: readonly number[], query: number): number {
  const value = (values: Float64Array, model: number): number | null => {
    const observed = values[query * models.length + model]!;
    return Number.isNaN(observed) ? null : observed;
  };
  return allowed.reduce((best, model) => {
    const order =
      descending(value(scores, best), value(scores, model)) || ascending(value(costs, best), value(costs, model));
    return order > 0 ? model : best;
  });
}

type Figures = Pick<SingleModel, 'accuracy' | 'meanCost'>;

/** The more accurate first, then the cheaper. */
export function byAccuracy(a: Figures, b: Figures): number {
  return descending(a.accuracy, b.accuracy) || ascending(a.meanCost, b.meanCost);
}

/** What is not observed comes last. */
function ascending(a: number | null, b: number | null): number {
  return a === null || b === null ? Number(a === null) - Number(b === null) : a - b;
}

function descending(a: number | null, b: number | null): number {
  return a === null || b === null ? ascending(a, b) : b - a;
}
