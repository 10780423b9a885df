import { distance } from 'ml-distance';
import { createRandom } from '../src/core/random.js';
import { describe, expect, it, vi } from 'vitest';
import {
  fitRouter,
  paperSettings,
  referenceSettings,
  Router,
  type FitProgress,
  type RouterState,
} from '../src/index.js';
import { canaryTexts, decodeMatrix } from '../src/state.js';
import {
  direction,
  expectRouterError,
  letterEmbedder,
  letterVector,
  record,
  simulatedRecords,
  topicSpace,
} from './support.js';

const space = { id: 'plane', dimensions: 2 };
const centroidsOf = ({ centroids, options, embedding }: RouterState): Float32Array[] => {
  const { data } = decodeMatrix(centroids, options.clusters, embedding.dimensions, 'centroids');
  return Array.from({ length: options.clusters }, (_, j) =>
    data.subarray(j * embedding.dimensions, (j + 1) * embedding.dimensions),
  );
};

describe('fitRouter', () => {
  it('profiles each cluster as a naive pass over the records does', async () => {
    const records = simulatedRecords();
    const state = (await fitRouter(records, topicSpace, { clusters: 6 })).toJSON();
    const centroids = centroidsOf(state).map((centroid) => [...centroid]);
    const labels = records.map(({ embedding }) => {
      const norm = Math.hypot(...(embedding as number[]));
      const unit = (embedding as number[]).map((value) => Math.fround(value / norm));
      const distances = centroids.map((centroid) => distance.squaredEuclidean(unit, centroid));
      return distances.indexOf(Math.min(...distances));
    });
    expect(state.clusters.size).toEqual(centroids.map((_, j) => labels.filter((label) => label === j).length));
    centroids.forEach((_, j) => {
      state.models.forEach((model, i) => {
        const cell = j * state.models.length + i;
        const own = records.filter((__, row) => labels[row] === j);
        const scores = own.map((record) => record.records[model] as number);
        const costs = own.map((record) => record.usages![model]!.cost!);
        const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
        expect(state.cells.count[cell]).toBe(own.length);
        expect(state.cells.scoreSum[cell]).toBe(sum(scores));
        expect(state.cells.costCount[cell]).toBe(own.length);
        expect(state.cells.costSum[cell]).toBeCloseTo(sum(costs), 12);
      });
    });
  });

  it('gives the same bytes again, from records in any order', async () => {
    const records = simulatedRecords();
    const first = JSON.stringify(await fitRouter(records, topicSpace));
    expect(JSON.stringify(await fitRouter(records, topicSpace))).toBe(first);
    expect(JSON.stringify(await fitRouter([...records].reverse(), topicSpace))).toBe(first);
    const shuffledModels = records.map((record) => ({
      ...record,
      records: Object.fromEntries(Object.entries(record.records).reverse()),
    }));
    expect(JSON.stringify(await fitRouter(shuffledModels, topicSpace))).toBe(first);
  });

  it('has the defaults of the design', async () => {
    const { options } = (await fitRouter(simulatedRecords(), topicSpace)).toJSON();
    expect(options).toEqual({
      // one per fourteen of 120 records
      clusters: 8,
      nearestClusters: 3,
      rule: 'global',
      estimator: 'kernel',
      beta: 9,
      shrinkage: 10,
      seed: 42,
      restarts: 10,
      maxIterations: 300,
      defaultAlpha: 0.7,
    });
  });

  it('makes one cluster per fourteen records, at most 100; of the nearest estimator one per ten, at most 25', async () => {
    const many = Array.from({ length: 400 }, (_, i) => record(`q${i}`, direction(i / 5), { a: [1, 1] }));
    expect((await fitRouter(many, space)).toJSON().options.clusters).toBe(28);
    expect((await fitRouter(many, space, { estimator: 'nearest' })).toJSON().options.clusters).toBe(25);
    const more = Array.from({ length: 1500 }, (_, i) => record(`q${i}`, direction(i / 5), { a: [1, 1] }));
    expect((await fitRouter(more, space)).toJSON().options.clusters).toBe(100);
    const few = many.map((entry, i) => ({ ...entry, embedding: direction(i % 2) }));
    const state = (await fitRouter(few, space)).toJSON();
    expect(state.options).toMatchObject({ clusters: 2, nearestClusters: 2 });
    expect(state.clusters.size).toEqual([200, 200]);
  });

  it('leaves no cluster empty', async () => {
    const records = Array.from({ length: 300 }, (_, i) =>
      record(`q${i}`, direction(((i % 30) * (i % 30)) / 3), { a: [1, 1] }),
    );
    const { clusters } = (await fitRouter(records, space, { clusters: 30 })).toJSON();
    expect(Math.min(...clusters.size)).toBeGreaterThan(0);
    expect(clusters.size.reduce((total, size) => total + size)).toBe(300);
  });

  it('stores ascending quantiles of the distances to the own centroid', async () => {
    const records = [0, 10, 20, 90].map((degrees, i) => record(`q${i}`, direction(degrees), { a: [1, 1] }));
    const state = (await fitRouter(records, space, { centroids: [direction(10), direction(90)] })).toJSON();
    // Distances 0, 0 and twice the chord of 10°: the 100 quantiles rise from 0 to it, linear from position 1 to 2 of 3.
    const chord = 2 * Math.sin((5 * Math.PI) / 180);
    const distanceQuantiles = state.clusters.distanceQuantiles!;
    expect(distanceQuantiles[0]).toBeCloseTo(0, 6);
    expect(distanceQuantiles[33]).toBeCloseTo(0, 6);
    expect(distanceQuantiles[50]).toBeCloseTo(chord / 2, 6);
    expect(distanceQuantiles[67]).toBeCloseTo(chord, 6);
    expect(distanceQuantiles[100]).toBeCloseTo(chord, 6);
  });

  it('exports the settings of the paper and of the released code', async () => {
    expect(paperSettings).toEqual({
      clusters: 60,
      nearestClusters: 4,
      rule: 'paper',
      estimator: 'nearest',
      shrinkage: 0,
    });
    expect(referenceSettings).toEqual({
      clusters: 25,
      nearestClusters: 3,
      rule: 'reference',
      estimator: 'nearest',
      shrinkage: 0,
      beta: 9,
    });
    const many = Array.from({ length: 600 }, (_, i) => record(`q${i}`, direction(i / 5), { a: [1, 1] }));
    expect((await fitRouter(many, space, paperSettings)).toJSON().options).toMatchObject(paperSettings);
    expect((await fitRouter(many, space, referenceSettings)).toJSON().options).toMatchObject(referenceSettings);
  });
});

