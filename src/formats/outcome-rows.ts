import { measured, recordIndex, score, type RoutingRecord, type Usage } from '../records.js';
import { nullish, object, parse, text, vector, type Check } from '../validation.js';
import { each, type Source } from './source.js';

/**
 * One model's answer to one query: a row of a log, a table or a warehouse.
 * @example
 * const row: OutcomeRow = { query: 'Is 91 prime?', model: 'large', score: 1, input_tokens: 61, output_tokens: 240 };
 */
export interface OutcomeRow {
  readonly query: string;
  readonly model: string;
  /** Score in [0, 1] or a boolean; `null` or absent means "not observed". */
  readonly score?: number | boolean | null | undefined;
  /** Measured cost in USD. */
  readonly cost?: number | null | undefined;
  readonly input_tokens?: number | null | undefined;
  readonly output_tokens?: number | null | undefined;
  readonly dataset?: string | null | undefined;
  readonly index?: number | string | null | undefined;
  /** The query's embedding; one row of a query is enough. */
  readonly embedding?: ArrayLike<number> | null | undefined;
}

/**
 * Joins rows of one model each (the "long" form that logs and warehouses have) to records of one query each. Rows belong
 * together where dataset, index and query are the same; a model's second answer to the same query begins a second record,
 * so nothing is lost. Records come in the order of their first rows, after the last row was read.
 *
 * @param rows - in memory or streamed
 * @throws RouterError `invalid_records` by place: `rows[3].score: expected …`
 * @example
 * const rows = [
 *   { query: 'Is 91 prime?', model: 'large', score: 1, cost: 0.002 },
 *   { query: 'Is 91 prime?', model: 'small', score: 0, cost: 0.0001 },
 * ];
 * const router = await fitRouter(recordsFromRows(rows), embedder);
 */
export async function* recordsFromRows(rows: Source<OutcomeRow>): AsyncGenerator<RoutingRecord> {
  const check = rowCheck();
  const joined = new OutcomeJoin();
  for await (const [value, place] of each(rows, 'rows')) joined.add(parse(check, value, 'invalid_records', place));
  yield* joined.records();
}

function rowCheck(): Check<OutcomeRow> {
  return object<OutcomeRow>(
    {
      query: text(),
      model: text(),
      score,
      cost: measured,
      input_tokens: measured,
      output_tokens: measured,
      dataset: nullish(text()),
      index: nullish(recordIndex),
      embedding: nullish(vector),
    },
    'an object with query, model and score',
  );
}

interface Joined {
  readonly query: string;
  readonly dataset: string | null;
  readonly index: number | string | null;
  embedding: ArrayLike<number> | null;
  readonly outcomes: Map<string, { readonly score: number | boolean | null; readonly usage: Usage }>;
}

/** Rows of one model each, joined to records of one query each. */
export class OutcomeJoin {
  readonly #byQuery = new Map<string, Joined[]>();
  readonly #inOrder: Joined[] = [];

  add({ query, model, score, cost, input_tokens, output_tokens, dataset, index, embedding }: OutcomeRow): void {
    const key = JSON.stringify([dataset ?? null, index ?? null, query]);
    const same = this.#byQuery.get(key) ?? [];
    this.#byQuery.set(key, same);
    let joined = same.find(({ outcomes }) => !outcomes.has(model));
    if (!joined) {
      joined = { query, dataset: dataset ?? null, index: index ?? null, embedding: null, outcomes: new Map() };
      same.push(joined);
      this.#inOrder.push(joined);
    }
    joined.embedding ??= embedding ?? null;
    joined.outcomes.set(model, { score: score ?? null, usage: { cost, input_tokens, output_tokens } });
  }

  *records(): Generator<RoutingRecord> {
    for (const { outcomes, ...query } of this.#inOrder) {
      const entries = [...outcomes];
      yield {
        ...query,
        records: Object.fromEntries(entries.map(([model, { score }]) => [model, score])),
        usages: Object.fromEntries(entries.map(([model, { usage }]) => [model, usage])),
      };
    }
  }
}
