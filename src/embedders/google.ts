import { name, requireMethods, vectorsInOrder } from '../client.js';
import type { Embedder } from '../embedder.js';
import { dimensions as dimensionsCheck, optional, parse, positiveInteger, strictObject, text } from '../validation.js';

/**
 * The part of the `@google/genai` package's client that is used.
 * @example
 * const client: GoogleClient = {
 *   models: { embedContent: () => Promise.resolve({ embeddings: [{ values: [1, 0] }] }) }, // in a test
 * };
 */
export interface GoogleClient {
  readonly models: {
    /** Embeds contents: a vector each, in their order. */
    embedContent(request: {
      model: string;
      contents: { parts: { text: string }[] }[];
      config: { taskType?: string; outputDimensionality?: number; abortSignal?: AbortSignal };
    }): PromiseLike<{ readonly embeddings?: readonly { readonly values?: ArrayLike<number> }[] }>;
  };
}

/**
 * Options of {@link googleEmbedder}.
 * @example
 * const options: GoogleOptions = { model: 'gemini-embedding-001', dimensions: 768, taskType: 'SEMANTIC_SIMILARITY' };
 * const embedder = googleEmbedder(new GoogleGenAI({}), options);
 */
export interface GoogleOptions {
  readonly model: string;
  /**
   * What the texts are embedded for.
   * @default 'CLUSTERING'
   */
  readonly taskType?: string | undefined;
  /** Asks for shorter vectors, where the model can. */
  readonly dimensions?: number | undefined;
  /**
   * Most texts of one call. The Gemini API takes 100; newer models on Vertex AI take 1.
   * @default 96
   */
  readonly maxBatchSize?: number | undefined;
}

/**
 * Embeds with the Gen AI SDK: `googleEmbedder(new GoogleGenAI({ apiKey }), { model: 'gemini-embedding-001' })`. The vector
 * space is called `google/<model>/<taskType>`.
 *
 * Every text goes as a content of its own: `gemini-embedding-2` would melt a list of strings into one vector. The client
 * retries when it was made with `httpOptions: { retryOptions: { attempts: 5 } }`, and not otherwise.
 *
 * @throws RouterError `invalid_options`
 * @example
 * const embedder = googleEmbedder(new GoogleGenAI({}), { model: 'gemini-embedding-001' });
 */
export function googleEmbedder(client: GoogleClient, options: GoogleOptions): Embedder {
  requireMethods(client, 'a client', ['models.embedContent'], 'googleEmbedder client');
  const check = strictObject<GoogleOptions>({
    model: name,
    taskType: optional(text()),
    dimensions: optional(dimensionsCheck),
    maxBatchSize: optional(positiveInteger),
  });
  const parsed = parse(check, options, 'invalid_options', 'googleEmbedder options');
  const { model, taskType = 'CLUSTERING', dimensions, maxBatchSize } = parsed;
  const settings = { taskType, ...(dimensions !== undefined && { outputDimensionality: dimensions }) };
  return {
    id: `google/${model}/${taskType}`,
    ...(dimensions !== undefined && { dimensions }),
    ...(maxBatchSize !== undefined && { maxBatchSize }),
    async embed(texts, { signal }) {
      const { embeddings = [] } = await client.models.embedContent({
        model,
        contents: texts.map((text) => ({ parts: [{ text }] })),
        config: { ...settings, ...(signal && { abortSignal: signal }) },
      });
      return vectorsInOrder(embeddings, texts, ({ values }) => values);
    },
  };
}
