import { readFileSync } from 'node:fs';
import type { RouterState, RoutingRecord } from '../../src/index.js';
import { direction, record } from '../support.js';

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8'));

/** Two axes, `large` and `small`, 10 records a cluster; the estimator `'nearest'`, no distances, prices. */
export const priced = fixture('router-state-v2-prices.json') as RouterState<'large' | 'small'>;

/** The same with the estimator `'kernel'`, distances, and no prices. */
export const unpriced = fixture('router-state-v2.json') as RouterState<'large' | 'small'>;

/** Centroids along two axes, and evidence on them in two parts, whose sums can be worked out on paper. */
export const axes: number[][] = [direction(0), direction(90)];
export const firstPart: RoutingRecord[] = [record('x', direction(0), { a: [1, 3], b: [0.5, 1] })];
export const secondPart: RoutingRecord[] = [
  record('y', direction(5), { a: [0.25, 5], c: [1, 2] }),
  record('z', direction(90), { a: [0, 7], c: [0, null] }),
];

/** Of both parts together, for the models a, b and c. */
export const sumsOfBoth = {
  count: [2, 1, 1, 1, 0, 1],
  scoreSum: [1.25, 0.5, 1, 0, 0, 0],
  scoreSquareSum: [1.0625, 0.25, 1, 0, 0, 0],
  costCount: [2, 1, 1, 1, 0, 0],
  costSum: [8, 1, 2, 7, 0, 0],
};
