import { describe, expect, it } from 'vitest';
import {
  cachedEmbedder,
  centroidsFromNpy,
  fitRouter,
  googleEmbedder,
  mergeRouters,
  openaiEmbedder,
  recordsFromLangfuse,
  recordsFromLLMRouterBench,
  recordsFromOpenTelemetry,
  recordsFromRouterBench,
  recordsFromRows,
  Router,
  routerFromStatistics,
  splitRecords,
  voyageEmbedder,
  type RouteDecision,
  type RouterErrorCode,
} from '../../src/index.js';
import { expectRouterError, simulatedRecords, topicSpace } from '../support.js';

const router = await fitRouter(simulatedRecords(), topicSpace, { clusters: 3 });
const state = router.toJSON();
const decision = router.route([1, 0, 0, 0, 0]);

/** An array that claims to be as long as memory is not. */
const sparse = (...items: unknown[]): never => Object.assign(items, { length: 2 ** 31 }) as never;

const trap = new Error('a trap');
const trapped = new Proxy([], {
  get: () => {
    throw trap;
  },
}) as never;
const { proxy, revoke } = Proxy.revocable({}, {});
revoke();
const revoked = proxy as never;

async function drain(records: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of records);
}

const npyHeader = "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000, 0), }\n";
const npyOfNoColumns = Uint8Array.from([
  ...[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, npyHeader.length, 0],
  ...Array.from(npyHeader, (letter) => letter.charCodeAt(0)),
]);

const texts = [{ query: 'a?', records: { a: 1 } }];
const answers = (answer: unknown) => () => Promise.resolve(answer) as never;
const model = { model: 'm' };
const stored = (vector: unknown) => cachedEmbedder(embedderOf([vector]), new Map());
const embedderOf = (vectors: unknown) => ({ id: 'e', embed: () => Promise.resolve(vectors as number[][]) });

