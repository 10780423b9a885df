import type { RoutingRecord } from '../records.js';
import type { LLMRouterBenchFile } from './documents.js';
import { OutcomeJoin } from './outcome-rows.js';
import { each, type Source } from './source.js';

/**
 * Reads LLMRouterBench's result files, `results/bench/<dataset>/<split>/<model>/<time>.json`, one parsed file after the
 * other, and joins the models' answers to the same query. Give it one file of each model and split: the newest, and none
 * marked `demo`.
 *
 * @throws RouterError `invalid_records` by place: `files[2].records[17].score: expected …`
 * @example
 * const router = await fitRouter(recordsFromLLMRouterBench(files), embedder);
 */
export async function* recordsFromLLMRouterBench(files: Source<LLMRouterBenchFile>): AsyncGenerator<RoutingRecord> {
  const { llmRouterBenchFile, llmRouterBenchRecord, readDocument } = await import('./schemas.js');
  const joined = new OutcomeJoin();
  for await (const [file, place] of each(files, 'files')) {
    const { model_name, dataset_name, records } = readDocument(llmRouterBenchFile, file, place);
    for await (const [value, at] of each(records, `${place}.records`)) {
      const own = readDocument(llmRouterBenchRecord, value, at);
      const { index, origin_query, score, prompt_tokens, completion_tokens, cost } = own;
      joined.add({
        query: origin_query,
        model: model_name,
        dataset: dataset_name,
        index,
        score,
        cost,
        input_tokens: prompt_tokens,
        output_tokens: completion_tokens,
      });
    }
  }
  yield* joined.records();
}
