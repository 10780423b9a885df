import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { performanceEfficiency } from '../../src/core/score.js';
import { createRandom } from '../../src/core/random.js';
import { alphaBetween, mergeWinners, winnersOverAlpha, type ScoreLine, type Step } from '../../src/core/tradeoff.js';
import { finish } from '../support.js';

const line = (model: number, performance: number, efficiency: number, lead = 0): ScoreLine => ({
  model,
  performance,
  efficiency,
  lead,
});

/** The slower truth: the first of the highest, by the router's own arithmetic. */
function winnerAt(lines: readonly ScoreLine[], alpha: number): number {
  const scores = lines.map(
    ({ performance, efficiency, lead = 0 }) => performanceEfficiency(alpha, performance, efficiency) + lead,
  );
  return lines[scores.indexOf(Math.max(...scores))]!.model;
}

describe('winnersOverAlpha', () => {
  it('finds the crossings by hand', () => {
    // 0 → 1: ΔB = 1 − 0.75, ΔA = 0.75 → 0.25 / 1. 1 → 2: ΔB = 0.75, ΔA = 0.25 → 0.75. Model 3 is below everywhere.
    const winners = winnersOverAlpha([line(2, 1, 0), line(1, 0.75, 0.75), line(3, 0.5, 0.5), line(0, 0, 1)]);
    expect(winners).toEqual([
      { alpha: 0, model: 0 },
      { alpha: 0.25, model: 1 },
      { alpha: 0.75, model: 2 },
    ]);
  });

  it('lets one that leads give way later: by hand', () => {
    // (1 − α) + .2 = α at .6; a lead of the other as well, .1: α + .1 = (1 − α) + .2 at .55.
    expect(winnersOverAlpha([line(0, 0, 1, 0.2), line(1, 1, 0)])).toEqual([
      { alpha: 0, model: 0 },
      { alpha: expect.closeTo(0.6, 12) as number, model: 1 },
    ]);
    expect(winnersOverAlpha([line(0, 0, 1, 0.2), line(1, 1, 0, 0.1)])[1]!.alpha).toBeCloseTo(0.55, 12);
    // Below the mix of the others, .4 + .3 is above it: 1 − α = .7 at .3, α = .7 at .7.
    const between = winnersOverAlpha([line(0, 0.4, 0.4, 0.3), line(1, 0, 1), line(2, 1, 0)]);
    expect(between.map(({ model }) => model)).toEqual([1, 0, 2]);
    expect(between[1]!.alpha).toBeCloseTo(0.3, 12);
    expect(between[2]!.alpha).toBeCloseTo(0.7, 12);
  });

  it('breaks ties in the order of the lines, also at the ends only', () => {
    expect(winnersOverAlpha([line(5, 0.5, 0.5), line(4, 0.5, 0.5)])).toEqual([{ alpha: 0, model: 5 }]);
    // At α = 1 all three tie and the first wins; below, the one with the highest efficiency.
    expect(winnersOverAlpha([line(0, 1, 0.1), line(1, 1, 0.9), line(2, 1, 0.4)])).toEqual([
      { alpha: 0, model: 1 },
      { alpha: 1, model: 0 },
    ]);
    // At α = 0 the first wins; from the next α on that can tell them apart, the better one.
    const [first, second] = winnersOverAlpha([line(0, 0.25, 0.5), line(1, 0.75, 0.5)]);
    expect(first).toEqual({ alpha: 0, model: 0 });
    expect(second!.model).toBe(1);
    expect(second!.alpha).toBeGreaterThan(0);
    expect(second!.alpha).toBeLessThan(1e-15);
  });

  it('passes over a model whose stretch lies between two doubles: by hand', () => {
    // Around ½ model 2 is above both by 2⁻⁵⁴, half of what a score there can tell: at ½ all tie, at the next α it is ½ beside ½ + 2⁻⁵³.
    expect(winnersOverAlpha([line(0, 0, 1), line(1, 1, 0), line(2, 0.5, 0.5 + 2 ** -53)])).toEqual([
      { alpha: 0, model: 0 },
      { alpha: 0.5 + 2 ** -53, model: 1 },
    ]);
  });

  it('agrees with a comparison of all lines at any α, and at its own breakpoints to the last bit', () => {
    // Thirds make ties and crossings that do not round to themselves; doubles make the rest.
    const value = fc.oneof(
      fc.integer({ min: -3, max: 6 }).map((n) => n / 3),
      fc.double({ min: -1, max: 2, noNaN: true }).map((x) => Math.round(x * 1e6) / 1e6),
    );
    const models = fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 8 });
    // No difference of the values: a lead that lays one line upon another leaves it to rounding, at every α, which is the higher.
    const leads = fc.constantFrom(0, Math.SQRT1_2 / 10, Math.SQRT1_2);
    const manyAlphas = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 50 });
    fc.assert(
      fc.property(models, leads, manyAlphas, (pairs, lead, alphas) => {
        const lines = pairs.map(([performance, efficiency], i) => line(i, performance, efficiency, i === 0 ? lead : 0));
        const winners = winnersOverAlpha(lines);
        expect(winners[0]!.alpha).toBe(0);
        for (const { alpha, model } of winners) expect(model).toBe(winnerAt(lines, alpha));
        for (const alpha of [...alphas, 1]) {
          if (alpha < 1 && winners.some((winner) => Math.abs(winner.alpha - alpha) < 1e-9)) continue;
          expect(winners.filter((winner) => winner.alpha <= alpha).at(-1)!.model).toBe(winnerAt(lines, alpha));
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('mergeWinners', () => {
  it('lists, by α, the queries that change', () => {
    const steps = finish(
      mergeWinners([
        [
          { alpha: 0, model: 0 },
          { alpha: 0.5, model: 1 },
        ],
        [
          { alpha: 0, model: 1 },
          { alpha: 0.25, model: 0 },
          { alpha: 0.5, model: 2 },
        ],
      ]),
    );
    expect(steps).toEqual([
      {
        alpha: 0,
        changes: [
          { query: 0, model: 0 },
          { query: 1, model: 1 },
        ],
      },
      { alpha: 0.25, changes: [{ query: 1, model: 0 }] },
      {
        alpha: 0.5,
        changes: [
          { query: 0, model: 1 },
          { query: 1, model: 2 },
        ],
      },
    ]);
  });

  it('takes crossings that only rounding tells apart as one, but leaves 0 and 1 alone', () => {
    const steps = finish(
      mergeWinners([
        [
          { alpha: 0, model: 0 },
          { alpha: 1e-16, model: 1 },
          { alpha: 0.3, model: 2 },
        ],
        [
          { alpha: 0, model: 0 },
          { alpha: 0.1 + 0.2, model: 1 },
          { alpha: 1 - 1e-16, model: 2 },
          { alpha: 1, model: 0 },
        ],
      ]),
    );
    expect(steps.map(({ alpha }) => alpha)).toEqual([0, 1e-16, 0.1 + 0.2, 1 - 1e-16, 1]);
  });

  it('is one sort of all crossings, in pieces', () => {
    const random = createRandom(6);
    // Some all but coincide, and some of those on two sides of an edge between pieces, k/64.
    const alphaOf = (): number =>
      random() < 0.5 ? random() : Math.floor(64 * random()) / 64 + 1e-13 * (random() - 0.5);
    const winners = Array.from({ length: 5000 }, () => {
      const alphas = Array.from({ length: 1 + Math.floor(5 * random()) }, alphaOf).map(Math.abs);
      return [0, ...alphas.sort((a, b) => a - b)].map((alpha) => ({ alpha, model: Math.floor(9 * random()) }));
    });
    const crossings = winners.flatMap((own, query) => own.map(({ alpha, model }) => ({ alpha, query, model })));
    const sorted = crossings.sort((a, b) => a.alpha - b.alpha);
    const expected: Step[] = [];
    sorted.forEach(({ alpha, query, model }, i) => {
      const last = expected.at(-1);
      const before = sorted[i - 1]?.alpha;
      const isNew = before !== alpha && (before === 0 || !(alpha - before! < 1e-12));
      if (isNew) expected.push({ alpha, changes: [{ query, model }] });
      else expected[expected.length - 1] = { alpha, changes: [...last!.changes, { query, model }] };
    });
    const pauses: boolean[] = [];
    const steps = mergeWinners(winners);
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) pauses.push(step.value);
    expect(step.value).toEqual(expected);
    // A pause after each 8,192 crossings or a little more.
    expect(pauses.length).toBeGreaterThan(0);
    expect(pauses.length).toBeLessThanOrEqual(Math.floor(crossings.length / 8192));
  });
});

describe('alphaBetween', () => {
  it('is the middle, or the first where nothing lies between', () => {
    expect(alphaBetween(0.25, 0.75)).toBe(0.5);
    expect(alphaBetween(0.25, 0.25 + 1e-12)).toBe(0.25);
    expect(alphaBetween(0.25, 0.25 + 3e-12)).toBeGreaterThan(0.25);
  });
});
