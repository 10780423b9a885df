import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { letterVector } from '../support.js';

/** How the server misbehaves. */
export interface Behaviour {
  /** So many calls are answered with 429 before one succeeds. */
  failures?: number;
  /** More texts in one call are refused, as a server with that limit does. */
  limit?: number;
  /** Answers with one vector too few. */
  drop?: boolean;
  /** Never answers. */
  hang?: boolean;
  /** Base64 in place of numbers, whatever was asked for. */
  base64?: boolean;
}

/** A server on the loopback interface that answers as the providers' embedding endpoints do, and what it saw. */
export interface FakeProvider {
  readonly url: string;
  /** Bodies of the calls that were answered with vectors or refused, as they came. */
  readonly bodies: Record<string, unknown>[];
  /** How many texts each successful call had. */
  readonly batches: number[];
  /** Settles when a client has hung up on a call. */
  readonly hungUp: Promise<void>;
  calls: number;
  close(): void;
}

export async function startProvider(behaviour: Behaviour = {}): Promise<FakeProvider> {
  let failures = behaviour.failures ?? 0;
  let hangUp: () => void;
  const hungUp = new Promise<void>((resolve) => (hangUp = resolve));
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    provider.calls++;
    response.on('close', () => {
      if (!response.writableEnded) hangUp();
    });
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    if (behaviour.hang) return;
    const send = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json', 'retry-after-ms': '1', 'retry-after': '0' });
      response.end(JSON.stringify(body));
    };
    if (failures > 0) {
      failures--;
      send(429, { error: { code: 429, message: 'slow down', status: 'RESOURCE_EXHAUSTED' } });
      return;
    }
    const body = JSON.parse(Buffer.concat(pieces).toString()) as Record<string, unknown>;
    provider.bodies.push(body);
    const texts = textsOf(body);
    if (texts.length > (behaviour.limit ?? Infinity)) {
      send(400, { error: { message: `at most ${behaviour.limit} texts` } });
      return;
    }
    provider.batches.push(texts.length);
    const vectors = texts.map(letterVector);
    if (behaviour.drop) vectors.pop();
    send(200, answerOf(request.url ?? '', vectors, behaviour.base64 ?? false));
  };
  const server: Server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const provider: FakeProvider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies: [],
    batches: [],
    hungUp,
    calls: 0,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return provider;
}

interface GeminiBody {
  requests?: { content: { parts: { text: string }[] } }[];
}

/** The texts of a call, wherever the provider's API has them; two parts of one content melt into one text, as at Gemini. */
function textsOf(body: Record<string, unknown>): string[] {
  const { requests } = body as GeminiBody;
  if (requests) return requests.map(({ content }) => content.parts.map(({ text }) => text).join(''));
  const texts = body.input ?? body.texts;
  return typeof texts === 'string' ? [texts] : (texts as string[]);
}

function answerOf(path: string, vectors: readonly number[][], base64: boolean): unknown {
  if (path.startsWith('/v2/embed')) {
    return { id: 'x', embeddings: { float: vectors }, response_type: 'embeddings_by_type', texts: [] };
  }
  if (path.includes('batchEmbedContents')) return { embeddings: vectors.map((values) => ({ values })) };
  if (path.startsWith('/api/embed')) return { model: 'm', embeddings: vectors };
  // The last first: the index says which is whose.
  const data = vectors.map((embedding, index) => ({
    object: 'embedding',
    index,
    embedding: base64 ? Buffer.from(Float32Array.from(embedding).buffer).toString('base64') : embedding,
  }));
  const usage = { prompt_tokens: 1, total_tokens: 1 };
  return { id: 'x', object: 'list', model: 'm', usage, data: path.includes('/shuffled') ? data.reverse() : data };
}
