import type { RouteConstraints } from '../policy/constraints.js';
import { policyOf, type Router } from '../router.js';
import { anything, describe, mismatch, parse, partialObject } from '../validation.js';
import { requireEmbeddings } from './queries.js';

/**
 * Options of {@link compareRouters}; all may be left out.
 * @example
 * const options: ComparisonOptions<'large'> = { alpha: 0.7, constraints: { exclude: ['large'] } };
 * const { changed } = compareRouters(deployed, deployed.withOptions({ shrinkage: 40 }), embeddings, options);
 */
export interface ComparisonOptions<M extends string = string> {
  /**
   * The α of both routers.
   * @default each router's own `defaultAlpha`
   */
  readonly alpha?: number | undefined;
  /** Of every route of both. None by default. */
  readonly constraints?: RouteConstraints<M> | undefined;
}

/**
 * What one router makes of some queries, by its own expectations.
 * @example
 * const { a, b } = compareRouters(deployed, deployed.withOptions({ shrinkage: 40 }), embeddings);
 * console.log(a.performance, b.performance, b.shares.small);
 */
export interface ExpectedRouting<M extends string = string> {
  /** Mean expected score of the chosen models, in [0, 1]. */
  readonly performance: number;
  /** Mean expected cost of the chosen models, USD a query; `null` in a router without costs. */
  readonly cost: number | null;
  /** Share of the queries that each of its models takes; they sum to 1. */
  readonly shares: { readonly [model in M]: number };
}

/**
 * Two routers on the same queries: plain JSON.
 * @example
 * const { changed, moves }: RouterComparison = compareRouters(deployed, await deployed.withRecords(feedback), embeddings);
 * for (const { from, to, queries } of moves) console.log(from, to, queries);
 */
export interface RouterComparison<A extends string = string, B extends string = string> {
  /** Number of queries. */
  readonly queries: number;
  /** Share of the queries that go to another model. */
  readonly changed: number;
  /** From which model to which, the most frequent first: number of queries. */
  readonly moves: readonly { readonly from: A; readonly to: B; readonly queries: number }[];
  readonly a: ExpectedRouting<A>;
  readonly b: ExpectedRouting<B>;
}

/**
 * The look before a deployment: what changes when router b takes the place of router a. Each router's performance and cost are what it
 * expects itself; where b has seen more, it may expect less of the same choice.
 *
 * @param embeddings - queries of recent traffic, at least one
 * @throws RouterError `embedder_mismatch` for routers of different vector spaces; `invalid_options`, and as `routeBatch`
 * @example
 * const { changed, moves } = compareRouters(deployed, await deployed.withRecords(feedback), embeddings);
 */
export function compareRouters<A extends string, B extends string>(
  a: Router<A>,
  b: Router<B>,
  embeddings: readonly ArrayLike<number>[],
  options: ComparisonOptions<A & B> = {},
): RouterComparison<A, B> {
  const spaces = [policyOf(a, 'a'), policyOf(b, 'b')].map(({ state: { embedding } }) => embedding);
  if (spaces[0]!.id !== spaces[1]!.id || spaces[0]!.dimensions !== spaces[1]!.dimensions) {
    const [first, second] = spaces.map(({ id, dimensions }) => `${describe(id)} of ${dimensions} dimensions`);
    throw mismatch('embedder_mismatch', 'b', `the vector space of a, ${first}`, second!);
  }
  parse(partialObject<{ alpha: unknown; constraints: unknown }>(shape), options, 'invalid_options', 'options');
  requireEmbeddings(embeddings);
  const { alpha, constraints = {} } = options;
  const before = a.routeBatch(embeddings, alpha, constraints);
  const after = b.routeBatch(embeddings, alpha, constraints);

  const moves = new Map<string, { from: A; to: B; queries: number }>();
  before.forEach(({ model: from }, query) => {
    const to = after[query]!.model;
    if ((from as string) === to) return;
    const key = JSON.stringify([from, to]);
    const move = moves.get(key) ?? { from, to, queries: 0 };
    move.queries++;
    moves.set(key, move);
  });
  const frequentFirst = [...moves].sort(([k, x], [l, y]) => y.queries - x.queries || (k < l ? -1 : 1));
  const queries = before.length;
  return {
    queries,
    changed: frequentFirst.reduce((sum, [, move]) => sum + move.queries, 0) / queries,
    moves: frequentFirst.map(([, move]) => move),
    a: expected(a, before),
    b: expected(b, after),
  };
}

const shape = { alpha: anything, constraints: anything };

function expected<M extends string>(
  router: Router<M>,
  decisions: readonly ReturnType<Router<M>['route']>[],
): ExpectedRouting<M> {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const costs = decisions.flatMap(({ ranking }) => ranking[0].cost ?? []);
  const share = (name: M): number => decisions.filter(({ model }) => model === name).length / decisions.length;
  return {
    performance: mean(decisions.map(({ ranking }) => ranking[0].performance)),
    cost: costs.length === 0 ? null : mean(costs),
    shares: Object.fromEntries(router.models.map((name) => [name, share(name)])) as { [model in M]: number },
  };
}
