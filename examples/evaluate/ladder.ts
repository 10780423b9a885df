import type { Router, RoutingRecord } from 'pareto-router';
import { dollars, percent } from '../figures.js';

/**
 * What trying the ranking from the top brings: one is right when any of the first models is.
 *
 * @returns a line for each length of ladder, from one model up
 */
export async function measureLadders(
  router: Router,
  queries: readonly RoutingRecord[],
  alpha: number,
  longest: number,
): Promise<string[]> {
  const rankings = await Promise.all(
    queries.map(async ({ query, embedding }) => {
      const { ranking } = embedding ? router.route(embedding, alpha) : await router.routeQuery(query, alpha);
      return ranking.map(({ model }) => model);
    }),
  );
  return Array.from({ length: longest }, (_, i) => {
    const asked = rankings.map((ranking) => ranking.slice(0, i + 1));
    const isRight = queries.map(({ records }, query) =>
      asked[query]!.some((model) => Number(records[model] ?? 0) >= 0.5),
    );
    const costs = queries.flatMap(({ usages }, query) => asked[query]!.map((model) => usages?.[model]?.cost ?? NaN));
    const observed = costs.filter((cost) => cost >= 0 && cost < Infinity);
    const total = observed.length === 0 ? null : observed.reduce((sum, cost) => sum + cost, 0);
    const missing = costs.length - observed.length;
    return (
      `Ladder of ${i + 1}: one is right for ${percent(isRight.filter(Boolean).length / queries.length)} of the queries; ` +
      `asking all costs ${dollars(total)}${total !== null && missing > 0 ? ` without ${missing} unobserved costs` : ''}`
    );
  });
}
