import { measured, type RoutingRecord } from '../records.js';
import { describe, member, mismatch, nullish, parse, reading, unitInterval, type Check } from '../validation.js';
import { each, type Source } from './source.js';

/**
 * One row of RouterBench (arXiv 2403.12031): `prompt`, `sample_id`, `eval_name`, and for every model its score in a
 * column of its name, its cost in `<model>|total_cost` and its answer in `<model>|model_response`.
 * @example
 * const row: RouterBenchRow = { prompt: 'Is 91 prime?', 'gpt-4': 1, 'gpt-4|total_cost': 0.002, 'gpt-4|model_response': 'No' };
 */
export type RouterBenchRow = Readonly<Record<string, unknown>>;

const [costColumn, answerColumn] = ['|total_cost', '|model_response'];

/**
 * Reads RouterBench's wide table, row by row: what pandas writes with `to_json(orient='records', lines=True)`. A column
 * is a model's where a column of its costs or answers stands beside it; all others are left alone. The dataset is
 * `eval_name`.
 *
 * @throws RouterError `invalid_records` by place: `rows[3].gpt-4: expected a score …`
 * @example
 * const router = await fitRouter(recordsFromRouterBench(rows), embedder);
 */
export async function* recordsFromRouterBench(rows: Source<RouterBenchRow>): AsyncGenerator<RoutingRecord> {
  const { readDocument, routerBenchHead } = await import('./schemas.js');
  const score = nullish(unitInterval);
  for await (const [row, place] of each(rows, 'rows')) {
    const { prompt, sample_id, eval_name } = readDocument(routerBenchHead, row, place);
    const columns = row as RouterBenchRow;
    const names = reading('invalid_records', place, () => Object.keys(columns));
    const models = names.filter((name) => names.includes(name + costColumn) || names.includes(name + answerColumn));
    if (models.length === 0) {
      const expected = `a model's score beside its column "<model>${costColumn}"`;
      throw mismatch('invalid_records', place, expected, `the columns ${describe(names.join(', '))}`);
    }
    const read = <T>(check: Check<T>, column: string): T =>
      reading('invalid_records', place, () => parse(check, columns[column], 'invalid_records', place + member(column)));
    yield {
      query: prompt,
      index: sample_id,
      dataset: eval_name,
      records: Object.fromEntries(models.map((model) => [model, read(score, model)])),
      usages: Object.fromEntries(models.map((model) => [model, { cost: read(measured, model + costColumn) }])),
    };
  }
}
