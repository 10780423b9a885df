import type { Router } from 'pareto-router';
import type { Embedded } from './embed.js';
import type { ClusterMembers } from './protocol.js';

/** How many queries stand for a cluster. */
const typicalQueries = 5;

/** Whose records each cluster of a router was fitted on. */
export function membersOf(router: Router, train: readonly Embedded[]): ClusterMembers[] {
  const { clusters } = router.toJSON().options;
  const members = Array.from({ length: clusters }, (): { query: string; dataset: string; distance: number }[] => []);
  router.routeBatch(train.map(({ embedding }) => embedding)).forEach(({ clusters: [nearest] }, i) => {
    const { query, dataset } = train[i]!;
    members[nearest!.cluster]!.push({ query, dataset: dataset ?? 'no dataset', distance: nearest!.distance });
  });
  return members.map((own) => {
    const records = new Map<string, number>();
    for (const { dataset } of own) records.set(dataset, (records.get(dataset) ?? 0) + 1);
    const nearestFirst = own.sort((a, b) => a.distance - b.distance).map(({ query }) => query);
    return {
      datasets: [...records].sort(([, a], [, b]) => b - a),
      typical: [...new Set(nearestFirst)].slice(0, typicalQueries),
    };
  });
}
