import { createMatrix, dot, rowOf, squaredDistances, squaredDistancesOfRows, type Matrix } from './core/matrix.js';
import { novelty } from './core/novelty.js';
import { profileCells, standardError, type Cells, type Profile } from './core/profile.js';
import {
  meanOverClusters,
  meanScores,
  reciprocalRankScores,
  scoreTerms,
  selectNearest,
  softmaxWeights,
  sumOverClusters,
  toDotProductDistances,
  type ScoreTerms,
} from './core/score.js';
import {
  compareCandidates,
  exclusionReason,
  type ExclusionReason,
  parseConstraints,
  type RankedModel,
  type RouteConstraints,
  type RouteDecision,
} from './decision.js';
import {
  embedQuery,
  parseEmbedder,
  parseEmbedding,
  type Embedder,
  type EmbedderSource,
  type EmbedFunction,
  type VectorSpace,
} from './embedder.js';
import { canaryTexts, decodeMatrix, parseState, readCells, usedDimensions, type RouterState } from './state.js';
import { describe, isArrayLike, mismatch } from './validation.js';

/** Rows of one pass of {@link Router.routeBatch}: their distances stay in the cache. */
const batchRows = 64;

/** Lowest cosine between a canary vector at fit and now that still counts as the same vector space. */
const leastCanaryCosine = 0.98;

/**
 * What embeds a router's records in an evaluation: its embedder, or its vector space alone where every record has to carry
 * its embedding.
 */
export let embedderOf: (router: Router) => EmbedderSource;

/**
 * A fitted performance–cost policy: routes a query to the model with the highest performance–efficiency score
 * (Avengers-Pro, arXiv 2508.12631, section 2). Made by `fitRouter`, or by {@link Router.fromJSON} from a saved state.
 *
 * @typeParam M - the names of the models
 */
export class Router<M extends string = string> {
  /** The models it can route to, sorted by code unit. */
  readonly models: readonly M[];

  readonly #state: RouterState<M>;
  readonly #embedder: EmbedderSource | undefined;
  readonly #centroids: Matrix;
  readonly #centroidSquaredNorms: Float64Array;
  readonly #cells: Cells;
  readonly #profile: Profile;
  readonly #terms: ScoreTerms;
  readonly #withCosts: boolean;
  /** Overwritten by every route, so that a route allocates nothing of the size of an embedding or of the clusters. */
  readonly #query: Matrix;
  readonly #distances: Float64Array;

  static {
    embedderOf = (router) => {
      const { id, dimensions } = router.#state.embedding;
      return { id, maxBatchSize: 1, embed: undefined, ...router.#embedder, dimensions };
    };
  }

  private constructor(state: RouterState<M>, embedder: EmbedderSource | undefined) {
    const { clusters, rule, shrinkage } = state.options;
    const dimensions = usedDimensions(state);
    this.models = Object.freeze([...state.models]);
    this.#state = state;
    this.#embedder = embedder;
    this.#centroids = decodeMatrix(state.centroids, clusters, dimensions, 'state.centroids');
    this.#centroidSquaredNorms = Float64Array.from({ length: clusters }, (_, j) => {
      const centroid = rowOf(this.#centroids, j);
      return dot(centroid, centroid);
    });
    this.#cells = readCells(state);
    this.#profile = profileCells(this.#cells, shrinkage);
    this.#terms = scoreTerms(this.#profile, rule);
    this.#withCosts = this.#cells.costCount.some((count) => count > 0);
    this.#query = createMatrix(1, dimensions);
    this.#distances = new Float64Array(clusters);
    if (!this.#withCosts && state.options.defaultAlpha !== 1) {
      const expected = '1 in a router without costs';
      throw mismatch('invalid_state', 'state.options.defaultAlpha', expected, String(state.options.defaultAlpha));
    }
  }

