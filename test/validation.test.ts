import { describe, expect, it } from 'vitest';
import { alphaFor, fitRouter, Router, tradeoffCurve, type RouteDecision, type RouterErrorCode } from '../src/index.js';
import {
  array,
  byName,
  describe as inWords,
  list,
  member,
  mismatch,
  nonNegative,
  object,
  oneOf,
  optional,
  parse,
  partialObject,
  strictObject,
  text,
  type Check,
} from '../src/validation.js';
import { expectRouterError, record, simulatedRecords, topicSpace } from './support.js';

const read = <T>(check: Check<T>, value: unknown): T => parse(check, value, 'invalid_options', 'options');
const expectRefused = (check: Check<unknown>, value: unknown, message: string) =>
  expectRouterError(() => read(check, value), 'invalid_options', message);

describe('a check', () => {
  it('gives objects and arrays back as fresh copies, without keys that have no value', () => {
    const value = { list: [1, 2], none: undefined };
    const copy = read(strictObject({ list: array(nonNegative), none: optional(text()) }), value);
    expect(copy).toStrictEqual({ list: [1, 2] });
    expect(copy.list).not.toBe(value.list);
  });

  it('names the way to what is wrong, however deep', async () => {
    const check = object({ prices: byName(strictObject({ input: array(nonNegative) }), 'an object by model') });
    await expectRefused(
      check,
      { prices: { 'gpt-5': { input: [0, -1] } } },
      'options.prices["gpt-5"].input[1]: expected a finite number ≥ 0, got -1',
    );
    await expectRefused(check, { prices: [] }, 'options.prices: expected an object by model, got an array of 0');
  });

  it('refuses keys it does not know where it is strict', async () => {
    const shape = { a: nonNegative, b: nonNegative };
    expect(read(object(shape), { a: 1, b: 2, c: 3 })).toEqual({ a: 1, b: 2 });
    await expectRefused(
      strictObject(shape),
      { a: 1, b: 2, c: 3 },
      'options: expected only the keys a, b, got the key "c"',
    );
    await expectRefused(strictObject(shape), { a: 1 }, 'options.b: expected a finite number ≥ 0, got undefined');
    expect(read(partialObject(shape), { a: 1, b: undefined })).toStrictEqual({ a: 1 });
    await expectRefused(partialObject(shape), { a: null }, 'options.a: expected a finite number ≥ 0, got null');
  });

  it('lists what it takes', async () => {
    await expectRefused(oneOf('a'), 'x', `options: expected 'a', got "x"`);
    await expectRefused(oneOf('a', 'b', 'c'), 1, `options: expected 'a', 'b' or 'c', got 1`);
    await expectRefused(oneOf(1, 2), '1', 'options: expected 1 or 2, got "1"');
  });

  it('ends at the first hole of a sparse array, whatever length that claims', () =>
    expectRefused(
      array(nonNegative),
      Object.assign([1], { length: 2 ** 32 - 1 }),
      'options[1]: expected a finite number ≥ 0, got undefined',
    ));

  it('keeps a name that JSON.parse makes an own key and an assignment would lose', () => {
    const copy = read(byName(nonNegative, 'an object by model'), JSON.parse('{ "__proto__": 1, "constructor": 2 }'));
    expect(Object.entries(copy)).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });
});

describe('what a getter or Proxy of an input throws', () => {
  const cause = new Error('boom\nand more');
  const hostile = {
    get value(): never {
      throw cause;
    },
  };
  it('gets a place and stays the cause', async () => {
    const error = await expectRefused(
      object({ value: text() }),
      hostile,
      'options.value: expected a value that can be read, got the error: boom and more',
    );
    expect(error.cause).toBe(cause);
  });

  it('does so in records, states and embeddings', async () => {
    const boom = /got the error: boom and more$/;
    const broken = {
      ...record('q', [1, 0], { a: [1, 1] }),
      get dataset() {
        return hostile.value;
      },
    };
    await expectRouterError(() => fitRouter([broken], topicSpace), 'invalid_records', boom);
    await expectRouterError(() => Router.fromJSON(new Proxy({}, { get: () => hostile.value })), 'invalid_state', boom);
    const router = await fitRouter(simulatedRecords(), topicSpace);
    const embedding = new Proxy([], { get: (_, key) => (key === 'length' ? 5 : hostile.value) });
    await expectRouterError(() => router.route(embedding), 'invalid_embedding', boom);
  });
});

