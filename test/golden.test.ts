import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fitRouter, Router, type RoutingRecord, type ScoringRule } from '../src/index.js';

interface Golden {
  models: string[];
  dimensions: number;
  records: RoutingRecord[];
  queries: { embedding: number[] }[];
  centroids: number[][];
  performance: number[][];
  cost: number[][];
  cases: Case[];
}

interface Case {
  mode: 'paper' | 'reference-simple' | 'reference-balance';
  topP: number;
  alpha?: number;
  beta?: number;
  /** `paper` only, per query: clusters (given once for each topP), sums of scores over them, and the winner. */
  nearest?: number[][] | null;
  scores?: number[][];
  picks?: string[];
  /** `reference-*` only: all models, best first, per query. */
  rankings?: string[][];
}

const golden = JSON.parse(
  readFileSync(new URL('fixtures/avengers-pro-golden.json', import.meta.url), 'utf8'),
) as Golden;
const embeddings = golden.queries.map(({ embedding }) => embedding);

function fitGolden(rule: ScoringRule, nearestClusters: number, beta = 9): Promise<Router> {
  return fitRouter(
    golden.records,
    { id: 'golden', dimensions: golden.dimensions },
    { centroids: golden.centroids, nearestClusters, rule, beta, shrinkage: 0 },
  );
}

describe("the paper's formula, computed apart", () => {
  const cases = golden.cases.filter(({ mode }) => mode === 'paper');
  it('has 21 cases', () => {
    expect(cases).toHaveLength(21);
  });

  it.each(cases)('topP $topP, α $alpha', async ({ topP, alpha, scores, picks }) => {
    const { nearest } = cases.find((other) => other.topP === topP && other.nearest)!;
    const router = await fitGolden('paper', topP);
    const decisions = embeddings.map((embedding) => router.route(embedding, alpha));
    decisions.forEach((decision, i) => {
      expect(decision.clusters.map(({ cluster }) => cluster)).toEqual(nearest![i]);
      expect(decision.model).toBe(picks![i]);
      for (const { model, score } of decision.ranking) {
        expect(score).toBeCloseTo(scores![i]![golden.models.indexOf(model)]! / topP, 9);
      }
    });
    const loaded = Router.fromJSON(JSON.parse(JSON.stringify(router)));
    expect(embeddings.map((embedding) => loaded.route(embedding, alpha))).toEqual(decisions);
  });

  it('has the same performance and cost profiles', async () => {
    const { cells } = (await fitGolden('paper', 1)).toJSON();
    const means = (sums: readonly number[], counts: readonly number[]): number[] =>
      sums.map((sum, i) => sum / counts[i]!);
    const performance = golden.performance.flat();
    means(cells.scoreSum, cells.count).forEach((mean, cell) => {
      expect(mean).toBeCloseTo(performance[cell]!, 12);
    });
    const cost = golden.cost.flat();
    means(cells.costSum, cells.costCount).forEach((mean, cell) => {
      expect(mean).toBeCloseTo(cost[cell]!, 12);
    });
  });
});

describe("the authors' released Python", () => {
  const cases = golden.cases.filter(({ mode }) => mode !== 'paper');
  it('has 18 cases', () => {
    expect(cases).toHaveLength(18);
  });

  it.each(cases)('$mode, topP $topP, α $alpha', async ({ topP, alpha = 1, beta, rankings }) => {
    const router = await fitGolden('reference', topP, beta);
    const ranked = embeddings.map((embedding) => router.route(embedding, alpha).ranking.map(({ model }) => model));
    expect(ranked).toEqual(rankings);
  });
});
