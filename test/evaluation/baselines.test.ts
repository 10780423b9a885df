import fc from 'fast-check';
import { expect, it } from 'vitest';
import { measureBaselines, type Baselines } from '../../src/evaluation/baselines.js';
import type { PolicySummary } from '../../src/evaluation/summary.js';
import type { Traffic } from '../../src/evaluation/traffic.js';
import type { RouteConstraints } from '../../src/index.js';
import { meanOf, rounded, sumOf, trafficByHand, type Observed, type Row } from './by-hand.js';

const models = ['a', 'b', 'c'] as const;
type Name = (typeof models)[number];

/** One answer a query: its dataset, score and cost. */
type Answer = readonly [dataset: string | null, score: Observed, cost: Observed];

/** The slower truth, by the words of the documentation. */
function summaryOf(datasets: Traffic['datasets'], answers: readonly Answer[]): PolicySummary {
  const [scores, costs] = [answers.map(([, score]) => score), answers.map(([, , cost]) => cost)];
  const parts = datasets.map((dataset) => {
    const own = answers.filter(([name]) => name === dataset);
    const accuracy = meanOf(own.map(([, score]) => score));
    return { dataset, queries: own.length, accuracy, meanCost: meanOf(own.map(([, , cost]) => cost)) };
  });
  const [micro, meanCost] = [meanOf(scores), meanOf(costs)];
  return {
    accuracy: meanOf(parts.map(({ accuracy }) => accuracy)),
    microAccuracy: micro,
    meanCost,
    totalCost: sumOf(costs),
    costPerCorrect: !micro || meanCost === null ? null : meanCost / micro,
    unobserved: scores.filter((score) => score === null).length,
    unobservedCosts: costs.filter((cost) => cost === null).length,
    datasets: parts,
  };
}

/** The first of those that are best by the first key, among them by the second; what is not observed is worse than all. */
function first<T>(candidates: readonly T[], ...keys: ((candidate: T) => Observed)[]): T {
  return keys.reduce((left, key) => {
    const values = left.map((candidate) => key(candidate) ?? -Infinity);
    return left.filter((_, i) => values[i] === Math.max(...values));
  }, candidates)[0]!;
}

const less = (value: Observed): Observed => value && -value;

function baselinesOf(rows: readonly Row[], allowed: readonly Name[]): Baselines<Name> {
  const { datasets } = trafficByHand(models, rows);
  const answer = ([dataset, scores, costs]: Row, model: Name): Answer => {
    const i = models.indexOf(model);
    return [dataset, scores[i]!, costs[i]!];
  };
  const policy = (modelOf: (row: Row) => Name): PolicySummary =>
    summaryOf(
      datasets,
      rows.map((row) => answer(row, modelOf(row))),
    );
  const singles = allowed.map((model) => ({ model, ...policy(() => model) }));
  const cheapest = first(
    singles,
    ({ meanCost }) => less(meanCost),
    ({ accuracy }) => accuracy,
  );
  const choices = datasets.map((dataset, i) => {
    const own = singles.map((single) => ({ model: single.model, ...single.datasets[i]! }));
    const best = first(
      own,
      ({ accuracy }) => accuracy,
      ({ meanCost }) => less(meanCost),
    );
    return { dataset, model: best.model };
  });
  const meanAnswer = (row: Row): Answer => {
    const answers = allowed.map((model) => answer(row, model));
    return [row[0], meanOf(answers.map(([, score]) => score)), meanOf(answers.map(([, , cost]) => cost))];
  };
  return {
    models: singles,
    bestSingle: first(
      singles,
      ({ accuracy }) => accuracy,
      ({ meanCost }) => less(meanCost),
    ),
    cheapest: cheapest.meanCost === null ? null : cheapest,
    random: summaryOf(datasets, rows.map(meanAnswer)),
    expert: { ...policy(([dataset]) => choices.find((choice) => choice.dataset === dataset)!.model), choices },
    oracle: policy((row) =>
      first(
        allowed,
        (model) => answer(row, model)[1],
        (model) => less(answer(row, model)[2]),
      ),
    ),
  };
}

it('the baselines are what their words say, over gaps and ties', () => {
  const rows = fc.array(
    fc.tuple(
      fc.constantFrom('x', null),
      fc.tuple(...models.map(() => fc.constantFrom(0, 0.5, 1, null))),
      fc.tuple(...models.map(() => fc.constantFrom(1, 2, 4, null))),
    ),
    { minLength: 1, maxLength: 5 },
  );
  const constraints = fc.constantFrom<RouteConstraints<Name>>(
    {},
    { exclude: ['a'] },
    { models: ['c', 'b'] },
    { models: ['a', 'b'], exclude: ['a'] },
  );
  fc.assert(
    fc.property(rows, constraints, (rows, constraints) => {
      const { models: only = models, exclude = [] } = constraints;
      const allowed = models.filter((model) => only.includes(model) && !exclude.includes(model));
      const actual = measureBaselines(trafficByHand(models, rows), constraints);
      expect(rounded(actual)).toEqual(rounded(baselinesOf(rows, allowed)));
    }),
    { numRuns: 300, seed: 1 },
  );
});
