import { describe, expect, it } from 'vitest';
import { RouterError } from '../src/index.js';
import { readRecords } from '../src/records.js';
import { requireObservations } from '../src/table.js';
import { expectRouterError } from './support.js';

const unknown = NaN;

describe('readRecords', () => {
  it('reads the published JSONL line as it is', async () => {
    const line =
      '{"query": "2 + 2?", "records": {"b": 1.0, "a": 0}, "usages": {"a": {"cost": 0.5, "input_tokens": 3, ' +
      '"output_tokens": 4}, "b": {"cost": 0.25}}, "dataset": "sums", "index": 7, "extra": [1]}';
    const table = await readRecords([JSON.parse(line)]);
    expect(table.models).toEqual(['a', 'b']);
    expect(table.queries).toEqual([{ query: '2 + 2?', dataset: 'sums', embedding: undefined, place: 'records[0]' }]);
    expect([...table.outcomes.scores]).toEqual([0, 1]);
    expect([...table.outcomes.costs]).toEqual([0.5, 0.25]);
    expect([...table.outcomes.inputTokens]).toEqual([3, unknown]);
    expect([...table.outcomes.outputTokens]).toEqual([4, unknown]);
  });

  it('takes booleans as 1 and 0, and null, undefined and absent as not observed', async () => {
    const { outcomes } = await readRecords([
      { query: 'q', records: { a: true, b: false, c: null, d: undefined, e: 0.5 } },
      { query: 'r', records: { f: 0 } },
    ]);
    expect([...outcomes.scores]).toEqual([
      1,
      0,
      unknown,
      unknown,
      0.5,
      unknown,
      ...new Array<number>(5).fill(unknown),
      0,
    ]);
  });

  it.each([undefined, null, -1, NaN, Infinity, -Infinity, 1.01e50])(
    'takes a cost of %s as not observed, never free',
    async (cost) => {
      const { outcomes } = await readRecords([{ query: 'q', records: { a: 1 }, usages: { a: { cost } } }]);
      expect([...outcomes.costs]).toEqual([unknown]);
    },
  );

  it.each([0, 5e-324, 1e50])('takes a cost of %s as it is', async (cost) => {
    const { outcomes } = await readRecords([{ query: 'q', records: { a: 1 }, usages: { a: { cost } } }]);
    expect([...outcomes.costs]).toEqual([cost]);
  });

  it('keeps a cost without a score, and a score without a cost', async () => {
    const { outcomes } = await readRecords([
      { query: 'q', records: { a: null, b: 1 }, usages: { a: { cost: 0.1 }, b: null } },
    ]);
    expect([...outcomes.scores]).toEqual([unknown, 1]);
    expect([...outcomes.costs]).toEqual([0.1, unknown]);
  });

  it('fills in missing costs from prices in either spelling, and never replaces a measured one', async () => {
    const prices = { a: { input: 2, output: 10 }, notInTheRecords: { input: 1, output: 1 } };
    const usages = [
      { a: { input_tokens: 1000, output_tokens: 100 } },
      { a: { prompt_tokens: 1000, completion_tokens: 200 } },
      { a: { cost: 0.5, input_tokens: 1000, output_tokens: 100 } },
      { a: { input_tokens: 1000 } },
      { a: { cost: -1, input_tokens: 0, output_tokens: 0 } },
    ];
    const { outcomes } = await readRecords(
      usages.map((usage, i) => ({ query: `q${i}`, records: { a: 1 }, usages: usage })),
      {
        prices,
      },
    );
    // 1000 · $2/M + 100 · $10/M = $0.003; 200 output tokens: $0.004.
    expect([...outcomes.costs]).toEqual([0.003, 0.004, 0.5, unknown, 0]);
  });

  it('sorts by code unit, and does not depend on the order of the log', async () => {
    const records = ['é', 'Z', 'a', '😀', '', 'a', '中'].map((query, i) => ({
      query,
      records: { m: i / 10 },
      dataset: i === 5 ? 'x' : 'y',
    }));
    const table = await readRecords(records);
    expect(table.queries.map(({ query }) => query)).toEqual(['', 'Z', 'a', 'a', 'é', '中', '😀']);
    expect(table.queries.slice(2, 4).map(({ dataset }) => dataset)).toEqual(['x', 'y']);
    const reversed = await readRecords([...records].reverse());
    const withoutPlaces = ({ queries, ...rest }: typeof table): unknown => ({
      ...rest,
      queries: queries.map((query) => ({ ...query, place: '' })),
    });
    expect(withoutPlaces(reversed)).toEqual(withoutPlaces(table));
  });

  it('takes the same query twice, told apart by outcome or embedding alone', async () => {
    const twins = [
      { query: 'q', records: { a: 1, b: null } },
      { query: 'q', records: { a: 1, b: 0 } },
      { query: 'q', records: { a: 0, b: 0 }, embedding: [1, 2] },
      { query: 'q', records: { a: 0, b: 0 }, embedding: [1, 1] },
    ];
    const forwards = await readRecords(twins);
    const backwards = await readRecords([...twins].reverse());
    expect(forwards.outcomes).toEqual(backwards.outcomes);
    const embeddings = forwards.queries.map(({ embedding }) => embedding);
    expect(backwards.queries.map(({ embedding }) => embedding)).toEqual(embeddings);
    // No embedding before one; 1 before 2. The scores of b: not observed before 0.
    expect(embeddings).toEqual([undefined, undefined, [1, 1], [1, 2]]);
    expect([...forwards.outcomes.scores]).toEqual([1, unknown, 1, 0, 0, 0, 0, 0]);
  });

  it('orders embeddings by their lengths, then number by number', async () => {
    const embeddings = [[2], [3], [1, 9], [2, 0], [2, 1]];
    for (const order of [embeddings, [...embeddings].reverse()]) {
      const { queries } = await readRecords(order.map((embedding) => ({ query: 'q', records: { a: 1 }, embedding })));
      expect(queries.map(({ embedding }) => embedding)).toEqual(embeddings);
    }
  });

  it('keeps the outcomes of every model apart', async () => {
    const usage = (n: number) => ({ cost: n, input_tokens: n + 1, output_tokens: n + 2 });
    const { outcomes } = await readRecords([
      { query: 'r', records: { a: 0.1, b: 0.2, c: 0.3 }, usages: { a: usage(10), b: usage(20), c: usage(30) } },
      { query: 'q', records: { a: 0.4, b: 0.5, c: 0.6 }, usages: { a: usage(40), b: usage(50), c: usage(60) } },
    ]);
    expect(outcomes).toEqual({
      models: 3,
      scores: Float64Array.of(0.4, 0.5, 0.6, 0.1, 0.2, 0.3),
      costs: Float64Array.of(40, 50, 60, 10, 20, 30),
      inputTokens: Float64Array.of(41, 51, 61, 11, 21, 31),
      outputTokens: Float64Array.of(42, 52, 62, 12, 22, 32),
    });
  });

  it('reads any iterable and any async iterable', async () => {
    const lines = [
      { query: 'q', records: { a: 1 } },
      { query: 'r', records: { a: 0 } },
    ];
    async function* stream() {
      for (const line of lines) yield await Promise.resolve(line);
    }
    const table = await readRecords(lines);
    expect(await readRecords(new Set(lines))).toEqual(table);
    expect(await readRecords(stream())).toEqual(table);
  });

  it('leaves out models and datasets', async () => {
    const table = await readRecords(
      [
        { query: 'q', records: { a: 1, b: 1 }, dataset: 'x' },
        { query: 'r', records: { a: 0, b: 1, c: 1 }, dataset: 'y' },
        { query: 's', records: { a: 0, b: 0 } },
      ],
      { excludedModels: ['b'], excludedDatasets: ['y'] },
    );
    expect(table.models).toEqual(['a']);
    expect([...table.outcomes.scores]).toEqual([1, 0]);
  });

  it('is not misled by models named like properties of every object', async () => {
    const table = await readRecords([
      { query: 'q', records: { constructor: 1, a: 1 } },
      { query: 'r', records: { a: 0 } },
    ]);
    expect(table.models).toEqual(['a', 'constructor']);
    expect([...table.outcomes.scores]).toEqual([1, 1, 0, unknown]);
  });

  it('reports how far it has come, and stops when aborted', async () => {
    const records = Array.from({ length: 2500 }, (_, i) => ({ query: `q${i}`, records: { a: 1 } }));
    const seen: [number, number | null][] = [];
    await readRecords(records, { onRecord: (completed, total) => seen.push([completed, total]) });
    expect(seen).toEqual([
      [1024, 2500],
      [2048, 2500],
      // Read; then made a table in as many pieces.
      [2500, 2500],
      [2500, 2500],
      [2500, 2500],
    ]);
    expect((await readRecords(records)).queries).toHaveLength(2500);
    const controller = new AbortController();
    const reason = new Error('enough');
    const reading = readRecords(records, {
      signal: controller.signal,
      onRecord: () => {
        controller.abort(reason);
      },
    });
    await expect(reading).rejects.toBe(reason);
  });
});

