import { describe, expect, it } from 'vitest';
import { assignFolds } from '../../src/evaluation/split.js';
import { splitRecords, type RouterErrorCode, type RoutingRecord } from '../../src/index.js';
import { expectRouterError } from '../support.js';

const dataset = (name: string, queries: number): RoutingRecord[] =>
  Array.from({ length: queries }, (_, i) => ({ query: `${name} ${i}`, dataset: name, records: { a: 1 } }));
const queriesOf = (records: readonly RoutingRecord[]): string[] => records.map(({ query }) => query).sort();

describe('splitRecords', () => {
  const records = [...dataset('math', 10), ...dataset('code', 20), { query: 'stray', records: { a: 0 } }];

  it('splits each dataset by the ratio and loses nothing', () => {
    const { train, test } = splitRecords(records);
    const count = (part: readonly RoutingRecord[], name: string): number =>
      part.filter((record) => record.dataset === name).length;
    expect([count(train, 'math'), count(test, 'math')]).toEqual([7, 3]);
    expect([count(train, 'code'), count(test, 'code')]).toEqual([14, 6]);
    expect(queriesOf([...train, ...test])).toEqual(queriesOf(records));
  });

  it('keeps the ratio over datasets of one query each, which the seed tells apart', () => {
    const single = Array.from({ length: 100 }, (_, i) => dataset(`d${i}`, 1)[0]!);
    const { train, test } = splitRecords(single);
    expect([train.length, test.length]).toEqual([70, 30]);
    expect(queriesOf(splitRecords([...single].reverse()).train)).toEqual(queriesOf(train));
    expect(queriesOf(splitRecords(single, { seed: 8 }).train)).not.toEqual(queriesOf(train));
    expect(splitRecords(single, { trainRatio: 0 }).train).toEqual([]);
    expect(splitRecords(single, { trainRatio: 1 }).test).toEqual([]);
  });

  it('owes half a query at the most to any dataset', () => {
    // .7 of 3, 5 and 9 is 2.1, 3.5 and 6.3: 11.9 in all.
    const small = [...dataset('a', 3), ...dataset('b', 5), ...dataset('c', 9)];
    for (const seed of [1, 2, 3, 4]) {
      const { train } = splitRecords(small, { seed });
      expect(train).toHaveLength(12);
      const shares = ['a', 'b', 'c'].map((name) => train.filter((record) => record.dataset === name).length);
      shares.forEach((learned, i) => {
        expect(Math.abs(learned - [2.1, 3.5, 6.3][i]!)).toBeLessThan(1);
      });
    }
  });

  it('depends on the seed, and on neither the order of the records nor the other datasets', () => {
    const { train } = splitRecords(records, { seed: 7 });
    const reversed = splitRecords([...records].reverse(), { seed: 7 }).train;
    expect(queriesOf(reversed)).toEqual(queriesOf(train));
    expect(reversed.map(({ query }) => query)).not.toEqual(train.map(({ query }) => query));
    expect(queriesOf(splitRecords(records, { seed: 8 }).train)).not.toEqual(queriesOf(train));
    const math = splitRecords(dataset('math', 10), { seed: 7 }).train;
    expect(queriesOf(math)).toEqual(queriesOf(train.filter((record) => record.dataset === 'math')));
  });

  it('keeps the records of one query on one side, across datasets too', () => {
    const doubled = [...records, ...records, ...records.map((record) => ({ ...record, dataset: 'other' }))];
    for (const seed of [1, 2, 3]) {
      const { train, test } = splitRecords(doubled, { seed });
      const learnt = new Set(queriesOf(train));
      expect(test.filter(({ query }) => learnt.has(query))).toEqual([]);
      expect(train.length + test.length).toBe(doubled.length);
    }
  });

  it('counts a query of several datasets to the first by code unit, and one without a dataset to none, before all', () => {
    // Of every ten queries of their own seven are learnt: of those of b alone, of those of a (some also in b) and of those of none
    // (also in a). Counted elsewhere, a group would have twenty, and its halves would share fourteen by chance.
    const [shared, loose, own] = [dataset('shared', 10), dataset('loose', 10), dataset('own', 10)];
    const as = (part: readonly RoutingRecord[], name?: string) => part.map((r) => ({ ...r, dataset: name }));
    const all = [...as(shared, 'B'), ...as(own, 'B'), ...as(shared, 'A'), ...as(loose, 'A'), ...as(loose)];
    for (const order of [all, [...all].reverse()]) {
      for (const seed of [1, 2, 3, 4]) {
        const learnt = new Set(queriesOf(splitRecords(order, { seed }).train));
        const count = (part: readonly RoutingRecord[]): number => part.filter(({ query }) => learnt.has(query)).length;
        expect([count(shared), count(loose), count(own)]).toEqual([7, 7, 7]);
      }
    }
  });

  it('has defaults of 0.7 and 42', () => {
    expect(splitRecords(records)).toEqual(splitRecords(records, { trainRatio: 0.7, seed: 42 }));
    expect(splitRecords(records, { trainRatio: undefined })).toEqual(splitRecords(records));
  });

  it('owes nothing for queries that are held out or learnt whole', () => {
    // Half of ten is owed, whatever the nine of code and the eleven of math would have had.
    const mixed = [...dataset('math', 11), ...dataset('code', 9), ...dataset('free', 10)];
    for (const seed of [1, 2, 3, 4, 5]) {
      const options = { testOnly: ['math'], trainOnly: ['code'], trainRatio: 0.5, seed };
      expect(splitRecords(mixed, options).train).toHaveLength(9 + 5);
    }
  });

  it('holds datasets out, or in, whole', () => {
    const { train, test } = splitRecords(records, { testOnly: ['math'], trainOnly: ['code'], trainRatio: 0.5 });
    expect(queriesOf(test).filter((query) => query !== 'stray')).toEqual(queriesOf(dataset('math', 10)));
    expect(queriesOf(train).filter((query) => query !== 'stray')).toEqual(queriesOf(dataset('code', 20)));
    // A query of a held-out dataset is held out wherever else it occurs.
    const leak = [...records, { query: 'math 0', dataset: 'mixed', records: { a: 1 } }];
    expect(queriesOf(splitRecords(leak, { testOnly: ['math'], trainRatio: 1 }).train)).not.toContain('math 0');
  });

  it('names what is wrong', async () => {
    const both = [...records, { query: 'math 3', dataset: 'code', records: { a: 1 } }];
    const proxy = new Proxy<RoutingRecord[]>([], {
      get: () => {
        throw new Error('revoked');
      },
    });
    const cases: [() => unknown, RouterErrorCode, string][] = [
      [
        () => splitRecords(records, { testOnly: ['maths'] }),
        'invalid_options',
        'options.testOnly[0]: expected a dataset of the records (code, math), got "maths"',
      ],
      [
        () => splitRecords(records, { trainOnly: ['math', 'x'] }),
        'invalid_options',
        'options.trainOnly[1]: expected a dataset of the records (code, math), got "x"',
      ],
      [
        () => splitRecords([{ query: 'stray', dataset: null, records: { a: 0 } }], { testOnly: ['x'] }),
        'invalid_options',
        'options.testOnly[0]: expected a dataset of the records (none), got "x"',
      ],
      [
        () => splitRecords(records, { trainRatio: 70 }),
        'invalid_options',
        'options.trainRatio: expected a number from 0 to 1, got 70',
      ],
      [
        () => splitRecords(records, 0.8 as unknown as object),
        'invalid_options',
        'options: expected an object, got 0.8',
      ],
      [
        () => splitRecords(both, { testOnly: ['math'], trainOnly: ['code'] }),
        'invalid_records',
        'records[3].query: expected a query of testOnly or of trainOnly datasets, got one of both: "math 3"',
      ],
      [
        () => splitRecords([{} as RoutingRecord]),
        'invalid_records',
        'records[0].query: expected a string, got undefined',
      ],
      [
        () => splitRecords([...records, { query: 'late', records: { a: 71 } }]),
        'invalid_records',
        'records[31].records.a: expected a score in [0, 1], a boolean or null, got 71',
      ],
      [
        () => splitRecords({ length: 2 } as unknown as RoutingRecord[]),
        'invalid_records',
        'records: expected an array of records, got an object',
      ],
      [
        () => splitRecords('records' as unknown as RoutingRecord[]),
        'invalid_records',
        'records: expected an array of records, got "records"',
      ],
      [
        () => splitRecords(proxy),
        'invalid_records',
        'records: expected a value that can be read, got the error: revoked',
      ],
    ];
    for (const [run, code, message] of cases) await expectRouterError(run, code, message);
  });
});

