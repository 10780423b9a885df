export { fitRouter, type RemainingModels } from './fit.js';
export { Router } from './router.js';
export type { ExclusionReason, RankedModel, RouteConstraints, RouteDecision } from './decision.js';
export {
  paperSettings,
  referenceSettings,
  type FitOptions,
  type FitProgress,
  type RouterOptions,
  type TokenPrice,
} from './options.js';
export type { RecordSource, RoutingRecord, Usage } from './records.js';
export type { Embedder, EmbedFunction, VectorSpace } from './embedder.js';
export { hashingEmbedder, type HashingOptions } from './embedders/hashing.js';
export { cachedEmbedder, type EmbeddingStore } from './embedders/cached.js';
export { openaiEmbedder, type OpenAIClient } from './embedders/openai.js';
export { aiSdkEmbedder, type AiSdkEmbeddingModel } from './embedders/ai-sdk.js';
export type { RouterState, StateCells } from './state.js';
export type { ScoringRule } from './core/score.js';
export { RouterError, type RouterErrorCode } from './errors.js';
