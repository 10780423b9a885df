import { readFileSync } from 'node:fs';
import {
  centroidsFromNpy,
  crossValidate,
  describeRouter,
  recordsFromLangfuse,
  recordsFromLLMRouterBench,
  recordsFromOpenTelemetry,
  recordsFromRouterArena,
  recordsFromRouterBench,
  recordsFromRows,
  Router,
  splitRecords,
  statisticsFromAvengersPro,
  type RoutingRecord,
} from '../../src/index.js';
import { asksForMuch, hostileValue, mutate } from './hostile.js';
import { plainState, recordsOf, vectorOf } from './inputs.js';
import { requireNumbers } from './invariants.js';
import type { Target } from './targets.js';

const formatFile = (name: string): string =>
  readFileSync(new URL(`../fixtures/formats/${name}`, import.meta.url), 'utf8');
const json = (name: string): unknown => JSON.parse(formatFile(name));
const lines = (name: string): unknown[] =>
  formatFile(name)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
const rows = [
  { query: 'a?', model: 'large', score: 1, cost: 0.1, dataset: 'x', index: 1 },
  { query: 'a?', model: 'small', score: 0, input_tokens: 3, output_tokens: 4 },
];

/** Two rows of three Float32, as NumPy writes them. */
const npyHeader = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n";
const npy = Uint8Array.from([
  ...[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, npyHeader.length, 0],
  ...Array.from(npyHeader, (letter) => letter.charCodeAt(0)),
  ...new Uint8Array(24),
]);

type Reader = (input: never) => AsyncIterable<RoutingRecord>;
const readers: readonly [input: unknown, read: Reader][] = [
  [rows, recordsFromRows],
  [lines('routerbench.jsonl'), recordsFromRouterBench],
  [json('llm-router-bench.json'), recordsFromLLMRouterBench],
  [json('router-arena.json'), recordsFromRouterArena],
  [json('langfuse.json'), (input) => recordsFromLangfuse(input, 'correctness')],
  [lines('opentelemetry.jsonl'), (input) => recordsFromOpenTelemetry(input, 'correctness')],
];

/** The doors through which logs come in, are split, and are explained. */
export const logTargets: readonly Target[] = [
  {
    name: 'explanations',
    cases: 20_000,
    attack(dice) {
      const router = Router.fromJSON(plainState(dice));
      const decision = router.route(vectorOf(dice, router.toJSON().embedding.dimensions));
      const sentences = router.explain(mutate(dice, dice.chance(0.2) ? router.prior() : decision) as never);
      if (!/^[^\n\r\u2028\u2029]+$/.test(sentences)) throw new Error(`broken invariant: one line, got ${sentences}`);
      requireNumbers(describeRouter(router, mutate(dice, dice.unit()) as number));
    },
  },
  {
    name: 'splits',
    cases: 20_000,
    attack(dice) {
      const records = mutate(dice, recordsOf(dice)) as RoutingRecord[];
      const options = mutate(dice, { trainRatio: dice.unit(), seed: 2, testOnly: [], trainOnly: [] }) as object;
      const { train, test } = splitRecords(records, dice.chance(0.5) ? options : {});
      if (train.length + test.length !== records.length) throw new Error('broken invariant: no record is lost');
    },
  },
  {
    name: 'cross-validations',
    cases: 2000,
    async attack(dice) {
      const records = recordsOf(dice);
      const options = mutate(dice, { folds: 2, clusters: [1], shrinkage: [0, 10], restarts: 1, seed: 1 });
      if (asksForMuch(options, 'restarts') || asksForMuch(options, 'folds')) return;
      const space = { id: 'fuzz', dimensions: 3 };
      const whole = dice.chance(0.3) ? mutate(dice, records) : [...records, ...recordsOf(dice)];
      requireNumbers(await crossValidate(whole as RoutingRecord[], space, options as object));
    },
  },
  {
    name: 'foreign logs',
    cases: 20_000,
    async attack(dice) {
      const [input, read] = dice.pick(readers);
      for await (const record of read(mutate(dice, structuredClone(input)) as never)) {
        if (typeof record.query !== 'string') throw new Error('broken invariant: a record has a query');
      }
    },
  },
  {
    name: "the authors' files",
    cases: 20_000,
    attack(dice) {
      const text = formatFile('balance_metrics.json');
      const cut = dice.chance(0.5) ? text.slice(0, dice.whole(0, text.length)) : text;
      const bytes = npy.slice(0, dice.chance(0.3) ? dice.whole(0, npy.length) : npy.length);
      for (let flips = dice.whole(0, 3); flips > 0 && bytes.length > 0; flips--) {
        bytes[dice.whole(0, bytes.length - 1)] = dice.whole(0, 255);
      }
      dice.pick<() => void>([
        () => {
          requireNumbers(statisticsFromAvengersPro((dice.chance(0.2) ? hostileValue(dice) : cut) as string));
        },
        () => {
          centroidsFromNpy((dice.chance(0.2) ? hostileValue(dice) : bytes) as Uint8Array);
        },
      ])();
    },
  },
];
