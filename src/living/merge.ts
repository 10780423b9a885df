import { leastCanaryCosine } from '../canary.js';
import { addCells, selectModels, totalOf } from '../core/cells.js';
import { dot, rowOf, type Matrix } from '../core/matrix.js';
import { mixQuantiles } from '../core/novelty.js';
import type { RouterOptions, TokenPrice } from '../options.js';
import { byCodeUnit } from '../records.js';
import { embedderOf, policyOf, Router, successorOf } from '../router.js';
import {
  canaryTexts,
  decodeMatrix,
  quantileCount,
  readCells,
  usedDimensions,
  writeCells,
  writePrices,
  type RouterState,
} from '../state.js';
import { accept, array, describe, member, mismatch, parse } from '../validation.js';

/** Also what ends an array at its first hole, whatever length it claims. */
const oneRouter = accept('a router made by fitRouter or Router.fromJSON', (value) => value instanceof Router);

/**
 * One router of the evidence of several that share their vector space and centroids: sums and sizes add up, models are united. So
 * the parts of a log can be profiled apart, `fitRouter(part, space, { centroids })` each, on as many machines as there are. A record
 * that two of them have seen counts twice.
 *
 * The result does not depend on the order of the routers. Its `novelty` is read from the mixture of their distances, weighted by
 * their records: right to two percentage points, and `null` where one of them does not know its own.
 *
 * @param routers - at least one; `seed`, `restarts` and `maxIterations` may differ (of each the least is kept), also `beta` where
 * the rule does not read it, and `defaultAlpha` where a router has no costs. The embedder is that of the first router that can embed
 * @throws RouterError `embedder_mismatch` for another vector space; `invalid_options` for other centroids, other options, other
 * prices of one model, and where a model would be the only one without a cost
 * @example
 * const january = await fitRouter(records.slice(0, 120), embedder, { centroids });
 * const february = await fitRouter(records.slice(120), embedder, { centroids });
 * const router = mergeRouters([january, february]);
 */
export function mergeRouters<M extends string>(routers: readonly Router<M>[]): Router<M> {
  const all = parse(array(oneRouter, 'an array of routers'), routers, 'invalid_options', 'routers') as Router<M>[];
  if (all.length === 0) throw mismatch('invalid_options', 'routers', 'at least one router', 'none');
  const policies = all.map((router, i) => policyOf(router, `routers[${i}]`));
  const states = policies.map(({ state }) => state);
  states.forEach((state, i) => {
    requireSameGeometry(state, states[0]!, `routers[${i}]`);
  });
  requireSameCanary(states);
  const prices = mergePrices(states);
  const options = mergeOptions(states);

  // One order, whatever the order of the parts: sums of doubles depend on it.
  const parts = [...policies].sort((a, b) => byCodeUnit(a.fingerprint, b.fingerprint)).map(({ state }) => state);
  const models = [...new Set(parts.flatMap(({ models }) => models))].sort(byCodeUnit);
  const cells = parts
    .map((part) =>
      selectModels(
        readCells(part),
        models.map((model) => part.models.indexOf(model)),
      ),
    )
    .reduce(addCells);
  const uncosted = models.find((_, i) => totalOf(cells.costCount, i, models.length) === 0);
  if (uncosted !== undefined && cells.costCount.some((count) => count > 0)) {
    const expected = `a cost of ${describe(uncosted)} in one of them, as other models have one`;
    throw mismatch('invalid_options', 'routers', expected, 'none');
  }
  const { id, dimensions } = states[0]!.embedding;
  const canaries = states.flatMap(({ embedding: { canary } }) => canary ?? []).sort(byCodeUnit);
  const merged: RouterState = {
    format: 'pareto-router',
    version: 2,
    embedding: { id, dimensions, ...(canaries.length > 0 && { canary: canaries[0]! }) },
    options,
    models,
    centroids: states[0]!.centroids,
    cells: writeCells(cells),
    clusters: {
      size: states[0]!.clusters.size.map((_, j) => parts.reduce((sum, { clusters }) => sum + clusters.size[j]!, 0)),
      ...mergeDistances(parts),
    },
    ...writePrices(models, prices),
  };
  const embedding = all.find((router) => embedderOf(router).embed) ?? all[0]!;
  return successorOf(embedding, merged);
}

