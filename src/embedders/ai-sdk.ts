import { name } from '../client.js';
import type { Embedder } from '../embedder.js';
import { callable, number, object, partialObject, accept, parse, positiveInteger, reading } from '../validation.js';

/**
 * What a provider is told besides the texts: `{ openai: { dimensions: 512 } }`.
 * @example
 * const providerOptions: AiSdkProviderOptions = { openai: { dimensions: 512 } };
 * const embedder = aiSdkEmbedder(embedMany, openai.embedding('text-embedding-3-small'), { providerOptions });
 */
export interface AiSdkProviderOptions {
  [provider: string]: { [option: string]: string | number | boolean | null };
}

/**
 * The part of the AI SDK's `embedMany` that is used.
 * @example
 * const embed: AiSdkEmbedMany<string> = ({ values }) => Promise.resolve({ embeddings: values.map(() => [1, 0]) });
 * const stub = aiSdkEmbedder(embed, 'a model in a test');
 */
export type AiSdkEmbedMany<Model> = (options: {
  model: Model;
  values: string[];
  abortSignal?: AbortSignal;
  maxRetries?: number;
  providerOptions?: AiSdkProviderOptions;
}) => PromiseLike<{ readonly embeddings: readonly ArrayLike<number>[] }>;

/**
 * Options of {@link aiSdkEmbedder}.
 * @example
 * const options: AiSdkEmbedderOptions = { id: 'openai/text-embedding-3-small', maxRetries: 5 };
 * const embedder = aiSdkEmbedder(embedMany, openai.embedding('text-embedding-3-small'), options);
 */
export interface AiSdkEmbedderOptions {
  /**
   * Name of the vector space. Give one where another SDK embeds with the same model.
   * @default `<provider>/<modelId>`, followed by the provider options where there are any
   */
  readonly id?: string | undefined;
  /** Passed on with every call. They may change the vectors, so they are part of the default `id`. */
  readonly providerOptions?: AiSdkProviderOptions | undefined;
  /**
   * How often the SDK repeats a call that failed.
   * @default the SDK's own, 2
   */
  readonly maxRetries?: number | undefined;
  /**
   * Texts of one `embedMany`. The SDK splits them further where the model takes fewer in one call.
   * @default 96
   */
  readonly maxBatchSize?: number | undefined;
}

/**
 * Embeds with a model of the AI SDK (`ai` 4 to 7): `aiSdkEmbedder(embedMany, openai.embedding('text-embedding-3-small'))`.
 * `embedMany` knows each model's limits (texts in a call, parallel calls) and repeats calls that fail.
 *
 * @param embedMany - that of the `ai` package; handed in, since this library imports no SDK
 * @throws RouterError `invalid_options`
 * @example
 * const embedder = aiSdkEmbedder(embedMany, openai.embedding('text-embedding-3-small'));
 */
export function aiSdkEmbedder<Model extends string | { readonly provider: string; readonly modelId: string }>(
  embedMany: AiSdkEmbedMany<Model>,
  model: Model,
  options: AiSdkEmbedderOptions = {},
): Embedder {
  parse(callable(), embedMany, 'invalid_options', 'aiSdkEmbedder embedMany');
  const check = partialObject<AiSdkEmbedderOptions>({
    id: name,
    providerOptions: accept('an object by provider', (value) => typeof value === 'object' && value !== null),
    maxRetries: number('a whole number ≥ 0', (value) => Number.isSafeInteger(value) && value >= 0),
    maxBatchSize: positiveInteger,
  });
  const { id, providerOptions, maxRetries, maxBatchSize } = parse(
    check,
    options,
    'invalid_options',
    'aiSdkEmbedder options',
  );
  const ownName = nameOf(model);
  const settings = {
    ...(providerOptions && { providerOptions }),
    ...(maxRetries !== undefined && { maxRetries }),
  };
  return {
    id: id ?? (providerOptions ? `${ownName}/${asText(providerOptions)}` : ownName),
    ...(maxBatchSize !== undefined && { maxBatchSize }),
    async embed(texts, { signal }) {
      const values = [...texts];
      const { embeddings } = await embedMany({ model, values, ...settings, ...(signal && { abortSignal: signal }) });
      return embeddings;
    },
  };
}

function nameOf(model: unknown): string {
  const place = 'aiSdkEmbedder model';
  if (typeof model === 'string') return parse(name, model, 'invalid_options', place);
  const check = object({ provider: name, modelId: name }, 'a model, or its name');
  const { provider, modelId } = parse(check, model, 'invalid_options', place);
  return `${provider}/${modelId}`;
}

function asText(options: AiSdkProviderOptions): string {
  return reading('invalid_options', 'aiSdkEmbedder options.providerOptions', () => JSON.stringify(options));
}
