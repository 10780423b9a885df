import { beforeEach, describe, expect, it } from 'vitest';
import { rankRows, recommend, spreadOf, type CrossValidationRow } from '../../src/evaluation/recommendation.js';

const settings = { clusters: 25, nearestClusters: 3, rule: 'global', estimator: 'nearest', shrinkage: 10 } as const;

function row(values: (number | null)[], own: Partial<CrossValidationRow> = {}): CrossValidationRow {
  const nothing = spreadOf([null, null, null]);
  return { ...settings, aiq: spreadOf(values), perfGain: nothing, costSave: nothing, ...own };
}

const recommended = (rows: readonly CrossValidationRow[]): object =>
  recommend(rankRows(rows), ['paper', 'global'], ['linear', 'nearest']);

describe('spreadOf', () => {
  it('leaves out the folds in which a figure does not exist', () => {
    // Mean of .2 and .8 is .5; deviations ±.3, so √(.18/1).
    const spread = spreadOf([0.2, null, 0.8]);
    expect(spread).toEqual({
      values: [0.2, null, 0.8],
      mean: 0.5,
      spread: expect.closeTo(Math.sqrt(0.18), 12),
      folds: 2,
    });
    // Where every fold has .1, what is left over of .1 + .1 + .1 is no spread.
    expect(spreadOf([0.1, 0.1, 0.1]).spread).toBeCloseTo(0, 15);
    expect(spreadOf([0.3])).toEqual({ values: [0.3], mean: 0.3, spread: null, folds: 1 });
    expect(spreadOf([null])).toEqual({ values: [null], mean: null, spread: null, folds: 0 });
  });
});

describe('recommend', () => {
  let best: CrossValidationRow;
  beforeEach(() => {
    best = row([0.8, 0.7, 0.9], { clusters: 60 });
  });

  it('does not take for a tie what lies behind in every fold alike, however much the folds differ', () => {
    // Spread of the folds is .1; of the differences .01, .01, .01 it is 0.
    const behind = row([0.79, 0.69, 0.89], { clusters: 10 });
    expect(recommended([behind, best])).toMatchObject({ clusters: 60 });
  });

  it('takes for a tie what lies behind by less than one standard error of the difference', () => {
    // Differences −.05, .1, −.02: mean .01, spread √(.0126/2) = .0794, standard error .0458.
    const mixed = row([0.85, 0.6, 0.92], { clusters: 10 });
    expect(recommended([mixed, best])).toMatchObject({ clusters: 10 });
  });

  it('divides the spread by the root of the number of folds', () => {
    // Differences 0, .05, .1: mean .05, spread .05, standard error .0289.
    const between = row([0.8, 0.65, 0.8], { clusters: 10 });
    expect(recommended([between, best])).toMatchObject({ clusters: 60 });
  });

  it('compares the folds that both have', () => {
    // Differences of the two shared folds: −.01, .03, mean .01, spread .0283, standard error .02.
    const others = row([0.8, 0.7, 0.9, null], { clusters: 60 });
    const partly = row([null, 0.71, 0.87, 0.5], { clusters: 10 });
    expect(recommended([partly, others])).toMatchObject({ clusters: 10 });
    // Twice .02 behind, whatever it has where the best one has nothing.
    const incomplete = row([null, 0.7, 0.9, 0.8], { clusters: 60 });
    expect(recommended([row([0.5, 0.68, 0.88, null], { clusters: 10 }), incomplete])).toMatchObject({ clusters: 60 });
  });

  it('takes nothing for a tie on one fold alone, but what is no worse', () => {
    const one = row([0.8], { clusters: 60 });
    expect(recommended([row([0.7999], { clusters: 10 }), one])).toMatchObject({ clusters: 60 });
    expect(recommended([row([0.8], { clusters: 10 }), one])).toMatchObject({ clusters: 10 });
  });

  it.each<[string, Partial<CrossValidationRow>, Partial<CrossValidationRow>]>([
    ['fewer clusters before all', { clusters: 10, shrinkage: 0 }, { clusters: 25, shrinkage: 40 }],
    ['more shrinkage', { shrinkage: 40, nearestClusters: 1 }, { shrinkage: 10, nearestClusters: 5 }],
    ['more near clusters', { nearestClusters: 5, rule: 'global' }, { nearestClusters: 3, rule: 'paper' }],
    ['the first rule', { rule: 'paper', estimator: 'nearest' }, { rule: 'global', estimator: 'linear' }],
    ['the first estimator', { estimator: 'linear' }, { estimator: 'nearest' }],
  ])('prefers %s', (_, simpler, other) => {
    const values = [0.8, 0.7, 0.9];
    expect(recommended([row(values, other), row(values, simpler)])).toMatchObject(simpler);
    expect(recommended([row(values, simpler), row(values, other)])).toMatchObject(simpler);
  });

  it('ranks last what no fold could measure, and recommends it only where nothing else is', () => {
    const unmeasured = row([null, null, null], { clusters: 10 });
    const poor = row([-0.2, -0.1, -0.3], { clusters: 25 });
    for (const rows of [
      [unmeasured, poor, best],
      [best, poor, unmeasured],
    ]) {
      expect(rankRows(rows)).toEqual([best, poor, unmeasured]);
      expect(recommended(rows)).toMatchObject({ clusters: 60 });
    }
    expect(recommended([unmeasured])).toMatchObject({ clusters: 10 });
  });

  it('ranks what fewer folds could measure behind, however well it did there', () => {
    const lucky = row([null, 0.99, null], { clusters: 10 });
    const partly = row([0.5, null, 0.5], { clusters: 25 });
    expect(rankRows([lucky, partly, best])).toEqual([best, partly, lucky]);
    expect(recommended([lucky, partly, best])).toMatchObject({ clusters: 60 });
  });

  it('goes by PerfGain where there is no AIQ', () => {
    const gain = (values: number[], clusters: number): CrossValidationRow =>
      row([null, null], { clusters, perfGain: spreadOf(values) });
    const rows = [gain([0.01, 0.01], 10), gain([0.02, 0.02], 60)];
    expect(rankRows(rows).map(({ clusters }) => clusters)).toEqual([60, 10]);
    expect(recommended(rows)).toMatchObject({ clusters: 60 });
  });
});
