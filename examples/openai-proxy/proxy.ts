/** A proxy that speaks OpenAI's chat API and chooses the model of every call to `auto`. See README.md beside it. */
import { Hono } from 'hono';
import { RouterError, type Router } from 'pareto-router';
import { createChooser, walkLadder, type Choice, type ChooserOptions } from '../ladder.js';

/** Where a model is served: any server with OpenAI's chat API. */
export interface Upstream {
  readonly baseURL: string;
  readonly apiKey: string;
  /** What the server calls the model; the router's name when left out. */
  readonly name?: string;
}

/** What {@link createProxy} is made of. */
export interface ProxyOptions extends ChooserOptions {
  readonly upstreams: Readonly<Record<string, Upstream>>;
  /** Milliseconds until the first byte, after which the next model is asked. */
  readonly timeout: number;
}

/** The part of a request's body that is looked at; the rest is passed on as it is. */
interface ChatRequest {
  readonly model: string;
  readonly messages: readonly { role: string; content?: string | readonly { type: string; text?: string }[] | null }[];
}

/** An answer of 429 or 5xx, or none in time: another model may do better. */
class Unavailable extends Error {
  constructor(
    readonly status: number,
    readonly body: string,
  ) {
    super(`answered ${status}`);
  }
}

export function createProxy(router: Router, { upstreams, timeout, ...chooser }: ProxyOptions): Hono {
  const choose = createChooser(router, chooser);

  async function ask(model: string, body: ChatRequest, caller: AbortSignal): Promise<Response> {
    const upstream = upstreams[model];
    if (!upstream) throw new Unavailable(503, `no upstream for ${model}`);
    const { baseURL, apiKey, name = model } = upstream;
    const late = new AbortController();
    const timer = setTimeout(() => {
      late.abort();
    }, timeout);
    try {
      const response = await fetch(`${baseURL}/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ ...body, model: name }),
        signal: AbortSignal.any([caller, late.signal]),
      });
      if (response.status === 429 || response.status >= 500)
        throw new Unavailable(response.status, await response.text());
      return response;
    } catch (error) {
      if (error instanceof Unavailable || caller.aborted) throw error;
      throw new Unavailable(late.signal.aborted ? 504 : 502, String(error));
    } finally {
      // The time is over when the head is there: a stream takes as long as it takes.
      clearTimeout(timer);
    }
  }

  const app = new Hono();
  app.post('/v1/chat/completions', async (context) => {
    const body = await context.req.json<ChatRequest>();
    const header = context.req.header('x-pareto-alpha');
    let choice: Choice | { models: readonly string[] };
    try {
      const alpha = header === undefined ? undefined : Number(header);
      choice = body.model === 'auto' ? await choose(lastUserText(body), alpha) : { models: [body.model] };
    } catch (error) {
      if (!(error instanceof RouterError)) throw error;
      return context.json({ error: { message: error.message, type: 'invalid_request_error', code: error.code } }, 400);
    }
    try {
      const { model, answer, failed } = await walkLadder(
        choice.models,
        (name) => ask(name, body, context.req.raw.signal),
        (error) => error instanceof Unavailable,
      );
      const headers = new Headers({ 'content-type': answer.headers.get('content-type') ?? 'application/json' });
      headers.set('x-pareto-decision', JSON.stringify({ model, failed, ...why(choice) }));
      return new Response(answer.body, { status: answer.status, headers });
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      // The client would repeat a 429 or 5xx, and with it the whole ladder.
      const headers = { 'content-type': 'application/json', 'x-should-retry': 'false' };
      const message = `none of ${choice.models.join(', ')} answered; the last: ${error.body}`;
      return new Response(JSON.stringify({ error: { message } }), { status: error.status, headers });
    }
  });
  return app;
}

function lastUserText({ messages }: ChatRequest): string {
  const content = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  if (typeof content === 'string') return content;
  return content.flatMap(({ type, text }) => (type === 'text' && text !== undefined ? [text] : [])).join('\n');
}

function why(choice: Choice | { models: readonly string[] }): object {
  if (!('decision' in choice)) return {};
  if (!choice.decision) return { fallback: choice.reason };
  const { alpha, margin, novelty } = choice.decision;
  return { alpha, margin, novelty };
}
