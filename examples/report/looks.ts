import type { RouterEvaluation } from 'pareto-router';
import { starred } from './evaluated.js';

/** How a model looks in every chart: no two of the first thirty share a colour, a shape and a pattern. */
export interface Look {
  readonly model: string;
  /** With a star where it was measured on fewer queries. */
  readonly name: string;
  /** From 1, the most accurate model: stands for the name where that is too long. */
  readonly number: number;
  readonly colour: string;
  readonly symbol: string;
  /** Degrees. */
  readonly rotate: number;
  /** Of fillings, by its place in `patterns`. */
  readonly pattern: number;
}

/** Told apart by outline alone. */
const shapes = [
  ['circle', 0],
  ['square', 0],
  ['triangle', 0],
  ['diamond', 0],
  ['cross', 0],
  ['triangle', 180],
  ['hexagon', 0],
  ['cross', 45],
  ['wye', 0],
  ['wye', 180],
] as const;

/** Okabe–Ito's colours and three more; the page says what they are, in the light and in the dark. */
const colours = 10;

/** Fillings for areas: what is drawn in an 8 × 8 tile over the model's colour, turned by some degrees. */
export const patterns = [
  { turn: 0, tile: '' },
  { turn: 45, tile: '<path d="M0,4H8" stroke-width="1.5"/>' },
  { turn: 0, tile: '<circle cx="4" cy="4" r="1.3"/>' },
  { turn: -45, tile: '<path d="M0,4H8" stroke-width="1.5"/>' },
  { turn: 0, tile: '<path d="M0,4H8" stroke-width="1.5"/>' },
  { turn: 45, tile: '<path d="M0,4H8M4,0V8" stroke-width="1"/>' },
  { turn: 90, tile: '<path d="M0,4H8" stroke-width="1.5"/>' },
] as const;

/** The looks of the models, the most accurate first. */
export function looksOf({ baselines }: RouterEvaluation): Look[] {
  const ranked = [...baselines.models].sort((a, b) => (b.accuracy ?? -1) - (a.accuracy ?? -1));
  return ranked.map((single, i) => {
    const [symbol, rotate] = shapes[(i + Math.floor(i / shapes.length)) % shapes.length]!;
    return {
      model: single.model,
      name: starred(single.model, single),
      number: i + 1,
      colour: `var(--model-${i % colours})`,
      symbol,
      rotate,
      pattern: i % patterns.length,
    };
  });
}