describe('malformed records', () => {
  const good = { query: 'q', records: { a: 1 } };
  it.each<[string, unknown, string]>([
    ['no iterable', 7, 'records: expected an iterable of records, got 7'],
    ['a string', 'abc', 'records: expected an iterable of records, got "abc"'],
    ['nothing', undefined, 'records: expected an iterable of records, got undefined'],
    ['null instead of a list', null, 'records: expected an iterable of records, got null'],
    ['one record', good, 'records: expected an iterable of records, got an object'],
    ['none', [], 'records: expected at least one record, got 0'],
    ['null', [good, null], 'records[1]: expected an object with query and records, got null'],
    ['an array', [[1]], 'records[0]: expected an object with query and records, got an array of 1'],
    ['no query', [{ records: { a: 1 } }], 'records[0].query: expected a string, got undefined'],
    ['a numeric query', [{ ...good, query: 4 }], 'records[0].query: expected a string, got 4'],
    ['no records', [{ query: 'q' }], 'records[0].records: expected an object by model, got undefined'],
    [
      'scores in an array',
      [{ query: 'q', records: [1] }],
      'records[0].records: expected an object by model, got an array of 1',
    ],
    [
      'a score in percent',
      [good, good, { query: 'q', records: { 'gpt-5': 71 } }],
      'records[2].records["gpt-5"]: expected a score in [0, 1], a boolean or null, got 71',
    ],
    [
      'a negative score',
      [{ query: 'q', records: { a: -0.1 } }],
      'records[0].records.a: expected a score in [0, 1], a boolean or null, got -0.1',
    ],
    [
      'a NaN score',
      [{ query: 'q', records: { a: NaN } }],
      'records[0].records.a: expected a score in [0, 1], a boolean or null, got NaN',
    ],
    [
      'a score in quotes',
      [{ query: 'q', records: { a: '1' } }],
      'records[0].records.a: expected a score in [0, 1], a boolean or null, got "1"',
    ],
    [
      'usages in an array',
      [{ ...good, usages: [] }],
      'records[0].usages: expected an object by model, got an array of 0',
    ],
    [
      'a usage of 3',
      [{ ...good, usages: { a: 3 } }],
      'records[0].usages.a: expected an object with cost or token counts, got 3',
    ],
    [
      'a cost in quotes',
      [{ ...good, usages: { a: { cost: '0.1' } } }],
      'records[0].usages.a.cost: expected a number, got "0.1"',
    ],
    [
      'tokens in quotes',
      [{ ...good, usages: { a: { input_tokens: '9' } } }],
      'records[0].usages.a.input_tokens: expected a number, got "9"',
    ],
    ['a numeric dataset', [{ ...good, dataset: 3 }], 'records[0].dataset: expected a string, got 3'],
    ['an index of objects', [{ ...good, index: {} }], 'records[0].index: expected a number or a string, got an object'],
    [
      'an embedding of text',
      [{ ...good, embedding: 'abc' }],
      'records[0].embedding: expected an array of numbers, got "abc"',
    ],
    ['a record that is a function', [() => 0], 'records[0]: expected an object with query and records, got a function'],
  ])('%s', async (_, records, message) => {
    await expectRouterError(() => readRecords(records), 'invalid_records', message);
  });

  it('names the place at which a source fails, and keeps its error as cause', async () => {
    const failure = new Error('connection lost');
    function* lines(): Generator {
      yield good;
      yield good;
      throw failure;
    }
    const message = 'records[2]: expected a record, got the error: connection lost';
    const { cause } = await expectRouterError(() => readRecords(lines()), 'invalid_records', message);
    expect(cause).toBe(failure);
    // It may have failed because it was told to stop.
    const reason = new Error('enough');
    await expect(readRecords(lines(), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it("lets a source's own RouterError through", async () => {
    const failure = new RouterError('invalid_records', 'line 3: expected JSON, got ","');
    function* lines(): Generator {
      yield good;
      throw failure;
    }
    await expect(readRecords(lines())).rejects.toBe(failure);
  });

  it('names the records where an embedding of theirs cannot be read', async () => {
    const failure = new Error('detached');
    const hostile = {
      length: 2,
      get 0(): number {
        throw failure;
      },
    };
    const twins = [hostile, hostile].map((embedding) => ({ ...good, embedding }));
    const message = 'records: expected a value that can be read, got the error: detached';
    const { cause } = await expectRouterError(() => readRecords(twins), 'invalid_records', message);
    expect(cause).toBe(failure);
  });

  it('takes an index of either kind', async () => {
    await expect(readRecords([{ ...good, index: 7 }])).resolves.toBeDefined();
    await expect(readRecords([{ ...good, index: 'math/7' }])).resolves.toBeDefined();
  });

  it.each<[string, unknown, string]>([
    [
      'a model never scored',
      [{ query: 'q', records: { a: 1, b: null } }],
      'records: expected a score of "b" in at least one record, got none; leave it out with excludedModels',
    ],
    [
      'a model that only cost money',
      [{ query: 'q', records: { a: 1 }, usages: { b: { cost: 1 } } }],
      'records: expected a score of "b" in at least one record, got none; leave it out with excludedModels',
    ],
    [
      'a model without a cost',
      [{ query: 'q', records: { a: 1, b: 1 }, usages: { a: { cost: 1 } } }],
      'records: expected a cost of "b" in at least one record, as other models have one, got none; give its prices or leave it out with excludedModels',
    ],
    ['no model at all', [{ query: 'q', records: {} }], 'records: expected at least one model, got none'],
  ])('%s cannot be fitted', async (_, records, message) => {
    const table = await readRecords(records);
    await expectRouterError(
      () => {
        requireObservations(table);
      },
      'invalid_records',
      message,
    );
  });

  it('names a dataset or model that does not occur', async () => {
    const records = [{ query: 'q', records: { a: 1 }, dataset: 'x' }];
    const several = ['y', undefined, 'x', null].map((dataset) => ({ ...records[0], dataset }));
    await expectRouterError(
      () => readRecords(several, { excludedDatasets: ['z'] }),
      'invalid_options',
      'options.excludedDatasets[0]: expected a dataset of the records (x, y), got "z"',
    );
    await expectRouterError(
      () => readRecords(records, { excludedDatasets: ['x', 'z'] }),
      'invalid_options',
      'options.excludedDatasets[1]: expected a dataset of the records (x), got "z"',
    );
    await expectRouterError(
      () => readRecords(records, { excludedModels: ['b'] }),
      'invalid_options',
      'options.excludedModels[0]: expected a model of the records (a), got "b"',
    );
    await expectRouterError(
      () => readRecords(records, { excludedDatasets: ['x'] }),
      'invalid_records',
      'records: expected at least one record outside the excluded datasets, got 0 of 1',
    );
  });
});
