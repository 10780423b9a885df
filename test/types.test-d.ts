import { expectTypeOf, test } from 'vitest';
import {
  fitRouter,
  mergeRouters,
  Router,
  type AiSdkEmbedderOptions,
  type CohereOptions,
  type ComparisonOptions,
  type CrossValidationOptions,
  type Embedder,
  type EvaluationOptions,
  type EvidenceOptions,
  type FitOptions,
  type GoogleOptions,
  type HashingOptions,
  type OpenAIEmbedderOptions,
  type OutcomeRow,
  type PartialOptions,
  type RevisableOptions,
  type RouteConstraints,
  type RouteDecision,
  type RouterState,
  type RouterStatistics,
  type RoutingRecord,
  type SplitOptions,
  type TrafficComparisonOptions,
  type TrafficOptions,
  type TransformersOptions,
  type VoyageOptions,
} from '../src/index.js';

const space = { id: 'x', dimensions: 2 };

test('model names are inferred from the records', async () => {
  const router = await fitRouter(
    [
      { query: 'q', records: { 'gpt-5': 1, qwen3: true }, usages: { qwen3: { cost: 1 } }, embedding: [1, 2] },
      { query: 'r', records: { 'gpt-5': null } },
    ],
    space,
  );
  expectTypeOf(router).toEqualTypeOf<Router<'gpt-5' | 'qwen3'>>();
  expectTypeOf(router.route([1, 2]).model).toEqualTypeOf<'gpt-5' | 'qwen3'>();
  expectTypeOf(router.models).toEqualTypeOf<readonly ('gpt-5' | 'qwen3')[]>();
});

test('excluded models leave the type', async () => {
  const records: RoutingRecord<'a' | 'b' | 'c'>[] = [];
  expectTypeOf(await fitRouter(records, space, { excludedModels: ['b'] })).toEqualTypeOf<Router<'a' | 'c'>>();
  expectTypeOf(await fitRouter(records, space, { seed: 1 })).toEqualTypeOf<Router<'a' | 'b' | 'c'>>();
});

test('records whose models the compiler does not know', async () => {
  const records = [] as RoutingRecord[];
  const names: string[] = [];
  expectTypeOf(await fitRouter(records, space)).toEqualTypeOf<Router>();
  expectTypeOf(await fitRouter(records, space, { excludedModels: names })).toEqualTypeOf<Router>();
});

test('streams', async () => {
  const stream = {} as AsyncIterable<RoutingRecord<'a' | 'b'>>;
  expectTypeOf(await fitRouter(stream, space)).toEqualTypeOf<Router<'a' | 'b'>>();
});

test('states carry the names', () => {
  const router = {} as Router<'a' | 'b'>;
  expectTypeOf(router.toJSON()).toEqualTypeOf<RouterState<'a' | 'b'>>();
  expectTypeOf(Router.fromJSON(router.toJSON())).toEqualTypeOf<Router<'a' | 'b'>>();
  expectTypeOf(Router.fromJSON(JSON.parse('{}') as unknown)).toEqualTypeOf<Router>();
});

test('successors know their models', () => {
  const router = {} as Router<'a' | 'b'>;
  expectTypeOf(router.withoutModels(['a'])).toEqualTypeOf<Router<'b'>>();
  expectTypeOf(router.withoutModels([] as string[])).toEqualTypeOf<Router<'a' | 'b'>>();
  expectTypeOf(({} as Router).withoutModels(['a'])).toEqualTypeOf<Router>();
  expectTypeOf(router.withOptions({ shrinkage: 1 })).toEqualTypeOf<Router<'a' | 'b'>>();
  expectTypeOf(router.withPrices({ a: { input: 1, output: 2 } })).toEqualTypeOf<Router<'a' | 'b'>>();
  const catalogue: Record<string, { input: number; output: number }> = {};
  expectTypeOf(router.withPrices(catalogue)).toEqualTypeOf<Router<'a' | 'b'>>();
  // @ts-expect-error -- not a model of the router
  router.withPrices({ c: { input: 1, output: 2 } });
  expectTypeOf(mergeRouters([router, {} as Router<'c'>])).toEqualTypeOf<Router<'a' | 'b' | 'c'>>();
});

test('constraints suggest the names, and allow others', () => {
  const router = {} as Router<'a' | 'b'>;
  expectTypeOf(router.route([1], 0.5, { exclude: ['a', 'in an outage'] })).toEqualTypeOf<RouteDecision<'a' | 'b'>>();
  expectTypeOf(router).toExtend<Router>();
});

test('embedders', () => {
  const records: RoutingRecord<'a'>[] = [];
  expectTypeOf(fitRouter).toBeCallableWith(records, (texts: readonly string[]) =>
    Promise.resolve(texts.map(() => [1])),
  );
  expectTypeOf(fitRouter).toBeCallableWith(records, {
    id: 'x',
    embed: async (texts: readonly string[]) => Promise.resolve(texts.map(() => new Float32Array(2))),
  });
  // @ts-expect-error -- a vector space without dimensions says too little
  expectTypeOf(fitRouter).toBeCallableWith(records, { id: 'x' });
});

/** The optional properties of T that `exactOptionalPropertyTypes` would not let be `undefined`. */
type NeverUndefined<T> = {
  [K in keyof T]-?: object extends Pick<T, K> ? (Record<K, undefined> extends Pick<T, K> ? never : K) : never;
}[keyof T];

test('whatever may be left out may be undefined', () => {
  expectTypeOf<NeverUndefined<{ a?: number; b?: number | undefined; c: number }>>().toEqualTypeOf<'a'>();
  expectTypeOf<NeverUndefined<FitOptions>>().toBeNever();
  expectTypeOf<NeverUndefined<PartialOptions<RevisableOptions>>>().toBeNever();
  expectTypeOf<NeverUndefined<EvidenceOptions>>().toBeNever();
  expectTypeOf<NeverUndefined<RouterStatistics>>().toBeNever();
  expectTypeOf<NeverUndefined<RouteConstraints>>().toBeNever();
  expectTypeOf<NeverUndefined<RoutingRecord>>().toBeNever();
  expectTypeOf<NeverUndefined<OutcomeRow>>().toBeNever();
  expectTypeOf<NeverUndefined<SplitOptions>>().toBeNever();
  expectTypeOf<NeverUndefined<EvaluationOptions>>().toBeNever();
  expectTypeOf<NeverUndefined<TrafficOptions>>().toBeNever();
  expectTypeOf<NeverUndefined<CrossValidationOptions>>().toBeNever();
  expectTypeOf<NeverUndefined<ComparisonOptions>>().toBeNever();
  expectTypeOf<NeverUndefined<TrafficComparisonOptions>>().toBeNever();
  expectTypeOf<NeverUndefined<Embedder>>().toBeNever();
  expectTypeOf<NeverUndefined<HashingOptions>>().toBeNever();
  expectTypeOf<NeverUndefined<OpenAIEmbedderOptions>>().toBeNever();
  expectTypeOf<NeverUndefined<AiSdkEmbedderOptions>>().toBeNever();
  expectTypeOf<NeverUndefined<TransformersOptions>>().toBeNever();
  expectTypeOf<NeverUndefined<CohereOptions>>().toBeNever();
  expectTypeOf<NeverUndefined<VoyageOptions>>().toBeNever();
  expectTypeOf<NeverUndefined<GoogleOptions>>().toBeNever();
});