  /**
   * Loads a saved router.
   *
   * @param state - what `JSON.parse` made of a saved state; it is checked and copied
   * @param embedder - needed for {@link routeQuery} and {@link verifyEmbedder} only; must be of the state's vector space
   * @throws RouterError `invalid_state`, `embedder_mismatch` for another id or number of dimensions
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

  /** The state as plain data, a fresh copy: `JSON.stringify(router)` saves a router. */
  toJSON(): RouterState<M> {
    return structuredClone(this.#state);
  }

  /**
   * Routes one query by its embedding. Synchronous; takes microseconds.
   *
   * @param embedding - of the router's vector space and dimensions; need not be normalised
   * @param alpha - trade-off α ∈ [0, 1]: 1 looks at performance only, 0 at cost only. Default: the router's `defaultAlpha`
   * @param constraints - hard filters; none by default
   * @throws RouterError `invalid_embedding`, `invalid_alpha`, `invalid_constraints`, `no_eligible_model`
   */
  route(embedding: ArrayLike<number>, alpha?: number, constraints: RouteConstraints<M> = {}): RouteDecision<M> {
    const trade = this.#parseAlpha(alpha);
    const filters = parseConstraints(constraints, this.#withCosts);
    parseEmbedding(embedding, 'embedding', this.#query.data, this.#state.embedding.dimensions);
    squaredDistances(this.#query, 0, this.#centroids, this.#distances);
    return this.#decide(this.#distances, trade, filters, 'embedding');
  }

  /**
   * Routes many queries: the same decisions as {@link route}, in less time.
   *
   * @throws RouterError as {@link route}, naming the position
   */
  routeBatch(
    embeddings: readonly ArrayLike<number>[],
    alpha?: number,
    constraints: RouteConstraints<M> = {},
  ): RouteDecision<M>[] {
    if (!isArrayLike(embeddings)) {
      throw mismatch('invalid_embedding', 'embeddings', 'an array of vectors', describe(embeddings));
    }
    const trade = this.#parseAlpha(alpha);
    const filters = parseConstraints(constraints, this.#withCosts);
    const { dimensions } = this.#state.embedding;
    const clusters = this.#centroids.rows;
    const queries = createMatrix(Math.min(batchRows, embeddings.length), this.#centroids.columns);
    const distances = new Float64Array(queries.rows * clusters);
    const decisions: RouteDecision<M>[] = [];
    for (let start = 0; start < embeddings.length; start += batchRows) {
      const rows = Math.min(batchRows, embeddings.length - start);
      for (let row = 0; row < rows; row++) {
        parseEmbedding(embeddings[start + row], `embeddings[${start + row}]`, rowOf(queries, row), dimensions);
      }
      squaredDistancesOfRows(queries, 0, rows, this.#centroids, clusters, distances);
      for (let row = 0; row < rows; row++) {
        const own = distances.subarray(row * clusters, (row + 1) * clusters);
        decisions.push(this.#decide(own, trade, filters, `embeddings[${start + row}]`));
      }
    }
    return decisions;
  }

  /**
   * Embeds a query with the router's embedder, then routes it.
   *
   * @throws RouterError as {@link route}; `embedder_missing` in a router loaded without one, `embedder_failed`
   */
  async routeQuery(query: string, alpha?: number, constraints?: RouteConstraints<M>): Promise<RouteDecision<M>> {
    return this.route(await embedQuery(this.#requireEmbedder(), query), alpha, constraints);
  }

  /**
   * Embeds the two canary texts of the fit again, and compares. The same name and size with another model or
   * preprocessing behind it is the one mistake that no other check sees.
   *
   * @throws RouterError `embedder_mismatch` when a cosine is below 0.98; `embedder_missing`; `invalid_state` when the
   * router was fitted without an embedder that could embed
   */
  async verifyEmbedder(): Promise<void> {
    const embedder = this.#requireEmbedder();
    const { canary, dimensions } = this.#state.embedding;
    if (canary === undefined) {
      throw mismatch(
        'invalid_state',
        'state.embedding.canary',
        'vectors taken at fit',
        'none: nothing could embed then',
      );
    }
    const expected = decodeMatrix(canary, canaryTexts.length, this.#centroids.columns, 'state.embedding.canary');
    for (const [row, text] of canaryTexts.entries()) {
      const vector = await embedQuery(embedder, text);
      const place = `embedder ${describe(embedder.id)}`;
      if (vector.length !== dimensions) {
        throw mismatch('embedder_mismatch', place, `${dimensions} dimensions`, String(vector.length));
      }
      const actual = new Float32Array(this.#centroids.columns);
      parseEmbedding(vector, `${place} on canary text ${row}`, actual, dimensions);
      const cosine = dot(rowOf(expected, row), actual);
      if (cosine < leastCanaryCosine) {
        const wanted = `a cosine of at least ${leastCanaryCosine} with its vector at fit on canary text ${row}`;
        throw mismatch('embedder_mismatch', place, wanted, cosine.toFixed(3));
      }
    }
  }

  #requireEmbedder(): EmbedderSource {
    if (this.#embedder?.embed) return this.#embedder;
    const expected = `an embedder of ${describe(this.#state.embedding.id)} that can embed`;
    throw mismatch('embedder_missing', 'router', expected, 'none; pass it to Router.fromJSON');
  }

  #parseAlpha(alpha: number = this.#state.options.defaultAlpha): number {
    if (typeof alpha !== 'number' || !(alpha >= 0 && alpha <= 1)) {
      throw mismatch('invalid_alpha', 'alpha', 'a number from 0 to 1', describe(alpha));
    }
    if (!this.#withCosts && alpha !== 1) {
      throw mismatch('invalid_alpha', 'alpha', '1 in a router fitted without costs', describe(alpha));
    }
    return alpha;
  }

  /** Steps 5 and 6 of the method (paper, section 2). Overwrites `distances`, the squared ones to every centroid. */
  #decide(distances: Float64Array, alpha: number, constraints: RouteConstraints, place: string): RouteDecision<M> {
    const { nearestClusters, rule, beta } = this.#state.options;
    const nearestDistance = Math.sqrt(least(distances));
    if (rule === 'reference') toDotProductDistances(distances, this.#centroidSquaredNorms);
    else for (let j = 0; j < distances.length; j++) distances[j] = Math.sqrt(distances[j]!);
    const near = selectNearest(distances, nearestClusters);
    const weights =
      rule === 'reference'
        ? softmaxWeights(distances, near, beta)
        : new Float64Array(nearestClusters).fill(1 / nearestClusters);
    const scores =
      rule === 'reference'
        ? reciprocalRankScores(this.#terms, alpha, near, weights, this.models.length)
        : meanScores(this.#terms, alpha, near, this.models.length);

    const ranking: RankedModel<M>[] = [];
    const excluded: { model: M; reason: ExclusionReason }[] = [];
    for (const candidate of this.#candidates(near, scores)) {
      const reason = exclusionReason(constraints, candidate);
      if (reason) excluded.push({ model: candidate.model, reason });
      else ranking.push(candidate);
    }
    const [winner, runnerUp] = ranking.sort(compareCandidates);
    if (!winner) {
      const reasons = excluded.map(({ model, reason }) => `${describe(model)} ${reason}`).join(', ');
      throw mismatch('no_eligible_model', place, 'a model that meets the constraints', `none (${reasons})`);
    }
    return {
      model: winner.model,
      alpha,
      margin: runnerUp ? winner.score - runnerUp.score : null,
      ranking,
      excluded,
      clusters: Array.from(near, (cluster, i) => ({ cluster, distance: distances[cluster]!, weight: weights[i]! })),
      novelty: novelty(nearestDistance, this.#state.clusters.distanceQuantiles),
    };
  }

  /** What the near clusters know of every model. */
  #candidates(near: Int32Array, scores: Float64Array): RankedModel<M>[] {
    const models = this.models.length;
    const performance = meanOverClusters(this.#profile.performance, near, models);
    const cost = meanOverClusters(this.#profile.cost, near, models);
    const count = sumOverClusters(this.#cells.count, near, models);
    const scoreSum = sumOverClusters(this.#cells.scoreSum, near, models);
    const scoreSquareSum = sumOverClusters(this.#cells.scoreSquareSum, near, models);
    return this.models.map((model, i) => ({
      model,
      score: scores[i]!,
      performance: performance[i]!,
      cost: this.#withCosts ? cost[i]! : null,
      count: count[i]!,
      standardError: count[i]! < 2 ? null : standardError(count[i]!, scoreSum[i]!, scoreSquareSum[i]!),
    }));
  }
}

function least(values: Float64Array): number {
  let least = Infinity;
  for (const value of values) least = Math.min(least, value);
  return least;
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
