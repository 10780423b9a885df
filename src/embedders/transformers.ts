import { name } from '../client.js';
import type { Embedder } from '../embedder.js';
import { callable, oneOf, optional, parse, positiveInteger, strictObject, text } from '../validation.js';

/**
 * How a model makes one vector of a text's tokens; its model card says which it was trained for.
 * @example
 * const pooling: TransformersPooling = 'cls'; // what the model card says
 * const embedder = transformersEmbedder(extract, { model: 'bge-small/q8', pooling });
 */
export type TransformersPooling = 'mean' | 'cls' | 'last_token';

/**
 * The part of a `@huggingface/transformers` feature-extraction pipeline that is used.
 * @example
 * const extract: FeatureExtraction = await pipeline('feature-extraction', 'Xenova/all-MiniLM-L6-v2', { dtype: 'q8' });
 */
export type FeatureExtraction = (
  texts: string[],
  options: { pooling: TransformersPooling; normalize: boolean },
) => PromiseLike<{
  /** One vector a text. */
  tolist(): number[][];
}>;

/**
 * Options of {@link transformersEmbedder}.
 * @example
 * const options: TransformersOptions = { model: 'bge-small/q8', pooling: 'cls', maxBatchSize: 16 };
 * const embedder = transformersEmbedder(extract, options);
 */
export interface TransformersOptions {
  /** Names the model in the vector space's id, since the pipeline knows its files only. Say the dtype too: `minilm-l6/q8`. */
  readonly model: string;
  /** @default 'mean' */
  readonly pooling?: TransformersPooling | undefined;
  /** Put before every text, for models that were trained with one (`'query: '`). */
  readonly prefix?: string | undefined;
  /**
   * Most texts that the model computes at once. An abort is seen between two batches.
   * @default 32
   */
  readonly maxBatchSize?: number | undefined;
}

/**
 * Embeds with a local model: `transformersEmbedder(await pipeline('feature-extraction', model), { model })`. The vector
 * space is called `transformers/<model>/<pooling>`, followed by the prefix where there is one. What is longer than the
 * model's window is cut by its tokenizer, silently.
 *
 * @throws RouterError `invalid_options`
 * @example
 * const extract = await pipeline('feature-extraction', 'Xenova/all-MiniLM-L6-v2', { dtype: 'q8' });
 * const embedder = transformersEmbedder(extract, { model: 'all-MiniLM-L6-v2/q8' });
 */
export function transformersEmbedder(extract: FeatureExtraction, options: TransformersOptions): Embedder {
  parse(callable(), extract, 'invalid_options', 'transformersEmbedder extract');
  const check = strictObject<TransformersOptions>({
    model: name,
    pooling: optional(oneOf('mean', 'cls', 'last_token')),
    prefix: optional(text()),
    maxBatchSize: optional(positiveInteger),
  });
  const parsed = parse(check, options, 'invalid_options', 'transformersEmbedder options');
  const { model, pooling = 'mean', prefix = '', maxBatchSize = 32 } = parsed;
  return {
    id: `transformers/${model}/${pooling}${prefix && `/${prefix}`}`,
    maxBatchSize,
    async embed(texts) {
      const prefixed = texts.map((text) => prefix + text);
      return (await extract(prefixed, { pooling, normalize: true })).tolist();
    },
  };
}
