import { RouterError, type RouteDecision, type Router } from 'pareto-router';

/** How a call was decided; `reason` is there when the router could not be asked, and the fallback order was taken. */
export type Choice =
  | { readonly models: readonly string[]; readonly decision: RouteDecision }
  | { readonly models: readonly string[]; readonly decision: null; readonly reason: 'no text' | 'embedder failed' };

/** How {@link createChooser} decides. */
export interface ChooserOptions {
  /** Models, best first, for calls without a text and for hours without an embedder. The answer says that it was taken. */
  readonly fallback: readonly string[];
  /** Decisions kept, so that a tool loop, which sends one text many times, embeds it once. Default 1000. */
  readonly remembered?: number;
}

/** Decides by the text of a call, and remembers what it decided. */
export function createChooser(
  router: Router,
  { fallback, remembered = 1000 }: ChooserOptions,
): (text: string, alpha?: number) => Promise<Choice> {
  const decisions = new Map<string, Promise<RouteDecision>>();
  return async (text, alpha) => {
    if (text.trim() === '') return { models: fallback, decision: null, reason: 'no text' };
    const key = `${alpha} ${text}`;
    const decided = decisions.get(key) ?? router.routeQuery(text, alpha);
    decisions.set(key, decided);
    const [oldest] = decisions.keys();
    if (decisions.size > remembered) decisions.delete(oldest!);
    try {
      const decision = await decided;
      return { models: decision.ranking.map(({ model }) => model), decision };
    } catch (error) {
      decisions.delete(key);
      if (error instanceof RouterError && error.code === 'embedder_failed') {
        return { models: fallback, decision: null, reason: 'embedder failed' };
      }
      throw error;
    }
  };
}

/** Who answered, and who was asked before. */
export interface Rung<Answer> {
  readonly model: string;
  readonly answer: Answer;
  readonly failed: readonly string[];
}

/**
 * Asks the models in turn until one answers.
 *
 * @param goOn - whether a failure is the model's (too many requests, overloaded, too late) and not the caller's
 * @throws what the last model threw, or the first failure that is the caller's
 */
export async function walkLadder<Answer>(
  models: readonly string[],
  ask: (model: string) => PromiseLike<Answer>,
  goOn: (error: unknown) => boolean,
): Promise<Rung<Answer>> {
  const failed: string[] = [];
  for (;;) {
    const model = models[failed.length];
    if (model === undefined) throw new Error('no model to ask');
    try {
      return { model, answer: await ask(model), failed };
    } catch (error) {
      failed.push(model);
      if (failed.length === models.length || !goOn(error)) throw error;
    }
  }
}
