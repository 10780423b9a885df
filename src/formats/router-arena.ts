import type { RoutingRecord } from '../records.js';
import type { RouterArenaPrediction } from './documents.js';
import { OutcomeJoin } from './outcome-rows.js';
import { each, type Source } from './source.js';

/**
 * Reads one RouterArena prediction file, a JSON array, and joins the models' answers to the same query. Entries that were
 * not evaluated keep their cost, and no score. (Several routers' files share cached answers, which would be counted
 * twice.)
 *
 * @throws RouterError `invalid_records` by place: `predictions[3].accuracy: expected …`
 * @example
 * const router = await fitRouter(recordsFromRouterArena(predictions), embedder);
 */
export async function* recordsFromRouterArena(
  predictions: Source<RouterArenaPrediction>,
): AsyncGenerator<RoutingRecord> {
  const { readDocument, routerArenaPrediction } = await import('./schemas.js');
  const joined = new OutcomeJoin();
  for await (const [prediction, place] of each(predictions, 'predictions')) {
    const entry = readDocument(routerArenaPrediction, prediction, place);
    joined.add({
      query: entry.prompt,
      model: entry.prediction,
      index: entry['global index'],
      score: entry.accuracy,
      cost: entry.cost,
      ...entry.generated_result?.token_usage,
    });
  }
  yield* joined.records();
}
