import { describe, expect, it } from 'vitest';
import type { Traffic } from '../../src/evaluation/traffic.js';
import { findWarnings, type EvaluationWarning } from '../../src/evaluation/warnings.js';
import { trafficByHand, type Observed } from './by-hand.js';

/** Queries of one dataset, each with the scores of a and b, then their costs. */
const trafficOf = (rows: readonly (readonly [scores: Observed[], costs?: Observed[]])[]): Traffic =>
  trafficByHand(
    ['a', 'b'],
    rows.map(([scores, costs = [0.1, 0.2]]) => [null, scores, costs]),
  );

/** The first `ofA` of so many queries go to a, the others to b. */
const split = (queries: number, ofA: number): Int32Array => Int32Array.from({ length: queries }, (_, i) => +(i >= ofA));
const complete = (queries: number): Traffic => trafficOf(Array.from({ length: queries }, () => [[1, 0]]));

const small: EvaluationWarning = {
  code: 'small_clusters',
  message: '2 of 4 clusters have fewer than 10 training records',
};

describe('findWarnings', () => {
  it('has none where all is well: 95 % for one model, 10 records a cluster, everything observed', () => {
    expect(findWarnings(complete(20), [{ alpha: 0.5, picks: split(20, 19) }], [10, 11])).toEqual([]);
  });

  it('knows small clusters by fewer than ten records', () => {
    expect(findWarnings(complete(20), [{ alpha: 0.5, picks: split(20, 10) }], [9, 10, 0, 11])).toEqual([small]);
  });

  it('calls it a collapse where a model takes more than 95 % at every judged α', () => {
    const traffic = complete(40);
    const at = (...ofA: number[]): EvaluationWarning[] =>
      findWarnings(
        traffic,
        ofA.map((count, i) => ({ alpha: 0.123456 * (i + 1), picks: split(40, count) })),
        [],
      );
    // 39/40 = 97.5 %
    const collapse = (message: string): EvaluationWarning[] => [{ code: 'collapse', message }];
    expect(at(39)).toEqual(collapse('a takes 97.5 % of the queries at α = 0.1235'));
    expect(at(0)).toEqual(collapse('b takes 100.0 % of the queries at α = 0.1235'));
    expect(at(40, 39, 40)).toEqual(collapse('a takes 97.5 % of the queries or more at every judged α'));
    expect(at(40, 38, 40)).toEqual([]);
    expect(at(40, 0)).toEqual([]);
  });

  it('names the models that are not scored on all queries, and how many each is scored on', () => {
    const rows = [
      [1, 0],
      [null, null],
      [0, 1],
      [null, 1],
    ];
    const picks = Int32Array.of(0, 1, 0, 1);
    const warnings = (...own: Observed[][]): EvaluationWarning[] =>
      findWarnings(trafficOf(own.map((scores) => [scores])), [{ alpha: 0.25, picks: picks.slice(0, own.length) }], []);
    expect(warnings(...rows)).toEqual([
      { code: 'uneven_coverage', message: 'some models are not scored on all of the 4 queries: a 50.0 %, b 75.0 %' },
      // The second query went to b.
      { code: 'unobserved_picks', message: 'of the 4 answers at α = 0.25, 1 without a score, 0 without a cost' },
    ]);
    expect(warnings([0, 0], [null, 1], [1, 1])).toEqual([
      { code: 'uneven_coverage', message: 'some models are not scored on all of the 3 queries: a 66.7 %' },
    ]);
  });

  it('counts answers without a score or a cost at the judged α that has most of them', () => {
    const traffic = trafficOf([
      [
        [1, 1],
        [0.1, null],
      ],
      [
        [1, 1],
        [0.1, null],
      ],
      [
        [1, null],
        [null, 0.2],
      ],
      [
        [1, 1],
        [null, 0.2],
      ],
    ]);
    const warnings = (...picks: number[][]): string[] =>
      findWarnings(
        traffic,
        picks.map((own, i) => ({ alpha: (i + 1) / 10, picks: Int32Array.from(own) })),
        [],
      )
        .filter(({ code }) => code === 'unobserved_picks')
        .map(({ message }) => message);
    const of = (alpha: number, counts: string): string[] => [`of the 4 answers at α = ${alpha}, ${counts}`];
    expect(warnings([0, 0, 1, 1])).toEqual(of(0.1, '1 without a score, 0 without a cost'));
    expect(warnings([1, 0, 0, 1], [0, 0, 1, 1])).toEqual(of(0.1, '0 without a score, 2 without a cost'));
    expect(warnings([0, 0, 1, 1], [1, 1, 1, 1])).toEqual(of(0.2, '1 without a score, 2 without a cost'));
    // Three figures at .2 and at .3: the first.
    expect(warnings([0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 1, 0])).toEqual(of(0.2, '1 without a score, 2 without a cost'));
    expect(warnings([0, 0, 0, 0])).toEqual(of(0.1, '0 without a score, 2 without a cost'));
    // Where no answer has a cost there is none to miss.
    expect(warnings([1, 1, 0, 0])).toEqual([]);
    expect(warnings([1, 1, 0, 0], [0, 1, 1, 1])).toEqual(of(0.2, '1 without a score, 1 without a cost'));
  });
});
