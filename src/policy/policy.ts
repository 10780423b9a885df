import { CentroidIndex } from '../core/distances.js';
import { fingerprint } from '../core/fingerprint.js';
import { dot, rowOf } from '../core/matrix.js';
import { cellDeviations, profileCells, type Cells, type Profile } from '../core/profile.js';
import { scaleOf, scoreTerms, type Scale, type ScoreTerms } from '../core/score.js';
import { decodeMatrix, quantileCount, readCells, usedDimensions, type RouterState } from '../state.js';
import { mismatch } from '../validation.js';
import { createSmoother, type Smoother } from './estimators.js';

/**
 * What a router knows, ready to be asked (Avengers-Pro, arXiv 2508.12631, section 2). A query goes through three steps, each
 * a file of this folder:
 *
 *     near(query) → lines(near) → decide(lines, α, constraints)
 */
export interface Policy<M extends string = string> {
  /** What it was made from; never changed. */
  readonly state: RouterState<M>;
  /** Of the state, taken when it is first asked for. */
  readonly fingerprint: string;
  /** Sorted by code unit. */
  readonly models: readonly M[];
  /** k × the used dimensions. */
  readonly centroids: CentroidIndex;
  readonly centroidSquaredNorms: Float64Array;
  readonly cells: Cells;
  readonly profile: Profile;
  /** A and B of every cell. */
  readonly terms: ScoreTerms;
  /** The one exchange rate of the rules that have one. */
  readonly scale: Scale | undefined;
  readonly smoother: Smoother;
  /** Output tokens in the place of costs, estimated as these are; made when they are first asked for. */
  readonly outputTokens: { readonly profile: Profile; readonly smoother: Smoother };
  /** Squared deviations of each cell's scores, see `cellDeviations`. */
  readonly scoreDeviations: Float64Array;
  readonly withCosts: boolean;
  /** Whether scores are linear in α, so that every α at which a decision flips is known exactly. */
  readonly isLinear: boolean;
}

/** @throws RouterError `invalid_state` */
export function createPolicy<M extends string>(state: RouterState<M>): Policy<M> {
  const { clusters, rule, estimator, shrinkage, defaultAlpha } = state.options;
  const centroids = decodeMatrix(state.centroids, clusters, usedDimensions(state), 'state.centroids');
  const cells = readCells(state);
  const profile = profileCells(cells, shrinkage);
  // The estimator that reads it has it: see the door of the state.
  const median = state.clusters.distanceQuantiles?.[(quantileCount - 1) / 2] ?? NaN;
  const withCosts = cells.costCount.some((count) => count > 0);
  if (!withCosts && defaultAlpha !== 1) {
    const expected = '1 in a router without costs';
    throw mismatch('invalid_state', 'state.options.defaultAlpha', expected, String(defaultAlpha));
  }
  const smooth = (sums: Cells, means: Profile): Smoother =>
    createSmoother(estimator, sums, means, shrinkage, centroids, state.clusters.size, median * median);
  let digest: string | undefined;
  let tokens: Policy['outputTokens'] | undefined;
  return {
    state,
    get fingerprint() {
      return (digest ??= fingerprint(JSON.stringify(state)));
    },
    models: Object.freeze([...state.models]),
    centroids: new CentroidIndex(centroids),
    centroidSquaredNorms: Float64Array.from({ length: clusters }, (_, j) => {
      const centroid = rowOf(centroids, j);
      return dot(centroid, centroid);
    }),
    cells,
    profile,
    terms: scoreTerms(profile, rule),
    scale: scaleOf(profile, rule),
    smoother: smooth(cells, profile),
    get outputTokens() {
      if (tokens) return tokens;
      const sums = { ...cells, costCount: cells.tokenCount, costSum: cells.outputTokenSum };
      const means = profileCells(sums, shrinkage);
      return (tokens = { profile: means, smoother: smooth(sums, means) });
    },
    scoreDeviations: cellDeviations(cells),
    withCosts,
    isLinear: rule !== 'reference',
  };
}
