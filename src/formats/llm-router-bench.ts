import { measured, recordIndex, type RoutingRecord } from '../records.js';
import { accept, array, object, parse, text, type Check } from '../validation.js';
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
  const check = fileCheck();
  const joined = new OutcomeJoin();
  for await (const [file, place] of each(files, 'files')) {
    const { model_name, dataset_name, records } = parse(check, file, 'invalid_records', place);
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

function fileCheck(): Check<LLMRouterBenchFile> {
  const record = object<LLMRouterBenchFile['records'][number]>(
    {
      index: recordIndex,
      origin_query: text(),
      score: accept(
        'a number from 0 to 1',
        (value) => value === null || (typeof value === 'number' && value >= 0 && value <= 1),
      ),
      prompt_tokens: measured,
      completion_tokens: measured,
      cost: measured,
    },
    'an object with index, origin_query and score',
  );
  return object<LLMRouterBenchFile>(
    { model_name: text(), dataset_name: text(), records: array(record) },
    'a result file: an object with model_name, dataset_name and records',
  );
}
