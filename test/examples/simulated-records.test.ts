import { describe, expect, it } from 'vitest';
import { simulateRecords, type SimulatedModel } from '../../examples/simulated-records.js';

/** The paper's table, typed in again: accuracy in % on each benchmark, total cost in USD. */
const table: Record<SimulatedModel, readonly [number, number, number, number, number, number | null, cost: number]> = {
  'Gemini-2.5-flash': [9.62, 21.72, 7.2, 62.84, 28.99, 36.67, 7.1],
  'Gemini-2.5-pro': [33.08, 84.85, 23.09, 78.67, 54.8, 62, 94.87],
  'Claude-4.1-opus': [22.12, 74.24, 6.41, 64.07, 31, 74, 117.4],
  'Claude-4-sonnet': [16.15, 68.69, 4.6, 59.05, 15, 64, 25.35],
  Qwen3: [9.22, 58.59, 9.22, 66.26, 53, 53.33, 2.73],
  'Qwen3-thinking': [19.23, 80.81, 12.68, 77.99, 44.6, 53.33, 13.99],
  'GPT-5-chat': [6.73, 73.73, 7.8, 63.6, 40.2, null, 4.04],
  'GPT-5-medium': [44.42, 84.85, 26.2, 88.44, 47.6, 82, 47.96],
};
const sizes = { 'ARC-AGI': 200, 'GPQA-Diamond': 198, HLE: 500, LiveCodeBench: 1055, SimpleQA: 500, 'τ²-bench': 150 };

describe('the simulated records', () => {
  const records = simulateRecords();

  it('are as many as the paper has, all distinct', () => {
    const counts = Object.keys(sizes).map((name) => records.filter(({ dataset }) => dataset === name).length);
    expect(counts).toEqual(Object.values(sizes));
    expect(new Set(records.map(({ query }) => query)).size).toBe(2603);
  });

  it.each(Object.entries(table))(
    '%s has the accuracies of the paper, to the nearest query, and its cost to the cent',
    (model, row) => {
      Object.entries(sizes).forEach(([name, size], benchmark) => {
        const scores = records.flatMap(({ dataset, records }) => {
          const score: number | undefined = records[model as SimulatedModel];
          return dataset === name && score !== undefined ? [score] : [];
        });
        const accuracy = row[benchmark] ?? null;
        if (accuracy === null) expect(scores).toEqual([]);
        else {
          expect(scores).toHaveLength(size);
          const right = scores.reduce((sum, score) => sum + score, 0);
          expect(Math.abs(right - (accuracy / 100) * size)).toBeLessThanOrEqual(0.5);
        }
      });
      const cost = records.reduce((sum, { usages }) => sum + (usages[model as SimulatedModel]?.cost ?? 0), 0);
      expect(cost.toFixed(2)).toBe(row[6].toFixed(2));
    },
  );

  it('are the same for the same seed, and others for another', () => {
    expect(simulateRecords(42)).toEqual(records);
    expect(simulateRecords(43)[0]).not.toEqual(records[0]);
  });

  it('have no key for a model that was not run', () => {
    const tau = records.filter(({ dataset }) => dataset === 'τ²-bench');
    expect(tau.some(({ records, usages }) => 'GPT-5-chat' in records || 'GPT-5-chat' in usages)).toBe(false);
  });

  it('leave room between the best single model and an oracle, and share their hard queries', () => {
    const solvers = records.map(({ records }) => Object.values(records).reduce((sum, score) => sum + score, 0));
    const nobody = solvers.filter((count) => count === 0).length;
    const everybody = solvers.filter((count) => count >= 7).length;
    expect(nobody).toBeGreaterThan(200);
    expect(everybody).toBeGreaterThan(100);
    expect(records.length - nobody).toBeGreaterThan(
      records.filter(({ records }) => records['GPT-5-medium'] === 1).length,
    );
  });
});
