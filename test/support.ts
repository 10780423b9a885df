import { expect } from 'vitest';
import { rowOf, type Matrix } from '../src/core/matrix.js';
import type { Steps } from '../src/core/steps.js';
import { parseEmbedding } from '../src/embedder.js';
import { RouterError, type RouterErrorCode, type RoutingRecord } from '../src/index.js';

/** Two-dimensional embeddings by direction, so that clusters can be worked out by hand. */
export function direction(degrees: number): number[] {
  return [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
}

/** A record with a precomputed embedding; scores and costs by model, `null` for "not observed". */
export function record(
  query: string,
  embedding: readonly number[],
  outcomes: Readonly<Record<string, readonly [score: number | boolean | null, cost: number | null]>>,
  dataset = 'a',
): RoutingRecord {
  return {
    query,
    embedding,
    dataset,
    records: Object.fromEntries(Object.entries(outcomes).map(([model, [score]]) => [model, score])),
    usages: Object.fromEntries(Object.entries(outcomes).map(([model, [, cost]]) => [model, { cost }])),
  };
}

/** Letters counted into eight numbers: enough of an embedding to tell texts apart, deterministic, never zero. */
export function letterVector(text: string): number[] {
  const vector = new Array<number>(8).fill(1);
  for (const letter of text) vector[letter.codePointAt(0)! % 8]! += 1;
  return vector;
}

export const letterEmbedder = {
  id: 'letters',
  dimensions: 8,
  embed: (texts: readonly string[]) => Promise.resolve(texts.map(letterVector)),
};

/** Simulated records: 3 topics × 40 queries, two models that are good at different topics. */
export function simulatedRecords(): RoutingRecord<'large' | 'small'>[] {
  return Array.from({ length: 120 }, (_, i) => {
    const topic = i % 3;
    const direction = [0, 0, 0, (i % 7) / 50, (i % 11) / 50];
    direction[topic] = 1;
    return {
      query: `query ${i}`,
      dataset: `topic ${topic}`,
      index: i,
      records: { large: i % 10 === 0 ? 0 : 1, small: topic === 0 || i % 4 === 0 ? 1 : 0 },
      usages: {
        large: { cost: 0.01 + (i % 5) / 1000, input_tokens: 100, output_tokens: 50 },
        small: { cost: 0.001, input_tokens: 100, output_tokens: 80 },
      },
      embedding: direction,
    };
  });
}

export const topicSpace = { id: 'topics', dimensions: 5 };

/** What a promise or a call throws, which must be a {@link RouterError} of this code with this message. */
export async function expectRouterError(
  act: () => unknown,
  code: RouterErrorCode,
  message: string | RegExp,
): Promise<RouterError> {
  let thrown: unknown;
  try {
    await act();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(RouterError);
  const error = thrown as RouterError;
  if (typeof message === 'string') expect(error.message).toBe(message);
  else expect(error.message).toMatch(message);
  expect(error.code).toBe(code);
  return error;
}

/** Scales every row to length 1, in place. */
export function normalizeRows(matrix: Matrix): void {
  for (let row = 0; row < matrix.rows; row++) parseEmbedding(rowOf(matrix, row), `row ${row}`, rowOf(matrix, row));
}

/** Runs through long work without a pause. */
export function finish<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
