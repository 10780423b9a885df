import { verifyCanary } from './canary.js';
import {
  embedTexts,
  parseEmbedder,
  type Embedder,
  type EmbedderSource,
  type EmbedFunction,
  type VectorSpace,
} from './embedder.js';
import { withOptions, type RevisableOptions } from './living/with-options.js';
import { withPrices } from './living/with-prices.js';
import { withoutModels } from './living/without-models.js';
import type { EvidenceOptions } from './living/with-records.js';
import type { PartialOptions, RemainingModels, TokenPrice } from './options.js';
import { parseAlpha, parseConstraints, type RouteConstraints } from './policy/constraints.js';
import { decide, decidePrior, type PriorDecision, type RouteDecision } from './policy/decision.js';
import { explain } from './policy/explain.js';
import { lines } from './policy/lines.js';
import { near, nearOfEach } from './policy/near.js';
import { createPolicy, type Policy } from './policy/policy.js';
import { parseState } from './parse-state.js';
import type { RecordSource } from './records.js';
import type { RouterState } from './state.js';
import { describe, isArrayLike, mismatch } from './validation.js';

/** What is behind a router, for the parts of this library that ask more of it than its methods tell. */
interface RouterParts<M extends string = string> {
  readonly policy: Policy<M>;
  readonly embedder: EmbedderSource | undefined;
  /** A router of another state, with the same embedder. */
  readonly successor: (state: RouterState) => Router;
}

const partsOf = new WeakMap<object, RouterParts>();

/**
 * The policy of a router.
 *
 * @throws RouterError `invalid_options` for what is no router of this copy of the library
 */
export function policyOf<M extends string>(router: Router<M>, place = 'router'): Policy<M> {
  return requireParts(router, place).policy as Policy<M>;
}

/**
 * A router of another state in the vector space of a router, with its embedder.
 *
 * @throws RouterError `invalid_state`
 */
export function successorOf<M extends string>(router: Router<M>, state: RouterState): Router<M> {
  return requireParts(router).successor(state) as Router<M>;
}

/**
 * What embeds a router's records in an evaluation: its embedder, or its vector space alone where every record has to carry
 * its embedding.
 */
export function embedderOf(router: Router): EmbedderSource {
  const { policy, embedder } = requireParts(router);
  return inSpaceOf(policy.state, embedder);
}

function inSpaceOf(
  { embedding: { id, dimensions } }: RouterState,
  embedder: EmbedderSource | undefined,
): EmbedderSource {
  return { id, maxBatchSize: 1, embed: undefined, ...embedder, dimensions };
}

function requireParts(router: unknown, place = 'router'): RouterParts {
  const parts = partsOf.get(router as object);
  if (parts) return parts;
  throw mismatch('invalid_options', place, 'a router made by fitRouter or Router.fromJSON', describe(router));
}

/**
 * A fitted performance–cost policy: routes a query to the model with the highest performance–efficiency score
 * (Avengers-Pro, arXiv 2508.12631, section 2). Made by `fitRouter`, or by {@link Router.fromJSON} from a saved state.
 *
 * @typeParam M - the names of the models
 * @example
 * const router = Router.fromJSON(JSON.parse(saved), embedder);
 * const { model } = await router.routeQuery('Is 91 prime?', 0.7);
 */
export class Router<M extends string = string> {
  /**
   * The models it can route to, sorted by code unit.
   * @example
   * router.models; // ['large', 'small']
   */
  readonly models: readonly M[];

  readonly #policy: Policy<M>;
  readonly #embedder: EmbedderSource | undefined;

  private constructor(state: RouterState<M> | undefined, embedder: EmbedderSource | undefined) {
    if (!state) {
      throw mismatch('invalid_state', 'new Router()', 'fitRouter or Router.fromJSON in its place', 'a call');
    }
    this.#policy = createPolicy(state);
    this.#embedder = embedder;
    this.models = this.#policy.models;
    partsOf.set(this, {
      policy: this.#policy,
      embedder,
      successor: (state) => this.#successor(state),
    });
  }

  /**
   * Loads a saved router.
   *
   * @param state - what `JSON.parse` made of a saved state; it is checked and copied
   * @param embedder - needed for {@link routeQuery} and {@link verifyEmbedder} only; must be of the state's vector space
   * @throws RouterError `invalid_state`, `embedder_mismatch` for another id or number of dimensions
   * @example
   * const router = Router.fromJSON(JSON.parse(await readFile('router.json', 'utf8')), embedder);
   */
  static fromJSON<M extends string = string>(
    state: RouterState<M>,
    embedder?: Embedder | EmbedFunction | VectorSpace,
  ): Router<M>;
  static fromJSON(state: unknown, embedder?: Embedder | EmbedFunction | VectorSpace): Router;
  static fromJSON(state: unknown, embedder?: Embedder | EmbedFunction | VectorSpace): Router {
    const parsed = parseState(state);
    const source = embedder === undefined ? undefined : parseEmbedder(embedder);
    if (source) requireSameSpace(parsed.embedding, source);
    return new Router(parsed, source);
  }

