import type { Outcomes } from './core/profile.js';
import { describe, mismatch } from './validation.js';

/** One record of an {@link OutcomeTable}, but for its outcomes. */
export interface EvaluatedQuery {
  readonly query: string;
  readonly dataset: string | undefined;
  readonly embedding: ArrayLike<number> | undefined;
  /** Where the record stood in the log, for messages: `records[17]`. */
  readonly place: string;
}

/** Records after the door: canonical order (query text by code unit), sorted models, NaN for "not observed". */
export interface OutcomeTable {
  readonly models: readonly string[];
  readonly queries: readonly EvaluatedQuery[];
  readonly outcomes: Outcomes;
}

/** Some queries of a table, in its order, with the outcomes of some of its models. */
export function partOfTable(table: OutcomeTable, queries: Int32Array, models: readonly string[]): OutcomeTable {
  const columns = models.map((model) => table.models.indexOf(model));
  const select = (values: Float64Array): Float64Array => {
    const part = new Float64Array(queries.length * columns.length);
    queries.forEach((query, row) => {
      columns.forEach((column, i) => {
        part[row * columns.length + i] = values[query * table.models.length + column]!;
      });
    });
    return part;
  };
  const { scores, costs, inputTokens, outputTokens } = table.outcomes;
  return {
    models,
    queries: Array.from(queries, (query) => table.queries[query]!),
    outcomes: {
      models: models.length,
      scores: select(scores),
      costs: select(costs),
      inputTokens: select(inputTokens),
      outputTokens: select(outputTokens),
    },
  };
}

/**
 * A fit needs of every model at least one score, and at least one cost if any model has one.
 *
 * @throws RouterError `invalid_records` naming the model
 */
export function requireObservations({ models, outcomes }: OutcomeTable): void {
  if (models.length === 0) throw mismatch('invalid_records', 'records', 'at least one model', 'none');
  const unscored = models.find((_, model) => !isObserved(outcomes.scores, models.length, model));
  if (unscored !== undefined) {
    const expected = `a score of ${describe(unscored)} in at least one record`;
    throw mismatch('invalid_records', 'records', expected, 'none; leave it out with excludedModels');
  }
  const uncosted = models.find((_, model) => !isObserved(outcomes.costs, models.length, model));
  if (uncosted !== undefined && outcomes.costs.some((cost) => !Number.isNaN(cost))) {
    const expected = `a cost of ${describe(uncosted)} in at least one record, as other models have one`;
    const advice = 'give its prices or leave it out with excludedModels';
    throw mismatch('invalid_records', 'records', expected, `none; ${advice}`);
  }
}

/** The models of a table that a fit can take: with a score, and with a cost if any model has one. */
export function fittableModels({ models, outcomes }: OutcomeTable): string[] {
  const withCosts = outcomes.costs.some((cost) => !Number.isNaN(cost));
  return models.filter(
    (_, model) =>
      isObserved(outcomes.scores, models.length, model) &&
      (!withCosts || isObserved(outcomes.costs, models.length, model)),
  );
}

/** Whether any record has a score of a model. */
export function isScored({ models, outcomes }: OutcomeTable, model: string): boolean {
  return models.includes(model) && isObserved(outcomes.scores, models.length, models.indexOf(model));
}

function isObserved(values: Float64Array, models: number, model: number): boolean {
  for (let entry = model; entry < values.length; entry += models) if (!Number.isNaN(values[entry]!)) return true;
  return false;
}
