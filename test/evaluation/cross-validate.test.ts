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
import { expectRouterError } from '../support.js';

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
    const { leftOut, table, recommended } = await crossValidate(withRare, space, grid);
    // Its only record is held out in fold 1, so the others' training parts have it.
    expect(leftOut).toEqual([[], ['rare'], []]);
    // With one cluster it is expected to be the best and cheapest everywhere else, and what is held out there does not know it.
    expect(table.map(({ clusters, aiq }) => [clusters, aiq.folds])).toEqual([
      ...Array.from({ length: 4 }, () => [4, 3]),
      ...Array.from({ length: 2 }, () => [1, 1]),
    ]);
    expect(recommended.clusters).toBe(4);
  });

  it('reads the first dimensions only, where told', async () => {
    const options = { ...grid, clusters: [2], dimensions: 2 };
    const cut = records.map((record) => ({ ...record, embedding: Array.from(record.embedding!).slice(0, 2) }));
    const own = await crossValidate(records, space, options);
    const { dimensions: _, ...rest } = options;
    expect(own).toEqual(await crossValidate(cut, { id: 'kinds', dimensions: 2 }, rest));
  });

  it.each(['nearest', 'linear', 'kernel'] as const)(
    'breaks a tie of estimators by their order: %s first',
    async (first) => {
      // With one cluster, all of them expect its mean.
      const others = (['kernel', 'linear', 'nearest'] as const).filter((estimator) => estimator !== first);
      const options = { clusters: [1], shrinkage: [0], folds: 2, estimator: [first, ...others] };
      expect((await crossValidate(records, space, options)).recommended.estimator).toBe(first);
    },
  );

  it('looks at three clusters by default where all of them count, or at all there are', async () => {
    const { table } = await crossValidate(records, space, { clusters: [2, 4], shrinkage: [0], folds: 2 });
    const near = table.map(({ clusters, nearestClusters }) => [clusters, nearestClusters]);
    expect(near.sort()).toEqual([
      [2, 2],
      [4, 3],
    ]);
  });

  it('leaves out combinations with more near clusters than clusters', async () => {
    const options = { clusters: [1, 2], nearestClusters: [2, 5], shrinkage: [0], folds: 2 };
    const { table } = await crossValidate(records, space, options);
    expect(table.map(({ clusters, nearestClusters }) => [clusters, nearestClusters])).toEqual([[2, 2]]);
  });

  it('has default clusters of 10, 25, 60 and 100, as far as records and embeddings reach', async () => {
    const options = { folds: 2, shrinkage: [0], restarts: 1, maxIterations: 1 };
    const clustersFor = async (length: number, distinct: number): Promise<number[]> => {
      const log = Array.from({ length }, (_, i) => ({
        query: `query ${i}`,
        embedding: [1, (i % distinct) / distinct],
        records: { a: 1 },
      }));
      const { table } = await crossValidate(log, { id: 'plane', dimensions: 2 }, options);
      return table.map(({ clusters }) => clusters).sort((a, b) => a - b);
    };
    // Each fold learns from 300 of 600 records, one cluster per ten; from 1,000 of 2,000, which have 70 embeddings.
    expect(await clustersFor(600, 300)).toEqual([10, 25, 30]);
    expect(await clustersFor(2000, 70)).toEqual([10, 25, 60, 70]);
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
    const foldOf = assignFolds(records, 5, 42);
    const { aiq: _, perfGain, costSave: __, ...settings } = table[0]!;
    const router = await fitRouter(
      free.filter((_, i) => foldOf[i] !== 2),
      space,
      settings,
    );
    const heldOut = free.filter((_, i) => foldOf[i] === 2);
    expect(perfGain.values[2]).toBeCloseTo((await evaluateRouter(router, heldOut, { resamples: 1 })).perfGain!, 12);
  });

  it('stops when told, between two settings of one fit too', async () => {
    const reason = new Error('enough');
    await expect(crossValidate(records, space, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const seen: number[] = [];
    const onProgress = ({ stage, completed }: CrossValidationProgress): void => {
      if (stage !== 'validate') return;
      seen.push(completed);
      if (completed === 2) controller.abort(reason);
    };
    const options = { ...grid, clusters: [4], signal: controller.signal, onProgress };
    await expect(crossValidate(records, space, options)).rejects.toBe(reason);
    expect(seen.at(-1)).toBe(2);
  });

  it('says which fold alone has a score', async () => {
    const lonely = records.slice(0, 40).map(({ query, embedding }, i) => ({
      query,
      embedding: embedding!,
      records: { cheap: i === 7 ? 1 : null },
    }));
    const fold = assignFolds(lonely, 4, 42)[7]!;
    await expectRouterError(
      () => crossValidate(lonely, space, { folds: 4 }),
      'invalid_records',
      `records: expected a score outside of fold ${fold}, or fewer folds, got none`,
    );
  });

  it('names what is wrong', async () => {
    const cases: [object | null, string | RegExp][] = [
      [null, 'options: expected an object, got null'],
      [{ folds: 1 }, 'options.folds: expected a whole number ≥ 2, got 1'],
      [{ folds: 2.5 }, 'options.folds: expected a whole number ≥ 2, got 2.5'],
      [{ folds: 121 }, 'options.folds: expected at most 120, the number of distinct queries, got 121'],
      [{ clusters: [] }, 'options.clusters: expected at least one value, got an array of 0'],
      [{ clusters: 25 }, 'options.clusters: expected an array, got 25'],
      [{ rule: ['best'] }, "options.rule[0]: expected 'global', 'paper', 'reference' or 'overall', got \"best\""],
      [
        { clusters: [2, 1], nearestClusters: [3, 4] },
        'options.nearestClusters: expected a value of at most some of the clusters (2, 1), got 3, 4',
      ],
      [
        { rule: ['paper', 'reference'], estimator: ['kernel', 'linear'] },
        'options.estimator: expected an estimator of some of the rules (paper, reference), got kernel, linear',
      ],
      [{ clusters: [9, 60] }, 'options.clusters: expected at most 9 (one per 10 records of 96), got 60'],
      [
        { excludedDatasets: ['three'] },
        'options.excludedDatasets[0]: expected a dataset of the records (one, two), got "three"',
      ],
      [{ cluster: [3] }, /^options: expected only the keys .*, got the key "cluster"$/],
    ];
    for (const [options, message] of cases) {
      await expectRouterError(() => crossValidate(records, space, options!), 'invalid_options', message);
    }
    // The larger one of two folds of 119 queries has 60.
    await expectRouterError(
      () => crossValidate(records.slice(1), space, { clusters: [6], folds: 2 }),
      'invalid_options',
      'options.clusters: expected at most 5 (one per 10 records of 59), got 6',
    );
    for (const source of [null, 5, { length: 3 }] as unknown as RoutingRecord[][]) {
      await expectRouterError(
        () => crossValidate(source, space),
        'invalid_records',
        /^records: expected an iterable of records, got/,
      );
    }
  });
});
