import type { Embedder, RoutingRecord } from 'pareto-router';
import type { Progress } from './protocol.js';

/** A record with its embedding: none is asked for twice. */
export type Embedded = RoutingRecord & { readonly embedding: ArrayLike<number> };

export function isEmbedded(record: RoutingRecord): record is Embedded {
  return record.embedding != null;
}

/** Texts between two reports. */
const step = 100;

/** Gives every record the embedding of its text. In place: a record stays the one whose line is known. */
export async function embedRecords(
  records: readonly RoutingRecord[],
  embedder: Embedder,
  report: (progress: Progress) => void,
): Promise<void> {
  for (let i = 0; i < records.length; i += step) {
    report({ stage: 'embed', completed: i, total: records.length });
    const some = records.slice(i, i + step);
    const vectors = await embedder.embed(
      some.map(({ query }) => query),
      {},
    );
    some.forEach((record, j) => Object.assign(record, { embedding: vectors[j] }));
  }
}
