/**
 * Compares the scoring rules on real records over five splits:
 *
 *     npx tsx test/bench/rules.bench.ts records.jsonl embeddings.f32
 *
 * @param records.jsonl one evaluated query a line
 * @param embeddings.f32 their embeddings, row by row, little-endian Float32
 */
import { readFileSync } from 'node:fs';
import Table from 'cli-table3';
import {
  evaluateRouter,
  fitRouter,
  Router,
  splitRecords,
  type RouterEvaluation,
  type RouterOptions,
  type RoutingRecord,
} from '../../src/index.js';

const [recordsPath, embeddingsPath] = process.argv.slice(2);
if (recordsPath === undefined || embeddingsPath === undefined) {
  throw new Error('usage: rules.bench.ts records.jsonl embeddings.f32');
}
const lines = readFileSync(recordsPath, 'utf8').trimEnd().split('\n');
const bytes = readFileSync(embeddingsPath);
const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
const dimensions = values.length / lines.length;
const records = lines.map((line, i): RoutingRecord => ({
  ...(JSON.parse(line) as RoutingRecord),
  embedding: values.subarray(i * dimensions, (i + 1) * dimensions),
}));

type Settings = Pick<RouterOptions, 'clusters' | 'nearestClusters' | 'rule' | 'shrinkage'>;
const sizes = [
  [25, 3],
  [60, 4],
  [120, 4],
] as const;
const settings: Settings[] = [
  ...(['paper', 'global'] as const).flatMap((rule) =>
    sizes.flatMap(([clusters, nearestClusters]) =>
      [0, 10, 40].map((shrinkage) => ({ clusters, nearestClusters, rule, shrinkage })),
    ),
  ),
  ...sizes.map(([clusters, nearestClusters]) => ({
    clusters,
    nearestClusters,
    rule: 'reference' as const,
    shrinkage: 0,
  })),
];
const seeds = [42, 999, 2024, 2025, 3407];
const alphas = Array.from({ length: 101 }, (_, i) => i / 100);

const evaluations: RouterEvaluation[][] = settings.map(() => []);
for (const seed of seeds) {
  const { train, test } = splitRecords(records, { seed });
  const routers = new Map<number, Router>();
  for (const [i, options] of settings.entries()) {
    const { clusters } = options;
    const router = routers.get(clusters) ?? (await fitRouter(train, { id: 'bench', dimensions }, { clusters, seed }));
    routers.set(clusters, router);
    const state = router.toJSON();
    const variant = Router.fromJSON({ ...state, options: { ...state.options, ...options } });
    evaluations[i]!.push(await evaluateRouter(variant, test, options.rule === 'reference' ? { alphas } : {}));
    process.stderr.write('.');
  }
}
process.stderr.write('\n');

const format = (figures: readonly (number | null)[], digits: number): string => {
  const known = figures.filter((figure) => figure !== null);
  if (known.length === 0) return '–';
  const mean = known.reduce((a, b) => a + b) / known.length;
  const squares = known.reduce((sum, figure) => sum + (figure - mean) ** 2, 0);
  const spread = known.length > 1 ? ` ± ${Math.sqrt(squares / (known.length - 1)).toFixed(digits)}` : '';
  const missing = known.length < figures.length ? ` (${known.length} of ${figures.length})` : '';
  return mean.toFixed(digits) + spread + missing;
};
const percent = (figures: readonly (number | null)[]): string =>
  format(
    figures.map((figure) => figure && 100 * figure),
    1,
  );

const [first] = evaluations as [RouterEvaluation[]];
const zeroRouter = first.map(({ zeroRouterAiq }) => zeroRouterAiq!);
const table = new Table({
  head: ['rule', 'k / near', 'n₀', 'AIQ', 'AIQ − single models’', 'PerfGain %', 'CostSave %', 'pays / unclear / not'],
  style: { head: [], border: [] },
});
evaluations.forEach((runs, i) => {
  const { rule, clusters, nearestClusters, shrinkage } = settings[i]!;
  const answers = ['pays', 'unclear', 'does_not_pay'].map(
    (answer) => runs.filter(({ verdict }) => verdict?.answer === answer).length,
  );
  table.push([
    rule,
    `${clusters} / ${nearestClusters}`,
    String(shrinkage),
    format(
      runs.map(({ aiq }) => aiq),
      4,
    ),
    format(
      runs.map(({ aiq }, run) => aiq! - zeroRouter[run]!),
      4,
    ),
    percent(runs.map(({ perfGain }) => perfGain)),
    percent(runs.map(({ costSave }) => costSave)),
    answers.join(' / '),
  ]);
});
console.log(`${records.length} records, 70/30 splits with seeds ${seeds.join(', ')}: mean ± standard deviation`);
console.log(table.toString());
console.log(`AIQ of the single models mixed at random: ${format(zeroRouter, 4)}`);
for (const name of ['bestSingle', 'cheapest', 'random', 'expert', 'oracle'] as const) {
  const policies = first.map(({ baselines }) => baselines[name]!);
  const cost = format(
    policies.map(({ meanCost }) => meanCost && 1000 * meanCost),
    3,
  );
  console.log(`${name}: accuracy ${percent(policies.map(({ accuracy }) => accuracy))} %, $ ${cost} per 1000 queries`);
}
console.log(
  evaluations[settings.findIndex(({ rule, shrinkage }) => rule === 'global' && shrinkage === 10)]![0]!.verdict,
);