function requireSameGeometry(state: RouterState, first: RouterState, place: string): void {
  const { id, dimensions } = first.embedding;
  if (state.embedding.id !== id) {
    const expected = `the vector space ${describe(id)} of routers[0]`;
    throw mismatch('embedder_mismatch', place, expected, describe(state.embedding.id));
  }
  if (state.embedding.dimensions !== dimensions) {
    const expected = `the ${dimensions} dimensions of routers[0]`;
    throw mismatch('embedder_mismatch', place, expected, String(state.embedding.dimensions));
  }
  const same =
    state.options.clusters === first.options.clusters &&
    usedDimensions(state) === usedDimensions(first) &&
    state.centroids === first.centroids;
  if (!same) throw mismatch('invalid_options', place, 'the centroids of routers[0], to the last bit', 'others');
}

/** Two texts embedded at each fit: the same name and size with another model behind it is what no other check sees. */
function requireSameCanary(states: readonly RouterState[]): void {
  let first: { readonly place: string; readonly vectors: Matrix } | undefined;
  states.forEach((state, i) => {
    const { canary } = state.embedding;
    if (canary === undefined) return;
    const vectors = decodeMatrix(canary, canaryTexts.length, usedDimensions(state), 'state.embedding.canary');
    first ??= { place: `routers[${i}]`, vectors };
    for (let row = 0; row < vectors.rows; row++) {
      const cosine = dot(rowOf(first.vectors, row), rowOf(vectors, row));
      if (cosine >= leastCanaryCosine) continue;
      const expected = `a cosine of at least ${leastCanaryCosine} with the canary text ${row} of ${first.place}`;
      throw mismatch('embedder_mismatch', `routers[${i}]`, expected, cosine.toFixed(3));
    }
  });
}

/** What decides must agree; of what only tells how the centroids came to be the least is kept, so that no order matters. */
function mergeOptions(states: readonly RouterState[]): RouterOptions {
  const all = states.map(({ options }, i) => ({ options, place: `routers[${i}].options` }));
  const { options } = all[0]!;
  for (const name of ['nearestClusters', 'rule', 'estimator', 'shrinkage'] as const) requireAgreement(all, name);
  if (options.rule === 'reference') requireAgreement(all, 'beta');
  // Without costs there is no choice of α.
  const priced = all.filter((_, i) => states[i]!.cells.costCount.some((count) => count > 0));
  requireAgreement(priced, 'defaultAlpha');
  const least = (name: 'beta' | 'seed' | 'restarts' | 'maxIterations'): number =>
    all.reduce((least, { options }) => Math.min(least, options[name]), Infinity);
  return {
    ...options,
    beta: least('beta'),
    seed: least('seed'),
    restarts: least('restarts'),
    maxIterations: least('maxIterations'),
    defaultAlpha: priced[0]?.options.defaultAlpha ?? 1,
  };
}

function requireAgreement(
  all: readonly { readonly options: RouterOptions; readonly place: string }[],
  name: keyof RouterOptions,
): void {
  for (const { options, place } of all) {
    const expected = all[0]!.options[name];
    if (options[name] === expected) continue;
    const of = `as ${all[0]!.place} has it`;
    throw mismatch('invalid_options', `${place}.${name}`, `${describe(expected)}, ${of}`, describe(options[name]));
  }
}

/** Costs may have been computed with them, so one model has one price. */
function mergePrices(states: readonly RouterState[]): NonNullable<RouterState['prices']> {
  const merged = new Map<string, TokenPrice>();
  states.forEach(({ prices = {} }, i) => {
    for (const [model, price] of Object.entries(prices) as [string, TokenPrice][]) {
      const known = merged.get(model) ?? price;
      if (known.input !== price.input || known.output !== price.output) {
        const expected = `${written(known)}, as another of them has it (see withPrices)`;
        throw mismatch('invalid_options', `routers[${i}].prices${member(model)}`, expected, written(price));
      }
      merged.set(model, price);
    }
  });
  return Object.fromEntries(merged);
}

function written({ input, output }: TokenPrice): string {
  return `{ input: ${input}, output: ${output} }`;
}

/** Those that all share are kept as they are; else the mixture's, by the number of records. */
function mergeDistances(parts: readonly RouterState[]): Pick<RouterState['clusters'], 'distanceQuantiles'> {
  const quantiles = parts.flatMap(({ clusters }) => (clusters.distanceQuantiles ? [clusters.distanceQuantiles] : []));
  if (quantiles.length < parts.length) return {};
  const first = quantiles[0]!;
  if (quantiles.every((other) => other.every((value, i) => value === first[i]))) return { distanceQuantiles: first };
  const records = parts.map(({ clusters }) => clusters.size.reduce((sum, size) => sum + size, 0));
  return { distanceQuantiles: [...mixQuantiles(quantiles, records, quantileCount)] };
}
