import { env, pipeline } from '@huggingface/transformers';
import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { fitRouter, Router, transformersEmbedder, type Embedder, type FeatureExtraction } from '../../src/index.js';
import { expectRouterError } from '../support.js';
import { modelFolder, weights } from './local-model.js';

const present = existsSync(weights);
if (!present) console.log(`Skipped, as there is no ${weights}: a real model by transformersEmbedder`);

/** Two topics without a word in common between what is fitted and what is routed. */
const cooking = ['How long do I boil an egg?', 'Which flour makes a light sponge?', 'Season a stew with what herbs?'];
const algebra = ['Solve x² − 5x + 6 = 0.', 'Factor the polynomial x³ − 1.', 'Find the determinant of this matrix.'];
const records = Array.from({ length: 12 }, (_, i) => [
  { query: `${cooking[i % 3]} (${i})`, records: { chef: 1, mathematician: 0 } },
  { query: `${algebra[i % 3]} (${i})`, records: { chef: 0, mathematician: 1 } },
]).flat();

describe.skipIf(!present)('transformersEmbedder with all-MiniLM-L6-v2', () => {
  let extract: FeatureExtraction;
  let embedder: Embedder;

  beforeAll(async () => {
    env.allowRemoteModels = false;
    env.localModelPath = modelFolder;
    extract = await pipeline('feature-extraction', 'minilm', { dtype: 'q8' });
    embedder = transformersEmbedder(extract, { model: 'minilm-l6/q8' });
  });

  it('gives unit vectors of 384 numbers that know meanings', async () => {
    const texts = ['How do I bake bread?', 'A recipe for a loaf, please.', 'Prove that √2 is irrational.'];
    const [bread, loaf, proof] = Array.from(await embedder.embed(texts, {}), (vector) => Array.from(vector));
    const cosine = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    expect(bread).toHaveLength(384);
    expect(cosine(bread!, bread!)).toBeCloseTo(1, 5);
    expect(cosine(bread!, loaf!)).toBeGreaterThan(0.5);
    expect(Math.abs(cosine(bread!, proof!))).toBeLessThan(0.2);
    // Alone, a text gets the vector that it has in a batch.
    const [alone] = await embedder.embed([texts[0]!], {});
    expect(cosine(bread!, Array.from(alone!))).toBeCloseTo(1, 5);
  });

  it('routes by meaning what shares no word with the records, after a save and a load', async () => {
    const fitted = await fitRouter(records, embedder, { clusters: 2, nearestClusters: 1 });
    const router = Router.fromJSON(JSON.parse(JSON.stringify(fitted)), embedder);
    await router.verifyEmbedder();
    expect((await router.routeQuery('My roast chicken is dry.')).model).toBe('chef');
    expect((await router.routeQuery('Compute an eigenvalue.')).model).toBe('mathematician');
  });

  it('is found out by verifyEmbedder when the pooling changes behind its name', async () => {
    const state = (await fitRouter(records, embedder, { clusters: 2 })).toJSON();
    const other = { ...transformersEmbedder(extract, { model: 'minilm-l6/q8', pooling: 'cls' }), id: embedder.id };
    await expectRouterError(() => Router.fromJSON(state, other).verifyEmbedder(), 'embedder_mismatch', /a cosine of/);
  });
});
