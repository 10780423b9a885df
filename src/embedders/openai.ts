import { name, requireMethods, vectorsInOrder } from '../client.js';
import type { Embedder } from '../embedder.js';
import { dimensions as dimensionsCheck, optional, parse, positiveInteger, strictObject } from '../validation.js';

/**
 * The part of the `openai` package's client that is used; clients of compatible servers fit as well.
 * @example
 * const client: OpenAIClient = new OpenAI({ baseURL: 'http://localhost:11434/v1' });
 * const embedder = openaiEmbedder(client, { model: 'nomic-embed-text', id: 'ollama/nomic-embed-text' });
 */
export interface OpenAIClient {
  readonly embeddings: {
    /** Embeds texts; `index` says which text a vector is of. */
    create(
      body: { model: string; input: string[]; encoding_format: 'float'; dimensions?: number },
      options?: { signal?: AbortSignal },
    ): PromiseLike<{
      readonly data: readonly { readonly index: number; readonly embedding: ArrayLike<number> | string }[];
    }>;
  };
}

/**
 * Options of {@link openaiEmbedder}.
 * @example
 * const options: OpenAIEmbedderOptions = { model: 'text-embedding-3-large', dimensions: 256, maxBatchSize: 512 };
 * const embedder = openaiEmbedder(new OpenAI(), options);
 */
export interface OpenAIEmbedderOptions {
  readonly model: string;
  /** Asks the server for shorter vectors, where the model can. */
  readonly dimensions?: number | undefined;
  /**
   * Name of the vector space. Give one where the client's server is not OpenAI's own, or where another SDK embeds with
   * the same model.
   * @default `openai/<model>`
   */
  readonly id?: string | undefined;
  /**
   * Most texts of one call; OpenAI takes 2048, compatible servers often 32 or 64.
   * @default 96
   */
  readonly maxBatchSize?: number | undefined;
}

/**
 * Embeds with a client of the OpenAI API: `openaiEmbedder(new OpenAI(), { model: 'text-embedding-3-small' })`. The client
 * retries by itself (`maxRetries`). It asks for plain numbers, and reads base64 where a server sends it all the same.
 *
 * @throws RouterError `invalid_options`
 * @example
 * const embedder = openaiEmbedder(new OpenAI(), { model: 'text-embedding-3-small' });
 */
export function openaiEmbedder(client: OpenAIClient, options: OpenAIEmbedderOptions): Embedder {
  requireMethods(client, 'a client', ['embeddings.create'], 'openaiEmbedder client');
  const check = strictObject<OpenAIEmbedderOptions>({
    model: name,
    dimensions: optional(dimensionsCheck),
    id: optional(name),
    maxBatchSize: optional(positiveInteger),
  });
  const parsed = parse(check, options, 'invalid_options', 'openaiEmbedder options');
  const { model, dimensions, id = `openai/${model}`, maxBatchSize } = parsed;
  const shorter = dimensions === undefined ? {} : { dimensions };
  return {
    id,
    ...shorter,
    ...(maxBatchSize !== undefined && { maxBatchSize }),
    async embed(texts, options) {
      const body = { model, input: [...texts], encoding_format: 'float' as const, ...shorter };
      const { data } = await client.embeddings.create(body, options);
      return vectorsInOrder(data, texts, ({ embedding }) =>
        typeof embedding === 'string' ? decodeFloats(embedding) : embedding,
      );
    },
  };
}

/** Little-endian Float32 in base64, as the API writes them. */
function decodeFloats(base64: string): number[] {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}