describe('novelty', () => {
  it('is calibrated on held-out directions in 1,024 dimensions, where nothing is like anything', async () => {
    // Four logs: the quantiles of one of them, and of its held-out part, are off by .02 by chance alone.
    const novelties: number[] = [];
    for (const seed of [1, 2, 3, 4]) {
      const random = createRandom(seed);
      const directions = Array.from({ length: 1800 }, () =>
        Float32Array.from({ length: 1024 }, () => random() + random() + random() - 1.5),
      );
      const records = directions
        .slice(0, 1200)
        .map((embedding, i) => ({ query: `q${i}`, embedding, records: { a: 1 } }));
      const router = await fitRouter(records, { id: 'random', dimensions: 1024 }, { restarts: 1 });
      novelties.push(...router.routeBatch(directions.slice(1200)).map(({ novelty }) => novelty!));
    }
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    // By the distances as they are in the training set all lie beyond .95.
    expect(Math.abs(mean(novelties) - 0.5)).toBeLessThan(0.03);
    expect(Math.abs(mean(novelties.map((novelty) => Number(novelty > 0.95))) - 0.05)).toBeLessThan(0.02);
  });
});

describe('own centroids', () => {
  const records = [0, 10, 90].map((degrees, i) => record(`q${i}`, direction(degrees), { a: [1, 1] }));

  it('are used as given, not normalised, and may leave clusters empty', async () => {
    const centroids = [
      [2, 0],
      [-1, 0],
      [0, 0.5],
    ];
    const state = (await fitRouter(records, space, { centroids })).toJSON();
    expect(centroidsOf(state).map((centroid) => [...centroid])).toEqual(centroids);
    // (2, 0) is farther from (1, 0) than (0, 0.5) is from it? ‖·‖²: 1 against 1.25.
    expect(state.clusters.size).toEqual([2, 0, 1]);
  });

  it('route to nothing where the only near cluster is empty', async () => {
    const router = await fitRouter(records, space, {
      centroids: [
        [1, 0],
        [-1, 0],
      ],
      nearestClusters: 1,
    });
    await expectRouterError(
      () => router.route([-1, 0]),
      'no_eligible_model',
      /^embedding: expected a model with scores in the near clusters, got none$/,
    );
  });
});

