/**
 * How often the 95 % interval of the verdict's gain holds the truth: planted pools (simulated), whose truth is measured on 10,000 other
 * queries at the α and mixes that the verdict judged.
 *
 *     npx tsx test/bench/coverage.bench.ts [pools, default 100]
 */
import { createRandom } from '../../src/core/random.js';
import {
  alphaFor,
  evaluateRouter,
  fitRouter,
  tradeoffCurve,
  type Router,
  type RoutingRecord,
} from '../../src/index.js';

const pools = Number(process.argv[2] ?? 100);
const models = ['a', 'b', 'c'];
const kinds = 4;
const price = [0.001, 0.004, 0.01];

/** Queries of four kinds, each with an axis of its own and some noise. */
function draw(random: () => number, skill: readonly (readonly number[])[], count: number): RoutingRecord[] {
  return Array.from({ length: count }, (_, i) => {
    const kind = Math.floor(random() * kinds);
    const noisy = (value: number): number => value * (0.5 + random());
    return {
      query: `query ${i}`,
      dataset: `set ${kind % 2}`,
      embedding: Array.from({ length: kinds }, (_, axis) => Number(axis === kind) + random() / 4),
      records: Object.fromEntries(models.map((model, m) => [model, Number(random() < skill[kind]![m]!)])),
      usages: Object.fromEntries(models.map((model, m) => [model, { cost: noisy(price[m]!) }])),
    };
  });
}

/** The gain at the same 19 α on other queries: accuracy less that of the best mix of single models at the same cost. */
async function gainAt(router: Router, alphas: readonly number[], records: readonly RoutingRecord[]): Promise<number> {
  const { points, baselines } = await evaluateRouter(router, records, { alphas, resamples: 1 });
  const singles = baselines.models.map(({ accuracy, meanCost }) => ({ accuracy: accuracy!, cost: meanCost! }));
  const mix = (cost: number): number =>
    Math.max(
      ...singles.filter((own) => own.cost <= cost).map(({ accuracy }) => accuracy),
      ...singles.flatMap((left) =>
        singles
          .filter((right) => left.cost <= cost && right.cost > cost)
          .map(
            (right) =>
              left.accuracy + ((cost - left.cost) / (right.cost - left.cost)) * (right.accuracy - left.accuracy),
          ),
      ),
    );
  const gainOf = new Map(points.map(({ alpha, accuracy, meanCost }) => [alpha, accuracy! - mix(meanCost!)]));
  return alphas.reduce((sum, alpha) => sum + gainOf.get(alpha)!, 0) / alphas.length;
}

let covered = 0;
for (let pool = 0; pool < pools; pool++) {
  const random = createRandom(pool);
  const skill = Array.from({ length: kinds }, () =>
    models.map((_, m) => Math.min(0.95, 0.3 + 0.15 * m + 0.4 * random())),
  );
  const router = await fitRouter(draw(random, skill, 400), { id: 'planted', dimensions: kinds }, { seed: pool });
  const heldOut = draw(random, skill, 300);
  const { verdict } = await evaluateRouter(router, heldOut, { seed: pool });
  const promised = await tradeoffCurve(
    router,
    heldOut.map(({ embedding }) => embedding!),
  );
  const alphas = Array.from({ length: 19 }, (_, i) => alphaFor(promised, { spend: (i + 1) / 20 }).alpha);
  const truth = await gainAt(router, alphas, draw(random, skill, 10_000));
  const { low, high } = verdict!.gain;
  if (low <= truth && truth <= high) covered++;
  process.stderr.write(low <= truth && truth <= high ? '.' : '!');
}
console.log(`\nthe interval of the gain holds the truth in ${covered} of ${pools} simulated pools`);
