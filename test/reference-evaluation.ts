/**
 * What an evaluation measures, once more, plain and slow: every α between two crossings is tried, every pair of points is
 * a chord of the hull. Shares no code with `src`; see reference.ts.
 */
import type { RouterState, RoutingRecord } from '../src/index.js';
import { rank } from './reference.js';

/** Accuracy and cost of one answer a query. */
export interface Measured {
  readonly accuracy: number;
  readonly microAccuracy: number;
  readonly meanCost: number;
}

interface Answer {
  readonly score: number | null;
  readonly cost: number | null;
  readonly dataset: string;
}

const mean = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0) / values.length;
const known = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);

function measure(answers: readonly Answer[]): Measured {
  const datasets = [...new Set(answers.map(({ dataset }) => dataset))];
  const own = datasets.map((name) =>
    known(answers.filter(({ dataset }) => dataset === name).map(({ score }) => score)),
  );
  return {
    accuracy: mean(own.filter((scores) => scores.length > 0).map(mean)),
    microAccuracy: mean(known(answers.map(({ score }) => score))),
    meanCost: mean(known(answers.map(({ cost }) => cost))),
  };
}

function answerOf(record: RoutingRecord, model: string): Answer {
  const score = record.records[model];
  return {
    score: score == null ? null : Number(score),
    cost: record.usages?.[model]?.cost ?? null,
    dataset: record.dataset!,
  };
}

/** The router at one α, every query ranked anew. */
export function routedAt(state: RouterState, records: readonly RoutingRecord[], alpha: number): Measured {
  return measure(records.map((record) => answerOf(record, rank(state, record.embedding!, alpha)[0]!.model)));
}

/** Each model answers everything. */
export function singles(state: RouterState, records: readonly RoutingRecord[]): (Measured & { model: string })[] {
  return state.models.map((model) => ({ model, ...measure(records.map((record) => answerOf(record, model))) }));
}

/** The best observed score of every query, then the least cost. */
export function oracle({ models }: RouterState, records: readonly RoutingRecord[]): Measured {
  return measure(
    records.map((record) => {
      const answers = models.map((model) => answerOf(record, model));
      return answers.sort(
        (a, b) => (b.score ?? -1) - (a.score ?? -1) || (a.cost ?? Infinity) - (b.cost ?? Infinity),
      )[0]!;
    }),
  );
}

/** A model drawn at random for every query, in expectation. */
export function random({ models }: RouterState, records: readonly RoutingRecord[]): Measured {
  return measure(
    records.map((record) => {
      const answers = models.map((model) => answerOf(record, model));
      const scores = known(answers.map(({ score }) => score));
      const costs = known(answers.map(({ cost }) => cost));
      return {
        score: scores.length > 0 ? mean(scores) : null,
        cost: costs.length > 0 ? mean(costs) : null,
        dataset: record.dataset!,
      };
    }),
  );
}

/** What the router achieves at α = 0, at 1, and between any two α at which some pair of models crosses on some query. */
export function everyPoint(state: RouterState, records: readonly RoutingRecord[]): (Measured & { alpha: number })[] {
  const lines = records.map((record) => {
    const atZero = rank(state, record.embedding!, 0);
    return rank(state, record.embedding!, 1)
      .map((own) => ({ ...own, a: own.score, b: atZero.find(({ model }) => model === own.model)!.score }))
      .sort((one, two) => two.performance - one.performance || one.cost - two.cost);
  });
  const crossings = lines.flatMap((own) =>
    own.flatMap((one) =>
      own.map((two) => (one.b - two.b) / (one.b - two.b + two.a - one.a)).filter((alpha) => alpha > 0 && alpha < 1),
    ),
  );
  const sorted = [...new Set([0, ...crossings, 1])].sort((a, b) => a - b);
  const between = sorted.slice(1).map((alpha, i) => (sorted[i]! + alpha) / 2);
  return [0, ...between, 1].map((alpha) => {
    const answers = records.map((record, query) => {
      const scored = lines[query]!.map(({ model, a, b }) => ({ model, score: alpha * a + (1 - alpha) * b }));
      return answerOf(record, scored.reduce((best, own) => (own.score > best.score ? own : best)).model);
    });
    return { alpha, ...measure(answers) };
  });
}

/** Accuracy of the best random mix of some policies at a cost: the highest chord above it, flat right of the most accurate one. */
export function mixAccuracy(points: readonly Measured[], cost: number): number {
  const left = points.filter(({ meanCost }) => meanCost <= cost);
  const right = points.filter(({ meanCost }) => meanCost > cost);
  const chords = left.flatMap((a) =>
    right.map((b) => a.accuracy + ((cost - a.meanCost) / (b.meanCost - a.meanCost)) * (b.accuracy - a.accuracy)),
  );
  return Math.max(...left.map(({ accuracy }) => accuracy), ...chords);
}

/** Mean height of the non-decreasing hull between the costs of the cheapest and the dearest single model. */
export function aiq(points: readonly Measured[], models: readonly Measured[]): number {
  const costs = models.map(({ meanCost }) => meanCost);
  const [from, to] = [Math.min(...costs), Math.max(...costs)];
  const height = (cost: number): number => mixAccuracy(points, cost);
  const cheapest = Math.min(...points.map(({ meanCost }) => meanCost));
  const corners = [from, to, ...points.map(({ meanCost }) => meanCost)]
    .filter((cost) => cost >= Math.max(from, cheapest) && cost <= to)
    .sort((a, b) => a - b);
  const areas = corners.slice(1).map((right, i) => ((right - corners[i]!) * (height(right) + height(corners[i]!))) / 2);
  return areas.reduce((total, area) => total + area, 0) / (to - from);
}