describe('the option dimensions', () => {
  it('uses the first numbers of each embedding, normalised again', async () => {
    const records = simulatedRecords();
    const router = await fitRouter(records, topicSpace, { dimensions: 3 });
    const cut = records.map((entry) => ({ ...entry, embedding: Array.from(entry.embedding!).slice(0, 3) }));
    const truth = await fitRouter(cut, { id: 'topics', dimensions: 3 });
    expect(router.toJSON()).toMatchObject({ embedding: { dimensions: 5 }, options: { dimensions: 3 } });
    expect(router.toJSON().centroids).toBe(truth.toJSON().centroids);
    expect(router.toJSON().cells).toEqual(truth.toJSON().cells);
    const loaded = Router.fromJSON(JSON.parse(JSON.stringify(router)));
    for (const query of [
      [1, 2, 0, 9, -9],
      [0, 0, 5, 1, 1],
    ]) {
      expect({ ...router.route(query), router: truth.fingerprint }).toEqual(truth.route(query.slice(0, 3)));
      expect(loaded.route(query)).toEqual(router.route(query));
      expect(router.routeBatch([query])).toEqual([router.route(query)]);
    }
    await expectRouterError(
      () => router.route([1, 2, 0]),
      'invalid_embedding',
      'embedding: expected 5 dimensions, got 3',
    );
    await expectRouterError(
      () => router.route([0, 0, 0, 1, 1]),
      'invalid_embedding',
      'embedding: expected a vector with a direction, got zeros only',
    );
  });

  it('keeps the canary short as well', async () => {
    const records = simulatedRecords().map(({ embedding: _, ...rest }) => rest);
    const router = await fitRouter(records, letterEmbedder, { dimensions: 2 });
    // 2 texts × 2 numbers × 4 bytes, in base64.
    expect(router.toJSON().embedding.canary).toHaveLength(24);
    await router.verifyEmbedder();
  });

  it('is refused beyond the length of the embeddings', async () => {
    await expectRouterError(
      () => fitRouter(simulatedRecords(), topicSpace, { dimensions: 6 }),
      'invalid_options',
      'options.dimensions: expected at most 5, the length of the embeddings, got 6',
    );
  });
});

describe('the canary', () => {
  const withoutEmbeddings = simulatedRecords().map(({ embedding: _, ...rest }) => rest);

  it('is taken whenever the embedder can embed', async () => {
    const { embedding } = (await fitRouter(withoutEmbeddings, letterEmbedder)).toJSON();
    expect(embedding).toMatchObject({ id: 'letters', dimensions: 8 });
    const { data } = decodeMatrix(embedding.canary!, 2, 8, 'canary');
    const expected = canaryTexts.flatMap((text) => {
      const vector = letterVector(text);
      return vector.map((value) => Math.fround(value / Math.hypot(...vector)));
    });
    expect([...data]).toEqual(expected.map((value) => expect.closeTo(value, 6) as unknown));
  });

  it('is absent where nothing can', async () => {
    expect((await fitRouter(simulatedRecords(), topicSpace)).toJSON().embedding).toEqual({
      id: 'topics',
      dimensions: 5,
    });
  });
});

