import { name, requireMethods, vectorsInOrder } from '../client.js';
import type { Embedder } from '../embedder.js';
import { dimensions as dimensionsCheck, oneOf, optional, parse, positiveInteger, strictObject } from '../validation.js';

/**
 * The part of the `voyageai` package's client that is used.
 * @example
 * const client: VoyageClient = {
 *   embed: ({ input }) => Promise.resolve({ data: input.map((_, index) => ({ index, embedding: [1, 0] })) }), // in a test
 * };
 */
export interface VoyageClient {
  /** Embeds texts; `index` says which text a vector is of. */
  embed(
    request: { model: string; input: string[]; inputType?: 'query' | 'document'; outputDimension?: number },
    options: { abortSignal?: AbortSignal },
  ): PromiseLike<{ readonly data?: readonly { readonly index?: number; readonly embedding?: ArrayLike<number> }[] }>;
}

/**
 * Options of {@link voyageEmbedder}.
 * @example
 * const options: VoyageOptions = { model: 'voyage-3.5', dimensions: 512, maxBatchSize: 500 };
 * const embedder = voyageEmbedder(new VoyageAIClient(), options);
 */
export interface VoyageOptions {
  readonly model: string;
  /**
   * What the texts are embedded for; each type puts another prompt before them.
   * @default none, which Voyage advises for clustering
   */
  readonly inputType?: 'query' | 'document' | undefined;
  /** Asks for shorter vectors, where the model can. */
  readonly dimensions?: number | undefined;
  /**
   * Most texts of one call. Voyage takes 1,000, as long as their tokens stay below the model's limit.
   * @default 96
   */
  readonly maxBatchSize?: number | undefined;
}

/**
 * Embeds with Voyage AI: `voyageEmbedder(new VoyageAIClient(), { model: 'voyage-3.5' })`. The vector space is called
 * `voyage/<model>`, followed by the input type where there is one. The client retries by itself.
 *
 * @throws RouterError `invalid_options`
 * @example
 * const embedder = voyageEmbedder(new VoyageAIClient(), { model: 'voyage-3.5' });
 */
export function voyageEmbedder(client: VoyageClient, options: VoyageOptions): Embedder {
  requireMethods(client, 'a client', ['embed'], 'voyageEmbedder client');
  const check = strictObject<VoyageOptions>({
    model: name,
    inputType: optional(oneOf('query', 'document')),
    dimensions: optional(dimensionsCheck),
    maxBatchSize: optional(positiveInteger),
  });
  const parsed = parse(check, options, 'invalid_options', 'voyageEmbedder options');
  const { model, inputType, dimensions, maxBatchSize } = parsed;
  const settings = {
    ...(inputType && { inputType }),
    ...(dimensions !== undefined && { outputDimension: dimensions }),
  };
  return {
    id: inputType ? `voyage/${model}/${inputType}` : `voyage/${model}`,
    ...(dimensions !== undefined && { dimensions }),
    ...(maxBatchSize !== undefined && { maxBatchSize }),
    async embed(texts, { signal }) {
      const request = { model, input: [...texts], ...settings };
      const { data = [] } = await client.embed(request, signal ? { abortSignal: signal } : {});
      return vectorsInOrder(data, texts, ({ embedding }) => embedding);
    },
  };
}
