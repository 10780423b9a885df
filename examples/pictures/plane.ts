import { evaluateRouter, fitRouter, splitRecords, tradeoffCurve } from 'pareto-router';
import { readSample } from '../read-sample.js';
import { sizes } from '../report/drawing.js';
import { planeChart } from '../report/plane.js';
import { sampleRecords } from '../sample.js';

/** What `npm run evaluate -- --sample zeroeval-10` shows first: real records, held out. */
export async function planePicture(): Promise<string> {
  const sample = await readSample('zeroeval-10');
  const { train, test } = splitRecords(sampleRecords(sample), { trainRatio: 0.7, seed: 42 });
  const router = await fitRouter(
    train,
    { id: sample.embedding.id, dimensions: sample.embedding.dimensions },
    { seed: 42 },
  );
  const promise = await evaluateRouter(router, test, { retain: [0.95], alphas: [], resamples: 1 });
  const alpha = promise.verdict!.retention[0]!.alpha!;
  const evaluation = await evaluateRouter(router, test, { alpha, seed: 42 });
  const curve = await tradeoffCurve(router, test);
  return planeChart({ evaluation, curve, alpha }, sizes[0]!);
}