describe('progress and abort', () => {
  const records = simulatedRecords().map(({ embedding: _, ...rest }) => rest);

  it('goes through read, embed, cluster and profile, and waits for promises', async () => {
    const seen: FitProgress[] = [];
    let waiting = 0;
    const onProgress = async (progress: FitProgress): Promise<void> => {
      expect(waiting++).toBe(0);
      await new Promise((resolve) => setTimeout(resolve, 1));
      waiting--;
      seen.push(progress);
    };
    await fitRouter(records, letterEmbedder, { onProgress, concurrency: 1 });
    expect([...new Set(seen.map(({ stage }) => stage))]).toEqual(['read', 'embed', 'cluster', 'profile']);
    for (const stage of ['read', 'embed', 'cluster', 'profile']) {
      const own = seen.filter((progress) => progress.stage === stage);
      expect(own.at(-1)!.completed).toBe(own.at(-1)!.total);
      own.forEach(({ completed }, i) => {
        if (i > 0) expect(completed).toBeGreaterThanOrEqual(own[i - 1]!.completed);
      });
    }
  });

  it('lets others in between pieces of the work, whatever is under way', async () => {
    const many = Array.from({ length: 1100 }, (_, i) => ({
      query: `query ${i}`,
      records: { large: 1, small: i % 2 },
      // The first 800 bring their embedding, the others are embedded in batches of 96.
      ...(i < 800 && { embedding: letterVector(`query ${i}`) }),
    }));
    const seen: FitProgress[] = [];
    const onProgress = (progress: FitProgress): unknown => seen.push(progress);
    const told = (stage: string): number[] => seen.filter((own) => own.stage === stage).map((own) => own.completed);
    await fitRouter(many, letterEmbedder, { onProgress, concurrency: 1, clusters: 5 });
    // Read in 1,024s, then made a table in as many, then done.
    expect(told('read')).toEqual([1024, 1100, 1100]);
    expect(told('embed')).toEqual([256, 512, 768, 800, 896, 992, 1088, 1100]);
    expect(told('profile')).toEqual([...Array.from({ length: 17 }, (_, i) => 64 * (i + 1)), 1100]);

    seen.length = 0;
    const centroids = [letterVector('query 1'), letterVector('query 22')];
    await fitRouter(many.slice(0, 100), letterEmbedder, { onProgress, centroids });
    expect(seen.filter(({ stage }) => stage === 'cluster')).toEqual([{ stage: 'cluster', completed: 1, total: 1 }]);
  });

  it.each(['read', 'embed', 'cluster', 'profile'])('can be aborted while it is at %s', async (stage) => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const onProgress = (progress: FitProgress): void => {
      if (progress.stage === stage) controller.abort(reason);
    };
    const options = { onProgress, signal: controller.signal };
    await expect(fitRouter(records, letterEmbedder, options)).rejects.toBe(reason);
  });

  it('does not start when aborted before', async () => {
    const embed = vi.fn(letterEmbedder.embed);
    await expect(fitRouter(records, { ...letterEmbedder, embed }, { signal: AbortSignal.abort() })).rejects.toThrow();
    expect(embed).not.toHaveBeenCalled();
  });
});

