/**
 * Is novelty calibrated? Its mean and its share beyond .95 on held-out queries, which ought to be .5 and .05, by distances as they are in the
 * training set and by those of the fit; and what the kernel's bandwidth, their median, does to AIQ. Ten splits.
 *
 *     npx tsx test/bench/novelty.bench.ts RECORDS.jsonl EMBEDDINGS.f32
 *
 * The embeddings are row-major little-endian Float32, one row a record.
 */
import { distanceQuantiles } from '../../src/core/novelty.js';
import { fitRouter, Router, splitRecords, tradeoffCurve } from '../../src/index.js';
import { near } from '../../src/policy/near.js';
import { policyOf } from '../../src/router.js';
import { mean, readRealRecords, standardError } from './real-records.js';

const { records, dimensions } = readRealRecords();

const withError = (numbers: readonly number[]): string =>
  `${mean(numbers).toFixed(4)} ± ${standardError(numbers).toFixed(4)}`;
const kinds = ['as they are', 'left out'] as const;

for (const clusters of [25, 60, 100]) {
  const runs = kinds.map(() => ({ means: [] as number[], beyond: [] as number[], aiq: [] as number[] }));
  for (let seed = 1; seed <= 10; seed++) {
    const { train, test } = splitRecords(records, { seed });
    const router = await fitRouter(train, { id: 'bench', dimensions }, { clusters, seed });
    const policy = policyOf(router);
    const plain = train.map(({ embedding }) =>
      Math.sqrt(Math.min(...near(policy, embedding, 'embedding').squaredDistances)),
    );
    const state = router.toJSON();
    const quantiles = [...distanceQuantiles(Float64Array.from(plain), 101)];
    const asTheyAre = Router.fromJSON({ ...state, clusters: { ...state.clusters, distanceQuantiles: quantiles } });
    for (const [i, candidate] of [asTheyAre, router].entries()) {
      const novelties = test.map(({ embedding }) => candidate.route(embedding).novelty!);
      runs[i]!.means.push(mean(novelties));
      runs[i]!.beyond.push(mean(novelties.map((novelty) => Number(novelty > 0.95))));
      runs[i]!.aiq.push((await tradeoffCurve(candidate, test)).aiq!);
    }
    process.stderr.write('.');
  }
  process.stderr.write('\n');
  kinds.forEach((kind, i) => {
    const { means, beyond } = runs[i]!;
    console.log(`${clusters} clusters, distances ${kind}: mean ${withError(means)}, beyond .95 ${withError(beyond)}`);
  });
  const differences = runs[1]!.aiq.map((aiq, run) => aiq - runs[0]!.aiq[run]!);
  console.log(`${clusters} clusters, AIQ by the new bandwidth − by the old one: ${withError(differences)}`);
}
