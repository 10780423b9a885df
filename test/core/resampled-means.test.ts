import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawResamples, stratify } from '../../src/core/bootstrap.js';
import { createRandom } from '../../src/core/random.js';
import { ResampledMeans, type Measured } from '../../src/core/resampled-means.js';

function expectClose(actual: number, expected: number): void {
  if (Number.isNaN(expected)) expect(actual).toBeNaN();
  else expect(actual).toBeCloseTo(expected, 10);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('means of a resample', () => {
  // Two datasets of five queries each, one model; the third score and the last cost are not observed.
  const datasetOf = Int32Array.of(0, 0, 0, 0, 0, 1, 1, 1, 1, 1);
  const outcomes = {
    models: ['m'],
    scores: Float64Array.of(1, 0, NaN, 0.5, 1, 0, 0, 1, 1, 0),
    costs: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, NaN),
    datasetOf,
  };
  const strata = stratify(Int32Array.from(datasetOf.keys()), datasetOf, 2);
  const means = new ResampledMeans([new Int32Array(10)], outcomes, strata);

  const measure = (...counts: number[]): Measured => means.measure(Int32Array.from(counts), 1)[0]!;

  it('are over what is drawn and observed', () => {
    const { accuracy, meanCost } = measure(2, 1, 1, 0, 1, 0, 0, 0, 3, 2);
    // 1, 1, 0 and 1 of four; three times 1 and twice 0 of five.
    expect(accuracy[0]).toBeCloseTo((3 / 4 + 3 / 5) / 2, 15);
    expect(meanCost[0]).toBeCloseTo((2 + 2 + 3 + 5 + 27) / 8, 15);
  });

  it('leave out a dataset of which nothing observed is drawn', () => {
    expect(measure(0, 0, 5, 0, 0, 1, 1, 2, 1, 0).accuracy[0]).toBeCloseTo(3 / 5, 15);
    expect(measure(0, 0, 5, 0, 0, 0, 0, 0, 0, 0).accuracy[0]).toBeNaN();
  });
});

describe('means of small datasets, pooled', () => {
  // Datasets of one, two and four queries are one stratum, and count as three datasets beside that of five.
  const datasetOf = Int32Array.of(0, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3);
  const scores = Float64Array.of(1, 0, 1, 0, 0, 1, 0, 1, 1, 1, 1, 0);
  const outcomes = { models: ['m'], scores, costs: scores, datasetOf };
  const means = new ResampledMeans(
    [new Int32Array(12)],
    outcomes,
    stratify(Int32Array.from(datasetOf.keys()), datasetOf, 4),
  );

  const accuracy = (...counts: number[]): number => means.measure(Int32Array.from(counts), 1)[0]!.accuracy[0]!;

  it('are on all queries the unweighted mean over datasets', () => {
    expect(accuracy(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)).toBeCloseTo((1 + 1 / 2 + 1 / 4 + 4 / 5) / 4, 15);
  });

  it('weigh a query by one over the size of its dataset', () => {
    // Weights 1, 1/2 and 1/4: (2 · 1 + 1/2 + 4 · 1/4) / 3.5 = 1.
    expect(accuracy(2, 0, 1, 0, 0, 4, 0, 1, 1, 1, 1, 1)).toBeCloseTo((3 * 1 + 4 / 5) / 4, 15);
    // (1 + 1/2 + 1/4) / (1 + 3/2 + 3/4)
    expect(accuracy(1, 2, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1)).toBeCloseTo((3 * (1.75 / 3.25) + 4 / 5) / 4, 15);
  });
});

it('equals plain loops on random records, policies and draws', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffffff }), (seed) => {
      const random = createRandom(seed);
      const below = (n: number): number => Math.floor(random() * n);
      const datasets = 1 + below(6);
      const models = ['a', 'b', 'c'];
      const datasetOf = Int32Array.from({ length: datasets + below(40) }, (_, i) =>
        i < datasets ? i : below(datasets),
      );
      const records = Array.from(datasetOf.keys());
      // Copies follow each other, as in canonical order.
      let text = 0;
      const textOf = Int32Array.from(records, (i) => (i > 0 && random() < 0.7 ? ++text : text));
      const draw = (gap: number): Float64Array =>
        Float64Array.from({ length: 3 * records.length }, () => (random() < gap ? NaN : random()));
      const outcomes = { models, scores: draw(below(2) * 0.3), costs: draw(below(2) * 0.3), datasetOf };
      const policies = Array.from({ length: 1 + below(5) }, () => Int32Array.from(records, () => below(3)));
      const strata = stratify(textOf, datasetOf, datasets);
      const means = new ResampledMeans(policies, outcomes, strata);
      const resamples = 1 + below(4);
      const counts = drawResamples(strata, random, resamples);
      const measured = means.measure(counts, resamples);
      const resample = below(resamples);
      const { accuracy: accuracies, meanCost: meanCosts } = measured[resample]!;

      policies.forEach((picks, policy) => {
        const scoreOf = (i: number): number => outcomes.scores[3 * i + picks[i]!]!;
        const costOf = (i: number): number => outcomes.costs[3 * i + picks[i]!]!;
        const drawn = (i: number): number => counts[strata.queryOf[i]! * resamples + resample]!;
        const observed = (dataset: number): number[] =>
          records.filter((i) => datasetOf[i] === dataset && !Number.isNaN(scoreOf(i)));
        let accuracy = 0;
        let weight = 0;
        for (let stratum = 0; stratum + 1 < strata.starts.length; stratum++) {
          const own = Array.from({ length: datasets }, (_, d) => d).filter(
            (d) => strata.stratumOf[d] === stratum && observed(d).length > 0,
          );
          const weights = own.flatMap((d) => observed(d).map((i) => drawn(i) / observed(d).length));
          const scores = own.flatMap((d) => observed(d).map((i) => (drawn(i) * scoreOf(i)) / observed(d).length));
          if (sum(weights) === 0) continue;
          accuracy += own.length * (sum(scores) / sum(weights));
          weight += own.length;
        }
        expectClose(accuracies[policy]!, accuracy / weight);
        const costed = records.filter((i) => !Number.isNaN(costOf(i)));
        const cost = sum(costed.map((i) => drawn(i) * costOf(i))) / sum(costed.map(drawn));
        expectClose(meanCosts[policy]!, cost);
      });
    }),
    { numRuns: 300 },
  );
});
