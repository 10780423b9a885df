import { requireEstimator, routerOptionsShape, type PartialOptions, type RouterOptions } from '../options.js';
import { quantileCount, type RouterState } from '../state.js';
import { mismatch, parse, partialObject, type Check } from '../validation.js';

/**
 * The options that a router can change without a fit: how its sums are read.
 * @example
 * const options: Partial<RevisableOptions> = { estimator: 'linear', shrinkage: 40 };
 * const successor = router.withOptions(options);
 */
export type RevisableOptions = Pick<
  RouterOptions,
  'rule' | 'estimator' | 'shrinkage' | 'nearestClusters' | 'beta' | 'defaultAlpha'
>;

/**
 * A state whose sums are read in another way; what is not named stays.
 *
 * @throws RouterError `invalid_options`
 */
export function withOptions(state: RouterState, options: unknown): RouterState {
  const given = parse(revisableOptions(), options, 'invalid_options', 'options');
  const { rule, estimator, shrinkage, nearestClusters, beta, defaultAlpha, clusters } = state.options;
  const revised: RouterOptions = {
    ...state.options,
    rule: given.rule ?? rule,
    estimator: given.estimator ?? estimator,
    shrinkage: given.shrinkage ?? shrinkage,
    nearestClusters: given.nearestClusters ?? nearestClusters,
    beta: given.beta ?? beta,
    defaultAlpha: given.defaultAlpha ?? defaultAlpha,
  };
  requireEstimator(revised.rule, revised.estimator, 'invalid_options', 'options.estimator');
  if (revised.estimator === 'kernel' && !state.clusters.distanceQuantiles) {
    const expected = `another estimator in a router without the ${quantileCount} quantiles of distances, whose median it needs`;
    throw mismatch('invalid_options', 'options.estimator', expected, "'kernel'");
  }
  if (revised.nearestClusters > clusters) {
    const expected = `at most the ${clusters} clusters`;
    throw mismatch('invalid_options', 'options.nearestClusters', expected, String(revised.nearestClusters));
  }
  if (revised.defaultAlpha !== 1 && !state.cells.costCount.some((count) => count > 0)) {
    const expected = '1 in a router without costs';
    throw mismatch('invalid_options', 'options.defaultAlpha', expected, String(revised.defaultAlpha));
  }
  return { ...state, options: revised };
}

function revisableOptions(): Check<PartialOptions<RevisableOptions>> {
  const { rule, estimator, shrinkage, nearestClusters, beta, defaultAlpha } = routerOptionsShape();
  return partialObject({ rule, estimator, shrinkage, nearestClusters, beta, defaultAlpha });
}
