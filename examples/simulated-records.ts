/**
 * Simulated evaluation records. From the paper (arXiv 2508.12631, table 1): the six benchmarks and their sizes, the eight
 * models, each model's accuracy on each benchmark, and each model's total cost. Invented here: the queries, which of them
 * a model gets right, and how its cost spreads over them. So a table made from these records shows how the library works,
 * not what the models can do.
 */
import type { RoutingRecord } from 'pareto-router';
import { benchmarkTemplates } from './simulated-queries.js';

/** Accuracy in % per benchmark, in the order of `benchmarks`; `null`: not run. Total cost in USD. */
export const paperTable = {
  'Gemini-2.5-flash': { accuracy: [9.62, 21.72, 7.2, 62.84, 28.99, 36.67], cost: 7.1 },
  'Gemini-2.5-pro': { accuracy: [33.08, 84.85, 23.09, 78.67, 54.8, 62.0], cost: 94.87 },
  'Claude-4.1-opus': { accuracy: [22.12, 74.24, 6.41, 64.07, 31.0, 74.0], cost: 117.4 },
  'Claude-4-sonnet': { accuracy: [16.15, 68.69, 4.6, 59.05, 15.0, 64.0], cost: 25.35 },
  Qwen3: { accuracy: [9.22, 58.59, 9.22, 66.26, 53.0, 53.33], cost: 2.73 },
  'Qwen3-thinking': { accuracy: [19.23, 80.81, 12.68, 77.99, 44.6, 53.33], cost: 13.99 },
  'GPT-5-chat': { accuracy: [6.73, 73.73, 7.8, 63.6, 40.2, null], cost: 4.04 },
  'GPT-5-medium': { accuracy: [44.42, 84.85, 26.2, 88.44, 47.6, 82.0], cost: 47.96 },
} as const satisfies Record<string, { accuracy: readonly (number | null)[]; cost: number }>;

export type SimulatedModel = keyof typeof paperTable;

/** Output length is invented: tokens of a typical answer, and how much of it is thinking that grows with difficulty. */
export const benchmarks = [
  { name: 'ARC-AGI', size: 200, answerTokens: 900 },
  { name: 'GPQA-Diamond', size: 198, answerTokens: 700 },
  { name: 'HLE', size: 500, answerTokens: 800 },
  { name: 'LiveCodeBench', size: 1055, answerTokens: 1200 },
  { name: 'SimpleQA', size: 500, answerTokens: 120 },
  { name: 'τ²-bench', size: 150, answerTokens: 1500 },
] as const;

/** A routing record that is written to while it is made. */
interface SimulatedRecord extends RoutingRecord<SimulatedModel> {
  readonly dataset: string;
  readonly index: number;
  readonly records: { [model in SimulatedModel]?: number };
  readonly usages: { [model in SimulatedModel]?: { cost: number; input_tokens: number; output_tokens: number } };
}

interface SimulatedQuery {
  readonly query: string;
  readonly benchmark: number;
  /** Which family of templates it was made from. */
  readonly topic: number;
  /** Hard for every model alike; around 0. */
  readonly difficulty: number;
}

/** The same seed gives the same 2,603 records. */
export function simulateRecords(seed = 42): SimulatedRecord[] {
  const random = mulberry32(seed);
  const queries = benchmarks.flatMap((_, benchmark) => simulateQueries(benchmark, random));
  const records = queries.map(({ query, benchmark }, index): SimulatedRecord => ({
    query,
    dataset: benchmarks[benchmark]!.name,
    index,
    records: {},
    usages: {},
  }));
  for (const model of Object.keys(paperTable) as SimulatedModel[]) {
    benchmarks.forEach((_, benchmark) => {
      const accuracy = paperTable[model].accuracy[benchmark];
      if (accuracy == null) return;
      const own = queries.flatMap((query, i) => (query.benchmark === benchmark ? [i] : []));
      const right = simulateSuccesses(
        own.map((i) => queries[i]!),
        accuracy,
        random,
      );
      own.forEach((i, j) => (records[i]!.records[model] = right.has(j) ? 1 : 0));
    });
    const ran = records.filter(({ records }) => records[model] !== undefined);
    const usages = simulateUsages(
      ran.map(({ index }) => queries[index]!),
      paperTable[model].cost,
      random,
    );
    ran.forEach((record, i) => (record.usages[model] = usages[i]!));
  }
  return records;
}

/** Distinct queries, from the benchmark's families of templates in turn. */
function simulateQueries(benchmark: number, random: () => number): SimulatedQuery[] {
  const { size } = benchmarks[benchmark]!;
  const topics = benchmarkTemplates[benchmark]!;
  const topicDifficulty = topics.map(() => spread(random));
  const queries = new Map<string, SimulatedQuery>();
  while (queries.size < size) {
    const topic = queries.size % topics.length;
    const { templates, slots } = topics[topic]!;
    const query = fillIn(pick(templates, random), slots, random);
    const difficulty = topicDifficulty[topic]! + spread(random);
    if (!queries.has(query)) queries.set(query, { query, benchmark, topic, difficulty });
  }
  return [...queries.values()];
}

/** `{name}` becomes one of the slot's words, `{12-99}` a whole number of that range. */
function fillIn(template: string, slots: Readonly<Record<string, readonly string[]>>, random: () => number): string {
  return template.replace(/\{([^}]+)\}/g, (_, slot: string) => {
    const range = /^(\d+)-(\d+)$/.exec(slot);
    if (!range) return pick(slots[slot]!, random);
    const [from, to] = [Number(range[1]), Number(range[2])];
    return String(from + Math.floor(random() * (to - from + 1)));
  });
}

/**
 * The queries that a model gets right: as many as its accuracy says, the easiest first, where easy means little difficulty
 * (shared by all models), a topic that suits the model, and luck.
 */
function simulateSuccesses(queries: readonly SimulatedQuery[], accuracy: number, random: () => number): Set<number> {
  const affinity = new Map<number, number>();
  const ease = queries.map(({ topic, difficulty }) => {
    if (!affinity.has(topic)) affinity.set(topic, spread(random));
    return affinity.get(topic)! - difficulty + spread(random);
  });
  const easiestFirst = ease.map((_, i) => i).sort((a, b) => ease[b]! - ease[a]!);
  return new Set(easiestFirst.slice(0, Math.round((accuracy / 100) * queries.length)));
}

/** Tokens by length and difficulty; one price per token, four times as much for output, that makes the total exact. */
function simulateUsages(queries: readonly SimulatedQuery[], totalCost: number, random: () => number) {
  const tokens = queries.map(({ query, benchmark, difficulty }) => ({
    input_tokens: 40 + Math.ceil(query.length / 4),
    output_tokens: Math.ceil(
      benchmarks[benchmark]!.answerTokens * (0.4 + random()) * Math.max(0.4, 1 + 0.4 * difficulty),
    ),
  }));
  const units = tokens.map(({ input_tokens, output_tokens }) => input_tokens + 4 * output_tokens);
  const price = totalCost / units.reduce((sum, unit) => sum + unit, 0);
  return tokens.map((usage, i) => ({ cost: Number((units[i]! * price).toFixed(8)), ...usage }));
}

/** Around 0 with a standard deviation near 1: the sum of three uniform numbers. */
function spread(random: () => number): number {
  return 2 * (random() + random() + random() - 1.5);
}

function pick<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)]!;
}

/** Small seeded generator (Tommy Ettinger's mulberry32): an example needs no better one. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