describe('malformed options', () => {
  const known =
    'only the keys clusters, nearestClusters, rule, estimator, beta, shrinkage, seed, restarts, maxIterations, defaultAlpha, ' +
    'dimensions, excludedModels, excludedDatasets, prices, centroids, concurrency, onProgress, signal';
  it.each<[unknown, string]>([
    [null, 'options: expected an object, got null'],
    [3, 'options: expected an object, got 3'],
    [{ cluster: 3 }, `options: expected ${known}, got the key "cluster"`],
    [{ clusters: 0 }, 'options.clusters: expected a whole number ≥ 1, got 0'],
    [{ clusters: 2.5 }, 'options.clusters: expected a whole number ≥ 1, got 2.5'],
    [{ clusters: '25' }, 'options.clusters: expected a whole number ≥ 1, got "25"'],
    [{ clusters: 13 }, 'options.clusters: expected at most 12 (one per 10 records of 120), got 13'],
    [{ nearestClusters: -1 }, 'options.nearestClusters: expected a whole number ≥ 1, got -1'],
    [{ dimensions: 0 }, 'options.dimensions: expected a whole number ≥ 1, got 0'],
    [{ nearestClusters: 13 }, 'options.nearestClusters: expected at most the 8 clusters, got 13'],
    [{ estimator: 'knn' }, `options.estimator: expected 'nearest', 'kernel' or 'linear', got "knn"`],
    [
      { rule: 'paper', estimator: 'linear' },
      `options.estimator: expected 'nearest' with the rule 'paper', got 'linear'`,
    ],
    [{ clusters: 2, nearestClusters: 3 }, 'options.nearestClusters: expected at most the 2 clusters, got 3'],
    [{ rule: 'Global' }, `options.rule: expected 'global', 'paper', 'reference' or 'overall', got "Global"`],
    [{ beta: -9 }, 'options.beta: expected a finite number ≥ 0, got -9'],
    [{ shrinkage: Infinity }, 'options.shrinkage: expected a number from 0 to 1e50, got Infinity'],
    [{ shrinkage: 1e51 }, 'options.shrinkage: expected a number from 0 to 1e50, got 1e+51'],
    [{ shrinkage: NaN }, 'options.shrinkage: expected a number from 0 to 1e50, got NaN'],
    [{ seed: -1 }, 'options.seed: expected a whole number from 0 to 4294967295, got -1'],
    [{ seed: 0.5 }, 'options.seed: expected a whole number from 0 to 4294967295, got 0.5'],
    [{ restarts: 0 }, 'options.restarts: expected a whole number ≥ 1, got 0'],
    [{ maxIterations: 0 }, 'options.maxIterations: expected a whole number ≥ 1, got 0'],
    [{ defaultAlpha: 70 }, 'options.defaultAlpha: expected a number from 0 to 1, got 70'],
    [{ concurrency: 0 }, 'options.concurrency: expected a whole number ≥ 1, got 0'],
    [{ excludedModels: 'large' }, 'options.excludedModels: expected an array of names, got "large"'],
    [{ excludedDatasets: [1] }, 'options.excludedDatasets[0]: expected a name, got 1'],
    [
      { excludedModels: ['larg'] },
      'options.excludedModels[0]: expected a model of the records (large, small), got "larg"',
    ],
    [{ prices: 3 }, 'options.prices: expected an object of { input, output } by model, got 3'],
    [{ prices: { large: { input: 1 } } }, 'options.prices.large.output: expected a finite number ≥ 0, got undefined'],
    [
      { prices: { 'gpt-5': { input: -1, output: 1 } } },
      'options.prices["gpt-5"].input: expected a finite number ≥ 0, got -1',
    ],
    [
      { prices: { large: { input: 1, output: 1, cached: 1 } } },
      'options.prices.large: expected only the keys input, output, got the key "cached"',
    ],
    [{ centroids: 3 }, 'options.centroids: expected an array of vectors, got 3'],
    [{ centroids: [] }, 'options.centroids: expected at least one vector, got none'],
    [{ centroids: [3] }, 'options.centroids[0]: expected an array of numbers, got 3'],
    [{ centroids: [[1, 0]] }, 'options.centroids[0]: expected 5 dimensions, got 2'],
    [{ centroids: [[1, 0, 0, 0, NaN]] }, 'options.centroids[0][4]: expected a finite number, got NaN'],
    [{ centroids: [[1, 0, 0, 0, 1e39]] }, 'options.centroids[0][4]: expected a finite number, got 1e+39'],
    [
      { centroids: [[1, 0, 0, 0, 1]], clusters: 2 },
      'options.clusters: expected 1, the number of centroids (or left out), got 2',
    ],
    [
      { centroids: [[1, 0, 0, 0, 1]], nearestClusters: 2 },
      'options.nearestClusters: expected at most the 1 clusters, got 2',
    ],
    [{ onProgress: true }, 'options.onProgress: expected a function, got true'],
    [{ signal: {} }, 'options.signal: expected an AbortSignal, got an object'],
  ])('%o', async (options, message) => {
    await expectRouterError(
      () => fitRouter(simulatedRecords(), topicSpace, options as object),
      'invalid_options',
      message,
    );
  });

  it('more clusters than distinct embeddings: names the number that would work', async () => {
    const records = Array.from({ length: 50 }, (_, i) => record(`q${i}`, direction(i % 3), { a: [1, 1] }));
    await expectRouterError(
      () => fitRouter(records, space, { clusters: 4 }),
      'invalid_options',
      'options.clusters: expected at most 3, the number of distinct embeddings, got 4',
    );
  });

  it('too many clusters are refused before anything is embedded', async () => {
    const embed = vi.fn(letterEmbedder.embed);
    const records = simulatedRecords().map(({ embedding: _, ...rest }) => rest);
    await expectRouterError(
      () => fitRouter(records, { ...letterEmbedder, embed }, { clusters: 99 }),
      'invalid_options',
      /at most 12/,
    );
    expect(embed).not.toHaveBeenCalled();
  });
});