describe('what fuzzing found', () => {
  const records = simulatedRecords();
  const boom = (): never => {
    throw new Error('boom');
  };

  it.each<[string, () => unknown, RouterErrorCode, string]>([
    [
      'two records that are equal but for embeddings of absurd length',
      () =>
        fitRouter(
          [records[0]!, records[0]!].map((one) => ({ ...one, embedding: { length: 2 ** 31 } })),
          topicSpace,
        ),
      'invalid_records',
      'records[0].embedding: expected at most 65536 dimensions, got 2147483648',
    ],
    [
      'an embedder of a billion dimensions',
      () => fitRouter(records, { id: 'topics', dimensions: 1e9 }),
      'invalid_options',
      'embedder.dimensions: expected a whole number from 1 to 65536, got 1000000000',
    ],
    [
      'a BigInt in a centroid',
      () => fitRouter(records, topicSpace, { centroids: [[1n, 0, 0, 0, 0] as unknown as number[]] }),
      'invalid_options',
      'options.centroids[0][0]: expected a finite number, got 1n',
    ],
    [
      'records that fail as they are read',
      () =>
        fitRouter(
          (function* () {
            yield records[0]!;
            boom();
          })(),
          topicSpace,
        ),
      'invalid_records',
      'records[1]: expected a record, got the error: boom',
    ],
    [
      'records behind a revoked Proxy',
      () => {
        const { proxy, revoke } = Proxy.revocable(records, {});
        revoke();
        return fitRouter(proxy, topicSpace);
      },
      'invalid_records',
      "records[0]: expected a record, got the error: Cannot perform 'has' on a proxy that has been revoked",
    ],
    [
      'a sparse array of embeddings as traffic',
      async () =>
        tradeoffCurve(await fitRouter(records, topicSpace), Object.assign([[1, 0, 0, 0, 0]], { length: 2 ** 31 })),
      'invalid_embedding',
      'traffic[1]: expected an array of numbers, got undefined',
    ],
    [
      'a batch of negative length',
      async () => (await fitRouter(records, topicSpace)).routeBatch({ length: -1 } as never),
      'invalid_embedding',
      'embeddings: expected an array of vectors, got an object',
    ],
    [
      'a constraint whose getter throws',
      async () =>
        (await fitRouter(records, topicSpace)).prior(
          1,
          Object.defineProperty({}, 'models', { get: boom, enumerable: true }),
        ),
      'invalid_constraints',
      'constraints.models: expected a value that can be read, got the error: boom',
    ],
    [
      'a curve without breakpoints',
      () => alphaFor({} as never, { spend: 1 }),
      'invalid_options',
      'curve.breakpoints: expected an array, got undefined',
    ],
    [
      'no query, in a router without an embedder',
      async () => (await fitRouter(records, topicSpace)).routeQuery(undefined as never),
      'invalid_embedding',
      'query: expected a text to embed, got undefined',
    ],
    [
      'a router made by hand',
      () => new (Router as unknown as new () => Router)(),
      'invalid_state',
      'new Router(): expected fitRouter or Router.fromJSON in its place, got a call',
    ],
  ])('%s', async (_, act, code, message) => {
    await expectRouterError(act, code, message);
  });

  it('cannot disturb a route by an embedding whose getter routes again', async () => {
    const router = await fitRouter(records, topicSpace);
    const plain = [0.1, 0.9, 0.2, 0, 0];
    const expected = router.route(plain);
    const inner: RouteDecision[] = [];
    const embedding = new Proxy(plain, {
      get(target, key) {
        if (key === '2') inner.push(router.route([1, 0, 0, 0, 0]));
        return Reflect.get(target, key) as unknown;
      },
    });
    expect(router.route(embedding)).toEqual(expected);
    expect(router.routeBatch([plain, embedding])).toEqual([expected, expected]);
    expect(inner.length).toBeGreaterThan(1);
    expect(inner[0]).toEqual(router.route([1, 0, 0, 0, 0]));
  });
});

describe('a message', () => {
  it('is one line of fewer than 300 characters', () => {
    const long = 'x\n\u2028'.repeat(500);
    const { message } = mismatch('invalid_options', long, long, long);
    expect(message.length).toBeLessThan(300);
    expect(message).not.toMatch(/[\r\n\u2028\u2029]/);
  });

  it.each([
    ['a'.repeat(200), `"${'a'.repeat(60)}…"`],
    [1n, '1n'],
    [10n ** 200n, `1${'0'.repeat(58)}…`],
    [Symbol('s'), 'Symbol(s)'],
    [Symbol('a\nb'), 'Symbol(a b)'],
    [[1, 2], 'an array of 2'],
    [new Float32Array(2), 'a Float32Array'],
    [undefined, 'undefined'],
    [new Error('why'), 'the error: why'],
    [new Error('why\r\nnot'), 'the error: why not'],
  ])('describes %s', (value, expected) => {
    expect(inWords(value)).toBe(expected);
  });

  it('shows the first names of a long list, and writes members as code does', () => {
    expect(list([])).toBe('none');
    expect(list(['a', 'b'])).toBe('a, b');
    expect(list(Array.from({ length: 10 }, (_, i) => `m${i}`))).toBe('m0, m1, m2, m3, m4, m5, m6, m7 and 2 more');
    expect(member('cost')).toBe('.cost');
    expect(member('gpt-5')).toBe('["gpt-5"]');
    expect(member('\u0000'.repeat(60))).toHaveLength(82);
  });
});
