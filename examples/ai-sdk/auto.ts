/** A language model for the AI SDK (`ai` 7) that decides for every call which model answers. See README.md beside it. */
import {
  APICallError,
  type LanguageModelV4,
  type LanguageModelV4Prompt,
  type LanguageModelV4StreamPart,
  type SharedV4ProviderMetadata,
} from '@ai-sdk/provider';
import type { Router } from 'pareto-router';
import { createChooser, walkLadder, type ChooserOptions, type Choice, type Rung } from '../ladder.js';

/** What {@link autoModel} is made of. */
export interface AutoOptions extends ChooserOptions {
  /** The SDK's model for every name that the router knows. */
  readonly models: Readonly<Record<string, LanguageModelV4>>;
  /** Trade-off α; the router's default when left out. */
  readonly alpha?: number;
}

export function autoModel(router: Router, { models, alpha, ...chooser }: AutoOptions): LanguageModelV4 {
  const choose = createChooser(router, chooser);
  const modelOf = (name: string): LanguageModelV4 => {
    const model = models[name];
    if (!model) throw new Error(`models: expected a model for ${JSON.stringify(name)}, got none`);
    return model;
  };

  async function route<Answer>(
    prompt: LanguageModelV4Prompt,
    ask: (model: LanguageModelV4) => PromiseLike<Answer>,
  ): Promise<Rung<Answer> & { metadata: SharedV4ProviderMetadata }> {
    const choice = await choose(lastUserText(prompt), alpha);
    try {
      const rung = await walkLadder(choice.models, (name) => ask(modelOf(name)), isRetryable);
      return { ...rung, metadata: describeChoice(choice, rung) };
    } catch (error) {
      throw isRetryable(error) ? exhausted(error, choice.models) : error;
    }
  }

  return {
    specificationVersion: 'v4',
    provider: 'pareto-router',
    modelId: 'auto',
    supportedUrls: {},
    async doGenerate(options) {
      const { answer, metadata } = await route(options.prompt, (model) => model.doGenerate(options));
      return { ...answer, providerMetadata: { ...answer.providerMetadata, ...metadata } };
    },
    async doStream(options) {
      // A stream that has begun is not begun again: only what fails before it walks on.
      const { answer, metadata } = await route(options.prompt, (model) => model.doStream(options));
      const marked = new TransformStream<LanguageModelV4StreamPart, LanguageModelV4StreamPart>({
        transform(part, controller) {
          controller.enqueue(
            part.type === 'finish' ? { ...part, providerMetadata: { ...part.providerMetadata, ...metadata } } : part,
          );
        },
      });
      return { ...answer, stream: answer.stream.pipeThrough(marked) };
    },
  };
}

/** The text of the last message of a user; empty where it has none, as one of images alone. */
export function lastUserText(prompt: LanguageModelV4Prompt): string {
  const message = prompt.findLast(({ role }) => role === 'user');
  if (message?.role !== 'user') return '';
  return message.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}

/** Too many requests, overloaded, no connection: the model's failure. An abort is the caller's. */
function isRetryable(error: unknown): error is APICallError {
  return APICallError.isInstance(error) && error.isRetryable;
}

/** The SDK repeats retryable failures: the whole ladder would be walked three times. */
function exhausted(error: APICallError, models: readonly string[]): APICallError {
  const { url, requestBodyValues, statusCode, responseBody } = error;
  return new APICallError({
    message: `none of ${models.join(', ')} answered; the last: ${error.message}`,
    url,
    requestBodyValues,
    ...(statusCode !== undefined && { statusCode }),
    ...(responseBody !== undefined && { responseBody }),
    cause: error,
    isRetryable: false,
  });
}

function describeChoice(choice: Choice, { model, failed }: Rung<unknown>): SharedV4ProviderMetadata {
  const { decision } = choice;
  const why = decision
    ? { alpha: decision.alpha, margin: decision.margin, novelty: decision.novelty }
    : { fallback: choice.reason };
  return { 'pareto-router': { model, failed: [...failed], ranking: [...choice.models], ...why } };
}