  /**
   * A short digest of the state, 16 hexadecimal digits, on every decision as `router`: routers with the same state have the same, on
   * every engine, and before and after their JSON. It is no signature, and a later state version has others.
   * @example
   * const loaded = Router.fromJSON(JSON.parse(JSON.stringify(router)));
   * loaded.fingerprint === router.fingerprint; // true
   */
  get fingerprint(): string {
    return this.#policy.fingerprint;
  }

  /**
   * The state as plain data, a fresh copy: `JSON.stringify(router)` saves a router.
   * @example
   * const { models, options } = router.toJSON();
   * await writeFile('router.json', JSON.stringify(router));
   */
  toJSON(): RouterState<M> {
    return structuredClone(this.#policy.state);
  }

  /**
   * Routes one query by its embedding. Synchronous; takes microseconds.
   *
   * @param embedding - of the router's vector space and dimensions; need not be normalised
   * @param alpha - trade-off α ∈ [0, 1]: 1 looks at performance only, 0 at cost only. Default: the router's `defaultAlpha`
   * @param constraints - hard filters; none by default
   * @throws RouterError `invalid_embedding`, `invalid_alpha`, `invalid_constraints`, `no_eligible_model`
   * @example
   * const { model, ranking } = router.route(embedding, 0.7, { exclude: ['large'] });
   */
  route(embedding: ArrayLike<number>, alpha?: number, constraints: RouteConstraints<M> = {}): RouteDecision<M> {
    const trade = parseAlpha(this.#policy, alpha);
    const filters = parseConstraints(this.#policy, constraints);
    const neighbourhood = near(this.#policy, embedding, 'embedding');
    return decide(this.#policy, lines(this.#policy, neighbourhood, filters.inputTokens), trade, filters, 'embedding');
  }

  /**
   * Routes many queries: the same decisions as {@link route}, in less time.
   *
   * @throws RouterError as {@link route}, naming the position
   * @example
   * const decisions = router.routeBatch(embeddings, 0.7);
   * const models = decisions.map(({ model }) => model);
   */
  routeBatch(
    embeddings: readonly ArrayLike<number>[],
    alpha?: number,
    constraints: RouteConstraints<M> = {},
  ): RouteDecision<M>[] {
    if (!isArrayLike(embeddings)) {
      throw mismatch('invalid_embedding', 'embeddings', 'an array of vectors', describe(embeddings));
    }
    const trade = parseAlpha(this.#policy, alpha);
    const filters = parseConstraints(this.#policy, constraints);
    const placeOf = (query: number): string => `embeddings[${query}]`;
    const decisions: RouteDecision<M>[] = [];
    for (const neighbourhood of nearOfEach(this.#policy, embeddings, placeOf)) {
      const own = lines(this.#policy, neighbourhood, filters.inputTokens);
      decisions.push(decide(this.#policy, own, trade, filters, placeOf(decisions.length)));
    }
    return decisions;
  }

  /**
   * Embeds a query with the router's embedder, then routes it.
   *
   * @param query - at least one letter: there is nothing to embed in an empty text, see {@link prior}
   * @param options - `signal` is handed to the embedder, and ends the wait with its reason
   * @throws RouterError as {@link route}; `embedder_missing` in a router loaded without one, `embedder_failed`
   * @example
   * const { model } = await router.routeQuery('Is 91 prime?', 0.7, {}, { signal: AbortSignal.timeout(1000) });
   */
  async routeQuery(
    query: string,
    alpha?: number,
    constraints?: RouteConstraints<M>,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<RouteDecision<M>> {
    if (typeof query !== 'string' || query.trim() === '') {
      throw mismatch('invalid_embedding', 'query', 'a text to embed', describe(query));
    }
    const embedder = this.#requireEmbedder();
    signal?.throwIfAborted();
    const [vector] = await embedTexts(embedder, [query], ['query'], signal);
    return this.route(vector!, alpha, constraints);
  }

  /**
   * The decision on a query of which nothing is known, by each model's means on all records: for when the embedder is down, or
   * there is no text to embed. It is marked with `basis: 'prior'`, and the library never takes it by itself.
   *
   * @param alpha - as {@link route}
   * @param constraints - as {@link route}; costs and performances are the overall means
   * @throws RouterError `invalid_alpha`, `invalid_constraints`, `no_eligible_model`
   * @example
   * const decision = await router.routeQuery(query).catch((error: unknown) => {
   *   if (error instanceof RouterError && error.code === 'embedder_failed') return router.prior();
   *   throw error;
   * });
   */
  prior(alpha?: number, constraints: RouteConstraints<M> = {}): PriorDecision<M> {
    const filters = parseConstraints(this.#policy, constraints);
    return decidePrior(this.#policy, parseAlpha(this.#policy, alpha), filters);
  }

  /**
   * A decision in sentences, for a log: the chosen model and why, what is expected of it and of the next one, who was no candidate,
   * and whether the query is an unusual one (novelty above .95). For every α at which it would flip, see `flipPoints`.
   *
   * @throws RouterError `invalid_options` for what this router did not decide, by its `fingerprint`
   * @example
   * router.explain(router.route(embedding));
   * // Chose "small": α 0.7, expected score 0.812 ± 0.034 (41 observed nearby), USD 0.00123. Next is "large": score 0.108 lower, …
   */
  explain(decision: RouteDecision<M> | PriorDecision<M>): string {
    return explain(this.#policy, decision);
  }

  /**
   * This router with the evidence of more records, on the same centroids: feedback, or a new model's evaluation. Embeds only what
   * carries no embedding. A record that the router has seen already counts again.
   *
   * @param records - as for `fitRouter`; may bring new models, each with a score, and a cost if other models have one
   * @returns a promise of a new router; this one stays as it is, and `novelty` is still read from the distances of the fit
   * @throws RouterError `invalid_records`, `invalid_options`, `invalid_embedding`, `embedder_missing`, `embedder_failed`; the signal's
   * reason when aborted
   * @example
   * const richer = await router.withRecords([{ query: 'Is 91 prime?', records: { large: 1, small: 0 } }]);
   */
  async withRecords<N extends string = M>(
    records: RecordSource<N>,
    options: EvidenceOptions = {},
  ): Promise<Router<M | N>> {
    // Behind an import of its own: an app that only routes need not load what reads records.
    const { withRecords } = await import('./living/with-records.js');
    const { state } = this.#policy;
    return this.#successor(await withRecords(state, inSpaceOf(state, this.#embedder), records, options));
  }

  /**
   * This router without some of its models, as if they had never been evaluated: decisions between the others change only where the
   * removed ones set the scale.
   *
   * @param names - models of this router, not all of them
   * @returns a new router; this one stays as it is
   * @throws RouterError `invalid_options`
   * @example
   * const successor = router.withoutModels(['small']); // retired by its provider
   */
  withoutModels<const X extends string>(names: readonly X[]): Router<RemainingModels<M, X>> {
    return this.#successor(withoutModels(this.#policy.state, names));
  }

  /**
   * This router reading its sums in another way: no fit, no embedding. What is not named stays.
   *
   * @param options - `clusters`, `dimensions` and the k-means settings are not among them: they made the centroids
   * @returns a new router; this one stays as it is
   * @throws RouterError `invalid_options`, also where the rule and the estimator do not go together
   * @example
   * const successor = router.withOptions({ shrinkage: 40, defaultAlpha: 0.9 });
   */
  withOptions(options: PartialOptions<RevisableOptions>): Router<M> {
    return this.#successor(withOptions(this.#policy.state, options));
  }

  /**
   * This router with other prices: what the named models cost is computed from their token counts, in every cluster, and replaces what
   * was measured. The other models keep their costs. `defaultAlpha` stays: 1 in a router that had no costs.
   *
   * @param prices - USD per million tokens; may be a catalogue, as long as it has one model of the router
   * @returns a new router; this one stays as it is
   * @throws RouterError `invalid_options` for a model without token counts, and where a router without costs would know those of some
   * models only
   * @example
   * const successor = router.withPrices({ large: { input: 1.25, output: 10 } });
   */
  withPrices(prices: { readonly [model in M]?: TokenPrice }): Router<M> {
    return this.#successor(withPrices(this.#policy.state, prices));
  }

  /**
   * Embeds the two canary texts of the fit again, and compares. The same name and size with another model or
   * preprocessing behind it is the one mistake that no other check sees.
   *
   * @throws RouterError `embedder_mismatch` when a cosine is below 0.98; `embedder_missing`; `invalid_state` when the
   * router was fitted without an embedder that could embed
   * @example
   * const router = Router.fromJSON(JSON.parse(saved), embedder);
   * await router.verifyEmbedder(); // at start-up
   */
  async verifyEmbedder(): Promise<void> {
    await verifyCanary(this.#policy.state, this.#requireEmbedder());
  }

  /** Through the same door as a saved state, so that no successor can hold what a state could not. */
  #successor<N extends string>(state: RouterState): Router<N> {
    return new Router(parseState(state) as RouterState<N>, this.#embedder);
  }

  #requireEmbedder(): EmbedderSource {
    if (this.#embedder?.embed) return this.#embedder;
    const expected = `an embedder of ${describe(this.#policy.state.embedding.id)} that can embed`;
    throw mismatch('embedder_missing', 'router', expected, 'none; pass it to Router.fromJSON');
  }
}

function requireSameSpace(space: RouterState['embedding'], embedder: EmbedderSource): void {
  if (embedder.id !== space.id) {
    throw mismatch('embedder_mismatch', 'embedder', `the vector space ${describe(space.id)}`, describe(embedder.id));
  }
  if (embedder.dimensions !== undefined && embedder.dimensions !== space.dimensions) {
    const expected = `${space.dimensions} dimensions`;
    throw mismatch('embedder_mismatch', 'embedder', expected, String(embedder.dimensions));
  }
}
