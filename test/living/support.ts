import { readFileSync } from 'node:fs';
import type { RouterState } from '../../src/index.js';

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8'));

/** Two axes, `large` and `small`, 10 records a cluster; the estimator `'nearest'`, no distances, prices. */
export const priced = fixture('router-state-v2-prices.json') as RouterState<'large' | 'small'>;

/** The same with the estimator `'kernel'`, distances, and no prices. */
export const unpriced = fixture('router-state-v2.json') as RouterState<'large' | 'small'>;
