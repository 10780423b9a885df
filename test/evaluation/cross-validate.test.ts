import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.js';
import { recommend } from '../../src/evaluation/recommendation.js';
import { assignFolds } from '../../src/evaluation/split.js';
import {
  crossValidate,
  evaluateRouter,
  fitRouter,
  type CrossValidationProgress,
  type RoutingRecord,
} from '../../src/index.js';

/** Two kinds of query; the cheap model is good at one of them only, the dear one at both. */
const random = createRandom(5);
const records: RoutingRecord[] = Array.from({ length: 120 }, (_, i) => {
  const kind = i % 2;
  return {
    query: `query ${i}`,
    dataset: i % 3 === 0 ? 'one' : 'two',
    embedding: [1 - kind + random() / 10, kind + random() / 10, random() / 10],
    records: { cheap: random() < [0.9, 0.2][kind]!, dear: random() < 0.9, poor: random() < 0.1 },
    usages: { cheap: { cost: 0.001 }, dear: { cost: 0.01 * (1 + random()) }, poor: { cost: 0.02 } },
  };
});
const space = { id: 'kinds', dimensions: 3 };
const grid = { clusters: [1, 4], nearestClusters: [1, 2], shrinkage: [0, 5], folds: 3 };

describe('crossValidate', () => {
  it('ranks every possible combination, and finds that clusters help', async () => {
    const { folds, table, recommended } = await crossValidate(records, space, grid);
    expect(folds).toBe(3);
    // One cluster allows one nearest cluster: 2 settings; four allow both: 4.
    expect(table).toHaveLength(6);
    expect(table.at(-1)).toMatchObject({ clusters: 1 });
    expect(recommended).toMatchObject({ clusters: 4, rule: 'global' });
    const means = table.map(({ aiq }) => aiq.mean!);
    expect(means).toEqual([...means].sort((a, b) => b - a));
  });

  it('measures what fits and evaluations one by one measure', async () => {
    const rules = ['paper', 'reference'] as const;
    const { table } = await crossValidate(records, space, { ...grid, clusters: [4], rule: rules, seed: 9 });
    const foldOf = assignFolds(records, 3, 9);
    for (const { rule, nearestClusters, shrinkage, aiq, perfGain, costSave } of table) {
      const evaluations = [];
      for (const fold of [0, 1, 2]) {
        const train = records.filter((_, i) => foldOf[i] !== fold);
        const test = records.filter((_, i) => foldOf[i] === fold);
        const router = await fitRouter(train, space, { clusters: 4, nearestClusters, shrinkage, rule, seed: 9 });
        const alphas = Array.from({ length: 21 }, (_, i) => i / 20);
        evaluations.push(await evaluateRouter(router, test, { alphas, resamples: 1 }));
      }
      const mean = (values: readonly (number | null)[]): number | null => {
        const known = values.filter((value) => value !== null);
        return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
      };
      const near = (value: number | null): unknown => (value === null ? null : expect.closeTo(value, 12));
      expect(aiq.mean).toEqual(near(mean(evaluations.map((evaluation) => evaluation.aiq))));
      expect(perfGain.mean).toEqual(near(mean(evaluations.map((evaluation) => evaluation.perfGain))));
      expect(costSave.mean).toEqual(near(mean(evaluations.map((evaluation) => evaluation.costSave))));
      expect(costSave.folds).toBe(evaluations.filter((evaluation) => evaluation.costSave !== null).length);
      // Sample standard deviation of three values.
      const deviations = evaluations.map((evaluation) => (evaluation.aiq! - aiq.mean!) ** 2);
      expect(aiq.spread).toBeCloseTo(Math.sqrt(deviations.reduce((a, b) => a + b) / 2), 12);
    }
  });

  it('recommends what its own table gives', async () => {
    const { table, recommended } = await crossValidate(records, space, { ...grid, clusters: [2, 4, 6] });
    expect(recommended).toEqual(recommend(table, ['global'], ['kernel']));
    for (const { aiq } of table) expect(aiq.values).toHaveLength(3);
  });

  it('goes on without a model that a training part has not seen, and says so', async () => {
    const foldOf = assignFolds(records, 3, 42);
    const rare = foldOf.indexOf(1);
    const withRare = records.map((record, i) => ({
      ...record,
      records: { ...record.records, ...(i === rare && { rare: 1 }) },
      usages: { ...record.usages, ...(i === rare && { rare: { cost: 0.001 } }) },
    }));
    const { leftOut, table } = await crossValidate(withRare, space, grid);
    // Its only record is held out in fold 1, so the others' training parts have it.
    expect(leftOut).toEqual([[], ['rare'], []]);
    expect(table.every(({ aiq }) => aiq.folds === 3)).toBe(true);
  });

  it('reads the first dimensions only, where told', async () => {
    const options = { ...grid, clusters: [2], dimensions: 2 };
    const cut = records.map((record) => ({ ...record, embedding: Array.from(record.embedding!).slice(0, 2) }));
    const own = await crossValidate(records, space, options);
    const { dimensions: _, ...rest } = options;
    expect(own).toEqual(await crossValidate(cut, { id: 'kinds', dimensions: 2 }, rest));
  });

  it('has default clusters that duplicate embeddings allow', async () => {
    const few = records.map((record, i) => ({ ...record, embedding: [i % 4, 1, 0] }));
    const { table } = await crossValidate(few, space);
    expect(new Set(table.map(({ clusters }) => clusters))).toEqual(new Set([4]));
  });

  it('embeds each text once, tells its progress, and leaves out what is excluded', async () => {
    const texts: string[] = [];
    const embeddings = new Map(records.map(({ query, embedding }) => [query, embedding!]));
    const embedder = {
      id: 'lookup',
      embed: (queries: readonly string[]) => {
        texts.push(...queries);
        return Promise.resolve(queries.map((query) => embeddings.get(query)!));
      },
    };
    const progress: CrossValidationProgress[] = [];
    const plain = records.map((record) => ({ ...record, embedding: null }));
    const options = { ...grid, excludedModels: ['poor'], excludedDatasets: ['one'] };
    const validation = await crossValidate([...plain, ...plain], embedder, {
      ...options,
      onProgress: (step) => progress.push(step),
    });
    expect(texts).toHaveLength(80);
    expect(new Set(texts).size).toBe(80);
    expect(progress.at(-1)).toEqual({ stage: 'validate', completed: 18, total: 18 });
    expect(progress[0]).toEqual({ stage: 'read', completed: 240, total: 240 });
    expect(progress[1]).toMatchObject({ stage: 'embed', total: 80 });
    // Others are let in during the fits, too.
    expect(progress.filter(({ stage, completed }) => stage === 'validate' && completed === 0).length).toBeGreaterThan(
      3,
    );
    expect(validation.table).toHaveLength(6);
  });

  it('has defaults that small logs allow, and ranks routers without costs by PerfGain', async () => {
    const free = records.map((record) => ({ ...record, usages: null }));
    const rule = ['global', 'reference'] as const;
    const { table, recommended } = await crossValidate(free, space, { rule, estimator: ['nearest'] });
    expect(new Set(table.map((row) => row.rule))).toEqual(new Set(rule));
    // 96 training records a fold: at most 9 clusters.
    expect(new Set(table.map(({ clusters }) => clusters))).toEqual(new Set([9]));
    expect(new Set(table.map(({ nearestClusters }) => nearestClusters))).toEqual(new Set([1, 3, 5]));
    expect(table.every(({ aiq }) => aiq.mean === null)).toBe(true);
    const gains = table.map(({ perfGain }) => perfGain.mean!);
    expect(gains).toEqual([...gains].sort((a, b) => b - a));
    expect(recommended.clusters).toBe(9);
  });

  it('names what is wrong, and stops when told', async () => {
    const cases: [object, string][] = [
      [{ folds: 1 }, 'options.folds: expected a whole number ≥ 2, got 1'],
      [{ folds: 121 }, 'options.folds: expected at most 120, the number of distinct queries, got 121'],
      [{ clusters: [] }, 'options.clusters: expected at least one value, got an array of 0'],
      [{ clusters: 25 }, 'options.clusters: expected an array, got 25'],
      [{ rule: ['best'] }, "options.rule[0]: expected 'global', 'paper', 'reference' or 'overall', got \"best\""],
      [
        { clusters: [2], nearestClusters: [3, 4] },
        'options.nearestClusters: expected a value of at most some of the clusters (2), got 3, 4',
      ],
      [
        { rule: ['paper', 'reference'], estimator: ['kernel', 'linear'] },
        'options.estimator: expected an estimator of some of the rules (paper, reference), got kernel, linear',
      ],
      [{ clusters: [60] }, 'options.clusters: expected at most 9 (one per 10 records of 96), got 60'],
      [{ excludedDatasets: ['three'] }, 'options.excludedDatasets[0]: expected a dataset of the records'],
      [{ cluster: [3] }, 'options: expected only the keys'],
    ];
    for (const [options, message] of cases) {
      await expect(crossValidate(records, space, options)).rejects.toThrow(message);
    }
    const wrong = [null, 5, { length: 3 }] as unknown as RoutingRecord[][];
    for (const source of wrong) {
      await expect(crossValidate(source, space)).rejects.toThrow('records: expected an iterable of records, got');
    }
    await expect(crossValidate(records, space, null as unknown as object)).rejects.toThrow(
      'options: expected an object, got null',
    );
    const reason = new Error('enough');
    await expect(crossValidate(records, space, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