describe('assignFolds', () => {
  const records = [...dataset('math', 7), ...dataset('code', 5), ...dataset('math', 7)];

  it('gives each fold its part of every dataset, and the records of one query one fold', () => {
    const folds = assignFolds(records, 3, 42);
    expect(folds.slice(0, 7)).toEqual(folds.slice(12));
    const sizes = (part: readonly number[]): number[] => [0, 1, 2].map((fold) => part.filter((f) => f === fold).length);
    expect(sizes(folds.slice(0, 7)).sort()).toEqual([2, 2, 3]);
    expect(sizes(folds.slice(7, 12)).sort()).toEqual([1, 2, 2]);
    expect(sizes(folds.slice(0, 12))).toEqual([4, 4, 4]);
  });

  it('deals folds out from dataset to dataset, by code unit of their names', () => {
    // One query each, so that there is nothing to shuffle; those of the first dataset by name are last by query, and in the log.
    const single = ['c', 'b', 'é', 'a', 'Z'].map((name, i) => ({ query: `${i}`, dataset: name }));
    expect(assignFolds(single, 3, 1)).toEqual([0, 2, 1, 1, 0]);
  });

  it('does not depend on the order of the records', () => {
    const reversed = assignFolds([...records].reverse(), 3, 42);
    expect(reversed.reverse()).toEqual(assignFolds(records, 3, 42));
  });
});
