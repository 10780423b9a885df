import * as z from 'zod/mini';
import type { RoutingRecord } from '../records.js';
import { measurement, position, readDocument, string, unitScore } from './document.js';
import { OutcomeJoin } from './outcome-rows.js';
import { each, type Source } from './source.js';

/**
 * One result file of LLMRouterBench (arXiv 2601.07206): what one model did on one split of one dataset.
 * @example
 * const file: LLMRouterBenchFile = {
 *   model_name: 'large',
 *   dataset_name: 'primes',
 *   records: [{ index: 0, origin_query: 'Is 91 prime?', score: 1, cost: 0.002 }],
 * };
 */
export interface LLMRouterBenchFile {
  /** In files that lack it: the name of their folder. */
  readonly model_name: string;
  readonly dataset_name: string;
  readonly records: readonly {
    readonly index: number | string;
    readonly origin_query: string;
    readonly score: number | null;
    readonly prompt_tokens?: number | null | undefined;
    readonly completion_tokens?: number | null | undefined;
    readonly cost?: number | null | undefined;
  }[];
}

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
  const schema = fileSchema();
  const joined = new OutcomeJoin();
  for await (const [file, place] of each(files, 'files')) {
    const { model_name, dataset_name, records } = readDocument(schema, file, place);
    for (const { index, origin_query, score, prompt_tokens, completion_tokens, cost } of records) {
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

function fileSchema(): z.ZodMiniType<LLMRouterBenchFile> {
  const record = z.object(
    {
      index: position,
      origin_query: string,
      score: unitScore,
      prompt_tokens: measurement,
      completion_tokens: measurement,
      cost: measurement,
    },
    'an object with index, origin_query and score',
  );
  return z.object(
    { model_name: string, dataset_name: string, records: z.array(record, 'an array') },
    'a result file: an object with model_name, dataset_name and records',
  );
}
