import type { Embedder } from '../embedder.js';

/** The part of an AI SDK (`ai` package) embedding model that is used. */
export interface AiSdkEmbeddingModel {
  readonly provider: string;
  readonly modelId: string;
  doEmbed(options: {
    values: string[];
    abortSignal?: AbortSignal;
  }): PromiseLike<{ readonly embeddings: readonly ArrayLike<number>[] }>;
}

/**
 * Embeds with a model of the AI SDK: `aiSdkEmbedder(openai.textEmbeddingModel('text-embedding-3-small'))`.
 * The vector space is called `<provider>/<modelId>`.
 *
 * @param options - `maxBatchSize`: how many texts the model takes in one call (its `maxEmbeddingsPerCall`), default 96
 */
export function aiSdkEmbedder(model: AiSdkEmbeddingModel, options: { readonly maxBatchSize?: number } = {}): Embedder {
  return {
    id: `${model.provider}/${model.modelId}`,
    ...options,
    async embed(texts, { signal }) {
      const { embeddings } = await model.doEmbed({ values: [...texts], ...(signal && { abortSignal: signal }) });
      return embeddings;
    },
  };
}
