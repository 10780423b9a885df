/** A LangChain runnable that chooses a chat model for every call. See README.md beside it. */
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { BaseMessage } from '@langchain/core/messages';
import { RunnableLambda, type Runnable } from '@langchain/core/runnables';
import type { Router } from 'pareto-router';
import { createChooser, type ChooserOptions } from '../ladder.js';

/** What {@link routedModel} is made of. */
export interface RoutedOptions extends ChooserOptions {
  /** The chat model for every name that the router knows; with `maxRetries: 0`, so that the next one gets its turn. */
  readonly models: Readonly<Record<string, BaseChatModel>>;
  readonly alpha?: number;
}

export function routedModel(
  router: Router,
  { models, alpha, ...chooser }: RoutedOptions,
): Runnable<BaseMessage[], BaseMessage> {
  const choose = createChooser(router, chooser);
  // A runnable that a lambda returns is run in its place, invoked or streamed.
  return RunnableLambda.from(async (messages: BaseMessage[]) => {
    const choice = await choose(messages.findLast((message) => message.type === 'human')?.text ?? '', alpha);
    const [best, ...others] = choice.models.map((name) => {
      const model = models[name];
      if (!model) throw new Error(`models: expected a model for ${JSON.stringify(name)}, got none`);
      return model;
    });
    if (!best) throw new Error('fallback: expected a model, got none');
    return best.withFallbacks(others).withConfig({ metadata: { paretoRouter: choice } });
  });
}
