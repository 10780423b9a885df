import { createRandom, shuffle } from '../core/random.js';
import { seed as seedCheck } from '../options.js';
import { policyOf, type Router } from '../router.js';
import { describe, mismatch, parse, partialObject } from '../validation.js';
import { placeQueries } from './queries.js';

/**
 * Which queries to evaluate a new model on, when all would cost too much: spread over the clusters by their share of the queries, and
 * inside a cluster from the centre outwards.
 *
 * Seats go to the clusters by Sainte-Laguë's divisors: the next query comes from the cluster with the largest
 *
 *     (its queries) / (chosen from it + ½)
 *
 * so the first 50 of 200 chosen are those that 50 would be: stop when the money is spent, or go on later.
 *
 * @param embeddings - of the queries to choose from, for example those of the log
 * @param count - how many to choose
 * @param options - `seed` breaks ties between clusters, and between equal distances. Default 42
 * @returns positions in `embeddings`, in the order in which to evaluate them
 * @throws RouterError `invalid_embedding`, `invalid_options` for a count beyond the queries
 * @example
 * const chosen = chooseQueries(router, embeddings, 100); // positions: evaluate the new model on these
 * const few = chosen.slice(0, 20); // fewer are the beginning of more
 */
export function chooseQueries(
  router: Router,
  embeddings: readonly ArrayLike<number>[],
  count: number,
  options: { readonly seed?: number | undefined } = {},
): number[] {
  const policy = policyOf(router);
  const { seed = 42 } = parse(partialObject({ seed: seedCheck }), options, 'invalid_options', 'options');
  const places = placeQueries(policy, embeddings);
  if (!(Number.isInteger(count) && count >= 0 && count <= places.length)) {
    const expected = `a whole number from 0 to ${places.length}, the number of queries`;
    throw mismatch('invalid_options', 'count', expected, describe(count));
  }
  const members = Array.from(policy.state.clusters.size, (): number[] => []);
  const order = places.map((_, query) => query);
  const random = createRandom(seed);
  shuffle(order, random);
  // A stable sort: what lies equally far stays as it was shuffled.
  order.sort((a, b) => places[a]!.squaredDistance - places[b]!.squaredDistance);
  for (const query of order) members[places[query]!.cluster]!.push(query);
  shuffle(members, random);

  const chosen: number[] = [];
  const taken = new Float64Array(members.length);
  while (chosen.length < count) {
    let next = -1;
    let highest = 0;
    members.forEach((queries, j) => {
      if (taken[j] === queries.length) return;
      const priority = queries.length / (taken[j]! + 0.5);
      if (priority > highest) [next, highest] = [j, priority];
    });
    chosen.push(members[next]![taken[next]!]!);
    taken[next]! += 1;
  }
  return chosen;
}
