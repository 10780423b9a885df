import { name, requireMethods } from '../client.js';
import type { Embedder } from '../embedder.js';
import { dimensions as dimensionsCheck, oneOf, optional, parse, strictObject } from '../validation.js';

/**
 * What Cohere's models embed a text for.
 * @example
 * const inputType: CohereInputType = 'search_query';
 * const embedder = cohereEmbedder(new CohereClient(), { model: 'embed-v4.0', inputType });
 */
export type CohereInputType = 'clustering' | 'classification' | 'search_document' | 'search_query';

/**
 * The part of the `cohere-ai` package's client that is used.
 * @example
 * const client: CohereClient = {
 *   v2: { embed: ({ texts }) => Promise.resolve({ embeddings: { float: texts.map(() => [1, 0]) } }) }, // in a test
 * };
 */
export interface CohereClient {
  readonly v2: {
    /** Embeds texts; `float` holds a vector each, in their order. */
    embed(
      request: {
        model: string;
        texts: string[];
        inputType: CohereInputType;
        embeddingTypes: 'float'[];
        outputDimension?: number;
      },
      options: { abortSignal?: AbortSignal },
    ): PromiseLike<{ readonly embeddings: { readonly float?: readonly ArrayLike<number>[] } }>;
  };
}

/**
 * Options of {@link cohereEmbedder}.
 * @example
 * const options: CohereOptions = { model: 'embed-v4.0', dimensions: 512 };
 * const embedder = cohereEmbedder(new CohereClient(), options);
 */
export interface CohereOptions {
  readonly model: string;
  /** @default 'clustering' */
  readonly inputType?: CohereInputType | undefined;
  /** Asks for shorter vectors, where the model can. */
  readonly dimensions?: number | undefined;
}

/**
 * Embeds with Cohere: `cohereEmbedder(new CohereClient(), { model: 'embed-v4.0' })`. A model embeds differently for every
 * input type; one serves fit and routes alike, and is part of the vector space's name, `cohere/<model>/<inputType>`.
 * 96 texts a call, Cohere's limit; the client retries by itself.
 *
 * @throws RouterError `invalid_options`
 * @example
 * const embedder = cohereEmbedder(new CohereClient(), { model: 'embed-v4.0' });
 */
export function cohereEmbedder(client: CohereClient, options: CohereOptions): Embedder {
  requireMethods(client, 'a client', ['v2.embed'], 'cohereEmbedder client');
  const check = strictObject<CohereOptions>({
    model: name,
    inputType: optional(oneOf('clustering', 'classification', 'search_document', 'search_query')),
    dimensions: optional(dimensionsCheck),
  });
  const parsed = parse(check, options, 'invalid_options', 'cohereEmbedder options');
  const { model, inputType = 'clustering', dimensions } = parsed;
  return {
    id: `cohere/${model}/${inputType}`,
    ...(dimensions !== undefined && { dimensions }),
    maxBatchSize: 96,
    async embed(texts, { signal }) {
      const request = { model, texts: [...texts], inputType, embeddingTypes: ['float' as const] };
      const { embeddings } = await client.v2.embed(
        { ...request, ...(dimensions !== undefined && { outputDimension: dimensions }) },
        signal ? { abortSignal: signal } : {},
      );
      return embeddings.float ?? [];
    },
  };
}
