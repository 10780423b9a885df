import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fitRouter, type Embedder, type Router } from 'pareto-router';
import { letterVector, simulatedRecords } from '../support.js';

/** What the fake does for a model; answers by default. */
export type Mood = 'answers' | 429 | 500 | 400 | 'hangs' | 'breaks off';

interface ChatBody {
  model: string;
  stream?: boolean;
  tools?: unknown[];
  messages: { role: string; content: unknown }[];
}

/** A server on the loopback interface with OpenAI's chat API: `I am <model>`, in one piece or two. */
export async function startChatServer(moods: Record<string, Mood> = {}) {
  const bodies: ChatBody[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (piece) => (text += String(piece)));
    request.on('end', () => {
      const body = JSON.parse(text) as ChatBody;
      bodies.push(body);
      const mood = moods[body.model] ?? 'answers';
      if (mood === 'hangs') return;
      if (typeof mood === 'number') {
        response.writeHead(mood, { 'content-type': 'application/json', 'retry-after-ms': '1' });
        response.end(JSON.stringify({ error: { message: `${body.model} says ${mood}` } }));
        return;
      }
      const base = { id: 'x', created: 1, model: body.model };
      const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
      const wantsTool = body.tools !== undefined && body.messages.at(-1)!.role === 'user';
      const call = { id: 'call1', type: 'function', function: { name: 'weather', arguments: '{"city":"Lima"}' } };
      if (!body.stream) {
        const message = wantsTool
          ? { role: 'assistant', content: null, tool_calls: [call] }
          : { role: 'assistant', content: `I am ${body.model}` };
        const choice = { index: 0, message, finish_reason: wantsTool ? 'tool_calls' : 'stop' };
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ ...base, object: 'chat.completion', choices: [choice], usage }));
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const send = (delta: object, finish_reason: string | null = null): void => {
        const chunk = { ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] };
        response.write(`data: ${JSON.stringify(chunk)}\n\n`);
      };
      send({ role: 'assistant', content: 'I am ' });
      if (mood === 'breaks off') {
        setTimeout(() => response.destroy(), 20);
        return;
      }
      send({ content: body.model });
      send({}, 'stop');
      response.end('data: [DONE]\n\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    asked: () => bodies.map(({ model }) => model),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Everything that a stream gives. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const pieces: T[] = [];
  for await (const piece of stream) pieces.push(piece);
  return pieces;
}

/** A router over `large` and `small`, whose every decision at α = 1 is `large`, then `small`; and what it embedded. */
export async function routerWithLog(): Promise<{ router: Router; embedded: string[] }> {
  const embedded: string[] = [];
  const embedder: Embedder = {
    id: 'letters',
    dimensions: 8,
    embed(texts) {
      embedded.push(...texts);
      if (texts.includes('the embedder is down')) return Promise.reject(new Error('down'));
      return Promise.resolve(texts.map(letterVector));
    },
  };
  const records = simulatedRecords().map(({ embedding: _, records, ...rest }) => ({
    ...rest,
    records: { ...records, large: 1, small: 0 },
  }));
  const router = await fitRouter(records, embedder, { clusters: 4, defaultAlpha: 1 });
  embedded.length = 0;
  return { router, embedded };
}
