import { supportedPoints } from './frontier.js';
import { performanceEfficiency } from './score.js';
import { pieces, type Steps } from './steps.js';

/** One model's score for one query over α: a line from the efficiency B (α = 0) to the performance A (α = 1). */
export interface ScoreLine {
  readonly model: number;
  /** A: the score at α = 1. */
  readonly performance: number;
  /** B: the score at α = 0. */
  readonly efficiency: number;
  /** What the whole line is raised by before it is compared; 0 by default. */
  readonly lead?: number;
}

/** From this α on (up to the next one) the query goes to this model. */
export interface Winner {
  readonly alpha: number;
  readonly model: number;
}

/**
 * The upper envelope of one query's lines x_i(α) = α·A_i + (1 − α)·B_i over [0, 1]: who wins where, exactly.
 *
 * x is the support function of the points (B_i, A_i), so the winners are the corners of their upper right convex hull:
 * O(m log m) for m models, and O(m) for each winner to check it. At α = 0 and α = 1 other models may tie with a corner
 * and win by the rule for ties; those have an entry of their own.
 *
 * @param lines - at least one, in the order in which ties are broken
 * @returns by rising α, the first at 0; at each α, computed with the router's own arithmetic, the model does win
 */
export function winnersOverAlpha(lines: readonly ScoreLine[]): Winner[] {
  const corners = supportedPoints(
    lines.map(({ efficiency, lead = 0 }) => efficiency + lead),
    lines.map(({ performance, lead = 0 }) => performance + lead),
  );
  let holder = winnerAt(lines, 0);
  const winners = [{ alpha: 0, model: lines[holder]!.model }];
  corners.forEach((corner, i) => {
    if (corner === holder) return;
    const following = corners[i + 1];
    const end = following === undefined ? 1 : crossing(lines[corner]!, lines[following]!);
    const alpha = firstWin(lines, corner, crossing(lines[holder]!, lines[corner]!), end);
    if (alpha === undefined) return;
    winners.push({ alpha, model: lines[corner]!.model });
    holder = corner;
  });
  const last = winnerAt(lines, 1);
  if (last !== holder) winners.push({ alpha: 1, model: lines[last]!.model });
  return winners;
}

/**
 * Rounds a crossing up to where the line wins in the router's own arithmetic; `undefined` when rounding leaves it nothing before
 * the end of its stretch.
 */
function firstWin(lines: readonly ScoreLine[], line: number, start: number, end: number): number | undefined {
  let alpha = start;
  for (let step = Number.EPSILON / 4; alpha < end; step *= 2) {
    if (winnerAt(lines, alpha) === line) return alpha;
    alpha += step;
  }
  return undefined;
}

/**
 * Where two lines meet:
 *
 *     α = ΔB / (ΔB + ΔA)        ΔB = B_last − B_next ≥ 0,  ΔA = A_next − A_last > 0
 */
function crossing(last: ScoreLine, next: ScoreLine): number {
  const lead = (next.lead ?? 0) - (last.lead ?? 0);
  const lost = last.efficiency - next.efficiency - lead;
  const gained = next.performance - last.performance + lead;
  return lost / (lost + gained);
}

/** The first of the highest lines. */
function winnerAt(lines: readonly ScoreLine[], alpha: number): number {
  let winner = 0;
  let highest = -Infinity;
  lines.forEach(({ performance, efficiency, lead = 0 }, line) => {
    const score = performanceEfficiency(alpha, performance, efficiency) + lead;
    if (score > highest) [winner, highest] = [line, score];
  });
  return winner;
}

/** The queries that change their model at an α. */
export interface Step {
  readonly alpha: number;
  readonly changes: readonly { readonly query: number; readonly model: number }[];
}

/** Crossings nearer than this are one: rounding, not the data, tells them apart. */
const alphaResolution = 1e-12;

/** Stretches of α whose crossings are sorted one after the other. */
const stretches = 64;

/** Crossings merged between two yields: about 10 ms. */
const crossingsPerStep = 1 << 13;

/**
 * Merges the winners of all queries into one step function over α: O(B log B) for B crossings.
 *
 * @returns by rising α, the first at 0 with every query. Crossings that all but coincide are one step at the largest of
 * them; 0 and 1 stay on their own, because ties are broken there.
 */
export function* mergeWinners(winnersOfQueries: readonly (readonly Winner[])[]): Steps<Step[]> {
  const crossings = Array.from({ length: stretches + 1 }, (): { alpha: number; query: number; model: number }[] => []);
  winnersOfQueries.forEach((winners, query) => {
    for (const { alpha, model } of winners) crossings[Math.floor(stretches * alpha)]!.push({ alpha, query, model });
  });
  const completesPiece = pieces(crossingsPerStep);
  const steps: { alpha: number; changes: { query: number; model: number }[] }[] = [];
  for (const stretch of crossings) {
    for (const { alpha, query, model } of stretch.sort((a, b) => a.alpha - b.alpha)) {
      const last = steps.at(-1);
      if (last && coincide(last.alpha, alpha)) {
        last.alpha = alpha;
        last.changes.push({ query, model });
      } else {
        steps.push({ alpha, changes: [{ query, model }] });
      }
    }
    if (completesPiece(stretch.length)) yield false;
  }
  return steps;
}

/**
 * An α between two breakpoints, as far from both as can be, where rounding cannot tip a decision; the first of them, from which on
 * its values hold, where there is nothing in between.
 */
export function alphaBetween(breakpoint: number, next: number): number {
  const length = next - breakpoint;
  return length > 2 * alphaResolution ? breakpoint + length / 2 : breakpoint;
}

function coincide(a: number, b: number): boolean {
  return a === b || (a > 0 && b < 1 && b - a < alphaResolution);
}
