import type { Embedder } from '../embedder.js';

/** The part of the `openai` package's client that is used; clients of compatible servers fit as well. */
export interface OpenAIClient {
  readonly embeddings: {
    create(
      body: { model: string; input: string[]; encoding_format: 'float'; dimensions?: number },
      options?: { signal?: AbortSignal },
    ): PromiseLike<{ readonly data: readonly { readonly index: number; readonly embedding: ArrayLike<number> }[] }>;
  };
}

/**
 * Embeds with a client of the OpenAI API: `openaiEmbedder(new OpenAI(), { model: 'text-embedding-3-small' })`.
 * The vector space is called `openai/<model>`.
 *
 * @param options - `dimensions` asks the server for shorter vectors, where the model can
 */
export function openaiEmbedder(
  client: OpenAIClient,
  { model, dimensions }: { readonly model: string; readonly dimensions?: number },
): Embedder {
  const shorter = dimensions === undefined ? {} : { dimensions };
  return {
    id: `openai/${model}`,
    ...shorter,
    async embed(texts, options) {
      const body = { model, input: [...texts], encoding_format: 'float' as const, ...shorter };
      const { data } = await client.embeddings.create(body, options);
      return [...data].sort((a, b) => a.index - b.index).map(({ embedding }) => embedding);
    },
  };
}
