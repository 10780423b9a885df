import { expect, it } from 'vitest';
import {
  crossValidate,
  evaluateRouter,
  fitRouter,
  hashingEmbedder,
  openaiEmbedder,
  splitRecords,
  tradeoffCurve,
} from '../src/index.js';
import { simulatedRecords, topicSpace } from './support.js';

const records = simulatedRecords();
/** Every key there is, each `undefined`. */
const nothing = (...keys: string[]): object => Object.fromEntries(keys.map((key) => [key, undefined]));
const reading = ['prices', 'concurrency', 'onProgress', 'signal'];
const kMeans = ['seed', 'restarts', 'maxIterations', 'dimensions', 'excludedModels', 'excludedDatasets', 'beta'];
const settings = ['clusters', 'nearestClusters', 'rule', 'estimator', 'shrinkage'];

it('an option that is undefined is an option left out', async () => {
  const router = await fitRouter(records, topicSpace);
  const fit = nothing(...reading, ...kMeans, ...settings, 'defaultAlpha', 'centroids');
  expect((await fitRouter(records, topicSpace, fit)).fingerprint).toBe(router.fingerprint);
  expect(router.withOptions(nothing(...settings.slice(1), 'defaultAlpha', 'beta')).fingerprint).toBe(
    router.fingerprint,
  );

  const split = nothing('trainRatio', 'seed', 'testOnly', 'trainOnly');
  expect(splitRecords(records, split)).toEqual(splitRecords(records));
  const traffic = nothing(...reading, 'constraints');
  expect(await tradeoffCurve(router, records, traffic)).toEqual(await tradeoffCurve(router, records));
  const evaluation = { ...traffic, ...nothing('alphas', 'alpha', 'retain', 'resamples', 'seed') };
  expect(await evaluateRouter(router, records, evaluation)).toEqual(await evaluateRouter(router, records));
  const validation = nothing(...reading, ...kMeans, ...settings, 'folds');
  expect(await crossValidate(records, topicSpace, validation)).toEqual(await crossValidate(records, topicSpace));

  expect(hashingEmbedder(nothing('dimensions')).id).toBe(hashingEmbedder().id);
  const bodies: unknown[] = [];
  const client = { embeddings: { create: (body: unknown) => (bodies.push(body), Promise.resolve({ data: [] })) } };
  const given = openaiEmbedder(client, { model: 'm', ...nothing('dimensions', 'id', 'maxBatchSize') });
  const plain = openaiEmbedder(client, { model: 'm' });
  await given.embed([], {});
  await plain.embed([], {});
  expect([given.id, Object.keys(given), bodies[0]]).toEqual([plain.id, Object.keys(plain), bodies[1]]);
});
