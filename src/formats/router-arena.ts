import * as z from 'zod/mini';
import type { RoutingRecord } from '../records.js';
import { measurement, readDocument, string, unitScore } from './document.js';
import { OutcomeJoin } from './outcome-rows.js';
import { each, type Source } from './source.js';

/**
 * One entry of a RouterArena prediction file (arXiv 2510.00202), after its inference and evaluation have filled it in. An
 * entry `for_optimality` is another model's answer to the same query.
 * @example
 * const row: RouterArenaPrediction = { 'global index': 'q_1', prompt: 'Is 91 prime?', prediction: 'large', accuracy: 1 };
 */
export interface RouterArenaPrediction {
  readonly 'global index': string;
  readonly prompt: string;
  /** The model that answered. */
  readonly prediction: string;
  /** In [0, 1]; `null` before the evaluation. */
  readonly accuracy?: number | null | undefined;
  /** USD. */
  readonly cost?: number | null | undefined;
  readonly generated_result?:
    | {
        readonly token_usage?:
          | { readonly input_tokens?: number | null | undefined; readonly output_tokens?: number | null | undefined }
          | null
          | undefined;
      }
    | null
    | undefined;
}

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
  const schema = predictionSchema();
  const joined = new OutcomeJoin();
  for await (const [prediction, place] of each(predictions, 'predictions')) {
    const entry = readDocument(schema, prediction, place);
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

function predictionSchema(): z.ZodMiniType<RouterArenaPrediction> {
  const tokens = z.object({ input_tokens: measurement, output_tokens: measurement }, 'an object of token counts');
  const generated = z.object({ token_usage: z.nullish(tokens) }, 'an object with token_usage');
  return z.object(
    {
      'global index': string,
      prompt: string,
      prediction: string,
      accuracy: z.optional(unitScore),
      cost: measurement,
      generated_result: z.nullish(generated),
    },
    'an entry with global index, prompt and prediction',
  );
}
