export { fitRouter } from './fit.js';
export { Router } from './router.js';
export { mergeRouters } from './living/merge.js';
export type { RevisableOptions } from './living/with-options.js';
export type { ExclusionReason, NotWorseThan, RouteConstraints } from './policy/constraints.js';
export type { FallbackReason } from './policy/candidates.js';
export type { PriorDecision, RankedModel, RouteDecision } from './policy/decision.js';
export { evaluateRouter, type EvaluationOptions, type RouterEvaluation } from './evaluation/evaluate.js';
export type { EvaluationPoint } from './evaluation/points.js';
export type { Baselines, SingleModel } from './evaluation/baselines.js';
export type { DatasetSummary, PolicySummary } from './evaluation/summary.js';
export type { FrontierPoint, RoutingGains } from './evaluation/gains.js';
export type { Verdict } from './evaluation/verdict.js';
export type { AlphaVerdict } from './evaluation/alpha-verdict.js';
export type { Answer } from './evaluation/gain.js';
export type { Interval } from './evaluation/intervals.js';
export type { Mix } from './evaluation/mix.js';
export type { Retention } from './evaluation/retention.js';
export type { EvaluationWarning } from './evaluation/warnings.js';
export type { EvaluationProgress, TrafficOptions } from './evaluation/traffic.js';
export type { OperatingPoint } from './core/frontier.js';
export { splitRecords, type SplitOptions } from './evaluation/split.js';
export { flipPoints, tradeoffCurve, type CurvePoint, type TradeoffCurve } from './evaluation/curve.js';
export { alphaFor, type AlphaTarget, type TunedPoint } from './evaluation/tune.js';
export {
  crossValidate,
  type CrossValidation,
  type CrossValidationOptions,
  type CrossValidationProgress,
} from './evaluation/cross-validate.js';
export type { CrossValidationRow, FoldSpread, RoutingSettings } from './evaluation/recommendation.js';
export {
  compareRouters,
  type ComparisonOptions,
  type ExpectedRouting,
  type RouterComparison,
} from './upkeep/compare-routers.js';
export { compareTraffic, type TrafficComparison, type TrafficComparisonOptions } from './upkeep/compare-traffic.js';
export { chooseQueries } from './upkeep/choose-queries.js';
export { describeRouter, type ClusterDescription, type RouterDescription } from './describe.js';
export {
  paperSettings,
  referenceSettings,
  type FitOptions,
  type Estimator,
  type FitProgress,
  type PartialOptions,
  type RemainingModels,
  type RouterOptions,
  type TokenPrice,
} from './options.js';
export type { RecordSource, RoutingRecord, Usage } from './records.js';
export type { Embedder, EmbedFunction, VectorSpace } from './embedder.js';
export { hashingEmbedder, type HashingOptions } from './embedders/hashing.js';
export { cachedEmbedder, type EmbeddingStore } from './embedders/cached.js';
export { retryingEmbedder, type RetryOptions } from './embedders/retrying.js';
export { openaiEmbedder, type OpenAIClient, type OpenAIEmbedderOptions } from './embedders/openai.js';
export {
  aiSdkEmbedder,
  type AiSdkEmbedderOptions,
  type AiSdkEmbedMany,
  type AiSdkProviderOptions,
} from './embedders/ai-sdk.js';
export {
  transformersEmbedder,
  type FeatureExtraction,
  type TransformersOptions,
  type TransformersPooling,
} from './embedders/transformers.js';
export { cohereEmbedder, type CohereClient, type CohereInputType, type CohereOptions } from './embedders/cohere.js';
export { voyageEmbedder, type VoyageClient, type VoyageOptions } from './embedders/voyage.js';
export { googleEmbedder, type GoogleClient, type GoogleOptions } from './embedders/google.js';
export type { Source } from './formats/source.js';
export type {
  LangfuseObservation,
  LangfuseScore,
  LLMRouterBenchFile,
  RouterArenaPrediction,
} from './formats/documents.js';
export { recordsFromRows, type OutcomeRow } from './formats/outcome-rows.js';
export { recordsFromRouterBench, type RouterBenchRow } from './formats/routerbench.js';
export { recordsFromLLMRouterBench } from './formats/llm-router-bench.js';
export { recordsFromRouterArena } from './formats/router-arena.js';
export { recordsFromLangfuse, type LangfuseExport } from './formats/langfuse.js';
export { recordsFromOpenTelemetry, type OpenTelemetryExport } from './formats/opentelemetry.js';
export { centroidsFromNpy, statisticsFromAvengersPro, type AvengersProStatistics } from './formats/avengers-pro.js';
export { routerFromStatistics, type ClusterStatistics, type RouterStatistics } from './living/from-statistics.js';
export type { EvidenceOptions } from './living/with-records.js';
export type { RouterState, StateCells } from './state.js';
export type { ScoringRule } from './core/score.js';
export { RouterError, type RouterErrorCode } from './errors.js';
