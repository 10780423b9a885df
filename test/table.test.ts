import { describe, expect, it } from 'vitest';
import { readRecords } from '../src/records.js';
import { fittableModels, isScored, partOfTable, requireObservations, type OutcomeTable } from '../src/table.js';
import { expectRouterError } from './support.js';

const [yes, no] = [{ cost: 1 }, { cost: null }];

/** Models a, b, c on queries q0, q1, q2: c has no score, b no cost. */
const read = (costs = true): Promise<OutcomeTable> =>
  readRecords([
    { query: 'q0', records: { a: 1, b: 0.5, c: null }, usages: costs ? { a: { cost: 4 }, b: no, c: yes } : null },
    { query: 'q1', records: { a: 0, b: null, c: null }, usages: costs ? { a: { cost: 5, input_tokens: 7 } } : null },
    { query: 'q2', records: { a: 0.25, b: 0.75 }, usages: costs ? { a: { cost: 6, output_tokens: 8 } } : null },
  ]);

describe('partOfTable', () => {
  it('takes some queries and some models, each where it stands', async () => {
    const { models, queries, outcomes } = partOfTable(await read(), Int32Array.of(2, 1), ['b', 'a']);
    expect(models).toEqual(['b', 'a']);
    expect(queries.map(({ query }) => query)).toEqual(['q2', 'q1']);
    expect(outcomes).toEqual({
      models: 2,
      scores: Float64Array.of(0.75, 0.25, NaN, 0),
      costs: Float64Array.of(NaN, 6, NaN, 5),
      inputTokens: Float64Array.of(NaN, NaN, NaN, 7),
      outputTokens: Float64Array.of(NaN, 8, NaN, NaN),
    });
  });
});

describe('what a fit can take', () => {
  it('is every model with a score, and with a cost where any has one', async () => {
    expect(fittableModels(await read())).toEqual(['a']);
    expect(fittableModels(await read(false))).toEqual(['a', 'b']);
  });

  it('is scored or not, or unknown', async () => {
    const table = await read();
    expect(['a', 'b', 'c', 'd'].map((model) => isScored(table, model))).toEqual([true, true, false, false]);
  });

  it('is refused by the name of the model that lacks something', async () => {
    const without = (table: OutcomeTable, ...models: string[]): OutcomeTable =>
      partOfTable(table, Int32Array.of(0, 1, 2), models);
    const table = await read();
    await expectRouterError(
      () => {
        requireObservations(table);
      },
      'invalid_records',
      /^records: expected a score of "c" /,
    );
    await expectRouterError(
      () => {
        requireObservations(without(table, 'a', 'b'));
      },
      'invalid_records',
      'records: expected a cost of "b" in at least one record, as other models have one, got none; ' +
        'give its prices or leave it out with excludedModels',
    );
    await expectRouterError(
      () => {
        requireObservations(without(table));
      },
      'invalid_records',
      /^records: expected at least one model/,
    );
    expect(() => {
      requireObservations(without(table, 'a'));
    }).not.toThrow();
    const free = await read(false);
    expect(() => {
      requireObservations(without(free, 'a', 'b'));
    }).not.toThrow();
  });
});