/** Each of these once ended the process, ran for minutes, or threw somebody else's error. */
const findings: [what: string, act: () => unknown, code: RouterErrorCode, message: RegExp | string][] = [
  [
    'mergeRouters of a sparse array',
    () => mergeRouters(sparse(router)),
    'invalid_options',
    'routers[1]: expected a router made by fitRouter or Router.fromJSON, got undefined',
  ],
  [
    'explain of a decision with a sparse list',
    () => router.explain({ ...decision, excluded: sparse() }),
    'invalid_options',
    'decision.excluded[0]: expected an object, got undefined',
  ],
  [
    'explain of a decision for no model of the router',
    () => router.explain({ ...decision, ranking: [{ ...decision.ranking[0], model: Symbol('a\nb') as never }] }),
    'invalid_options',
    /^decision\.ranking\[0\]\.model: expected a model of the router \(.*\), got Symbol\(a b\)$/,
  ],
  [
    'explain of a fallback for no known reason',
    () => router.explain({ ...decision, fallback: 'line\nline' as never }),
    'invalid_options',
    "decision.fallback: expected 'max_novelty' or 'no_candidate', got \"line\\nline\"",
  ],
  [
    'explain of a decision that lacks its ranking',
    () => router.explain({ router: router.fingerprint, excluded: [] } as unknown as RouteDecision<never>),
    'invalid_options',
    "decision.basis: expected 'query' or 'prior', got undefined",
  ],
  [
    'a state that claims a billion dimensions, of which it uses one',
    () => Router.fromJSON({ ...state, embedding: { ...state.embedding, dimensions: 1e9 } }),
    'invalid_state',
    'state.embedding.dimensions: expected a whole number from 1 to 65536, got 1000000000',
  ],
  [
    'a state whose costs are so large that their range is no number',
    () => Router.fromJSON({ ...state, cells: { ...state.cells, costSum: state.cells.costSum.with(0, 1e308) } }),
    'invalid_state',
    'state.cells.costSum[0]: expected at most 1e+100, got 1e+308',
  ],
  [
    'a message of two lines, where a model without a score is called so',
    () => fitRouter([{ query: 'a?', records: { 'two\u2028lines': null } }], topicSpace),
    'invalid_records',
    'records: expected a score of "two lines" in at least one record, got none; leave it out with excludedModels',
  ],
  ['splitRecords of a revoked Proxy', () => splitRecords(revoked), 'invalid_records', /^records: expected /],
  [
    'routerFromStatistics of rows that throw',
    () =>
      routerFromStatistics({
        embedding: { id: 'x', dimensions: 1 },
        centroids: [[1]],
        statistics: (function* () {
          yield* trapped as never[];
        })(),
      }),
    'invalid_options',
    'statistics: expected a value that can be read, got the error: a trap',
  ],
  [
    'rows that throw',
    () => drain(recordsFromRows(trapped)),
    'invalid_records',
    'rows[0]: expected a value, got the error: a trap',
  ],
  [
    'a revoked Proxy for rows',
    () => drain(recordsFromRows(revoked)),
    'invalid_records',
    /^rows\[0\]: expected a value/,
  ],
  [
    'Langfuse of nothing',
    () => drain(recordsFromLangfuse(undefined as never, 'correctness')),
    'invalid_records',
    'export: expected an object with observations and scores, got undefined',
  ],
  [
    'OpenTelemetry of a sparse list of spans',
    () => drain(recordsFromOpenTelemetry([{ resourceSpans: sparse() }], 'correctness')),
    'invalid_records',
    'exports: expected an event gen_ai.evaluation.result named "correctness", got none',
  ],
  [
    'LLMRouterBench with a sparse list of records',
    () => drain(recordsFromLLMRouterBench([{ model_name: 'a', dataset_name: 'b', records: sparse() }])),
    'invalid_records',
    'files[0].records[0]: expected an object with index, origin_query and score, got undefined',
  ],
  [
    'LLMRouterBench with a list of records that throws',
    () => drain(recordsFromLLMRouterBench([{ model_name: 'a', dataset_name: 'b', records: trapped }])),
    'invalid_records',
    'files[0].records[0]: expected a value, got the error: a trap',
  ],
  [
    'RouterBench with a column that throws',
    () =>
      drain(
        recordsFromRouterBench([
          Object.defineProperty({ prompt: 'a?', 'a|total_cost': 1, a: 1 }, 'a', {
            get: () => {
              throw trap;
            },
          }),
        ]),
      ),
    'invalid_records',
    /^rows\[0\]: expected /,
  ],
  [
    'an answer of OpenAI that claims to be endless',
    () => fitRouter(texts, openaiEmbedder({ embeddings: { create: answers({ data: sparse() }) } }, model)),
    'embedder_failed',
    'embedder "openai/m" for records[0]: expected 1 vectors, got 2147483648',
  ],
  [
    'an answer of Voyage that claims to be endless',
    () => fitRouter(texts, voyageEmbedder({ embed: answers({ data: sparse() }) }, model)),
    'embedder_failed',
    'embedder "voyage/m" for records[0]: expected 1 vectors, got 2147483648',
  ],
  [
    'an answer of Google that claims to be endless',
    () => fitRouter(texts, googleEmbedder({ models: { embedContent: answers({ embeddings: sparse() }) } }, model)),
    'embedder_failed',
    'embedder "google/m/CLUSTERING" for records[0]: expected 1 vectors, got 2147483648',
  ],
  [
    'a vector to be stored that claims to be endless',
    () => fitRouter(texts, stored(sparse())),
    'embedder_failed',
    /^embedder "e" for records\[0\]: .* embedding of "a\?" by "e": expected at most 65536 dimensions, got 2147483648$/,
  ],
  [
    'a vector to be stored that is none',
    () => fitRouter(texts, stored(null)),
    'embedder_failed',
    /^embedder "e" for records\[0\]: .* embedding of "a\?" by "e": expected an array of numbers, got null$/,
  ],
  [
    'vectors that throw when they are read',
    () => fitRouter(texts, embedderOf(Object.defineProperty([1], 0, { get: () => trapped[0] as unknown }))),
    'embedder_failed',
    'embedder "e" for records[0]: expected a value that can be read, got the error: a trap',
  ],
  [
    'a NumPy file that is none',
    () => centroidsFromNpy(3 as never),
    'invalid_records',
    /^npy: expected the bytes of a file/,
  ],
  [
    'a NumPy file of no columns',
    () => centroidsFromNpy(npyOfNoColumns),
    'invalid_records',
    /^npy: expected two dimensions/,
  ],
];

describe('what the fuzzing found', () => {
  it.each(findings)('%s', async (_, act, code, message) => {
    const start = performance.now();
    await expectRouterError(act, code, message);
    // It ran for minutes; a busy machine may take its time.
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
