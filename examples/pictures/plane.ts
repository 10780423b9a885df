import { evaluateRouter, fitRouter, splitRecords, tradeoffCurve } from 'pareto-router';
import { readSample } from '../read-sample.js';
import { sizes } from '../report/drawing.js';
import type { Evaluated } from '../report/evaluated.js';
import { planeChart } from '../report/plane.js';
import { sampleRecords } from '../sample.js';

/** The plane of `npm run evaluate -- --sample zeroeval-10`: real records, held out. */
export const planePicture = async (): Promise<string> => planeChart(await evaluatedSample(), sizes[0]!);

/** What `npm run evaluate -- --sample zeroeval-10` measures. */
export async function evaluatedSample(): Promise<Evaluated> {
  const sample = await readSample('zeroeval-10');
  const { train, test } = splitRecords(sampleRecords(sample), { trainRatio: 0.7, seed: 42 });
  const { id, dimensions } = sample.embedding;
  const router = await fitRouter(train, { id, dimensions }, { seed: 42 });
  const promise = await evaluateRouter(router, test, { retain: [0.95], alphas: [], resamples: 1 });
  const alpha = promise.verdict!.retention[0]!.alpha!;
  const evaluation = await evaluateRouter(router, test, { alpha, seed: 42 });
  return { evaluation, curve: await tradeoffCurve(router, test), alpha };
}
