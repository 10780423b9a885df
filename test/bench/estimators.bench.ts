/**
 * Estimators on real records: AIQ on held-out queries, paired over ten splits, beside the mean of the three nearest of 25 clusters.
 *
 *     npx tsx test/bench/estimators.bench.ts RECORDS.jsonl EMBEDDINGS.f32 [records to fit]
 *
 * The embeddings are row-major little-endian Float32, one row a record.
 */
import { fitRouter, Router, splitRecords, tradeoffCurve, type Estimator } from '../../src/index.js';
import { mean, readRealRecords, standardError } from './real-records.js';

const { records, dimensions } = readRealRecords();
const limit = process.argv[4];

interface Contender {
  readonly estimator: Estimator;
  /** Clusters: at most so many, and at most one per so many records. */
  readonly most: number;
  readonly per: number;
  readonly nearestClusters: number;
}
const contenders: Contender[] = [
  { estimator: 'nearest', most: 25, per: 10, nearestClusters: 3 },
  { estimator: 'nearest', most: 60, per: 10, nearestClusters: 4 },
  ...(['kernel', 'linear'] as const).flatMap((estimator) =>
    [60, 100, 150].map((most) => ({ estimator, most, per: 14, nearestClusters: 3 })),
  ),
];

const gains: number[][] = contenders.map(() => []);
for (let seed = 1; seed <= 10; seed++) {
  const { train, test } = splitRecords(records, { seed });
  // `splitRecords` shuffles by query; every so many-th record is a fair sample of it.
  const wanted = Math.min(train.length, Number(limit ?? Infinity));
  const fitted = train.filter(
    (_, i) => Math.floor((i * wanted) / train.length) < Math.floor(((i + 1) * wanted) / train.length),
  );
  const routers = new Map<number, Router>();
  for (const [i, { estimator, most, per, nearestClusters }] of contenders.entries()) {
    const clusters = Math.max(1, Math.min(most, Math.floor(fitted.length / per)));
    const router = routers.get(clusters) ?? (await fitRouter(fitted, { id: 'bench', dimensions }, { clusters, seed }));
    routers.set(clusters, router);
    const state = router.toJSON();
    const options = { ...state.options, estimator, nearestClusters: Math.min(clusters, nearestClusters) };
    const curve = await tradeoffCurve(Router.fromJSON({ ...state, options }), test);
    gains[i]!.push(1e4 * curve.aiq!);
  }
  process.stderr.write('.');
}
process.stderr.write('\n');

console.log(
  `${records.length} records, ${limit ?? '70 %'} to fit, ten splits; AIQ in 1e-4, paired differences ± standard error`,
);
contenders.forEach(({ estimator, most, nearestClusters }, i) => {
  const beside = (other: number): string => {
    const differences = gains[i]!.map((gain, run) => gain - gains[other]![run]!);
    return `${mean(differences).toFixed(1)} ± ${standardError(differences).toFixed(1)}`;
  };
  const name = `${estimator} ≤${most}${estimator === 'nearest' ? `/${nearestClusters}` : ''}`;
  console.log(
    `${name.padEnd(14)} AIQ ${mean(gains[i]!).toFixed(1)}  beside 25/3: ${beside(0)}  beside 60/4: ${beside(1)}`,
  );
});
