import { serve, type ServerType } from '@hono/node-server';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { createProxy } from '../../examples/openai-proxy/proxy.js';
import { collect, routerWithLog, startChatServer, type Mood } from './chat-server.js';

let server: Awaited<ReturnType<typeof startChatServer>>;
let proxy: ServerType;
afterEach(() => {
  server.close();
  proxy.close();
});

async function setUp(moods: Record<string, Mood> = {}) {
  server = await startChatServer(moods);
  const { router, embedded } = await routerWithLog();
  const upstream = { baseURL: server.url, apiKey: 'none' };
  const upstreams = { large: upstream, small: upstream };
  const app = createProxy(router, { upstreams, fallback: ['small'], timeout: 300 });
  proxy = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
  await new Promise((resolve) => proxy.once('listening', resolve));
  const baseURL = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/v1`;
  return { client: new OpenAI({ apiKey: 'none', baseURL, maxRetries: 2 }), embedded };
}

const ask = { model: 'auto', messages: [{ role: 'user' as const, content: 'query 7' }] };
const decisionOf = (response: Response): unknown => JSON.parse(response.headers.get('x-pareto-decision')!);

describe('the proxy recipe, seen by the openai client', () => {
  it('chooses the model, and says so in a header', async () => {
    const { client, embedded } = await setUp();
    const { data, response } = await client.chat.completions.create(ask).withResponse();
    expect(data.choices[0]!.message.content).toBe('I am large');
    expect(decisionOf(response)).toMatchObject({ model: 'large', failed: [], alpha: 1 });
    expect(embedded).toEqual(['query 7']);
  });

  it('takes α from a header, and refuses a wrong one', async () => {
    const { client } = await setUp();
    const cheap = await client.chat.completions.create(ask, { headers: { 'x-pareto-alpha': '0' } });
    expect(cheap.choices[0]!.message.content).toBe('I am small');
    const wrong = client.chat.completions.create(ask, { headers: { 'x-pareto-alpha': '70' } });
    await expect(wrong).rejects.toThrow('400 alpha: expected a number from 0 to 1, got 70');
  });

  it('streams', async () => {
    const { client } = await setUp({ large: 429 });
    const { data, response } = await client.chat.completions.create({ ...ask, stream: true }).withResponse();
    const pieces = (await collect(data)).map(({ choices }) => choices[0]!.delta.content);
    expect(pieces.join('')).toBe('I am small');
    expect(decisionOf(response)).toMatchObject({ model: 'small', failed: ['large'] });
  });

  it.each<Mood>([429, 500, 'hangs'])('walks on when a model answers %s', async (mood) => {
    const { client } = await setUp({ large: mood });
    const { choices } = await client.chat.completions.create(ask);
    expect(choices[0]!.message.content).toBe('I am small');
    expect(server.asked()).toEqual(['large', 'small']);
  });

  it('never walks on after the first byte', async () => {
    const { client } = await setUp({ large: 'breaks off' });
    const stream = await client.chat.completions.create({ ...ask, stream: true });
    await expect(collect(stream)).rejects.toThrow();
    expect(server.asked()).toEqual(['large']);
  });

  it('passes on a mistake of the caller, without asking another model', async () => {
    const { client } = await setUp({ large: 400 });
    await expect(client.chat.completions.create(ask)).rejects.toThrow('400 large says 400');
    expect(server.asked()).toEqual(['large']);
  });

  it('walks an exhausted ladder once, although the client repeats', async () => {
    const { client } = await setUp({ large: 429, small: 500 });
    await expect(client.chat.completions.create(ask)).rejects.toThrow('500 none of large, small answered');
    expect(server.asked()).toEqual(['large', 'small']);
  });

  it('leaves a named model alone', async () => {
    const { client, embedded } = await setUp();
    const { choices } = await client.chat.completions.create({ ...ask, model: 'small' });
    expect(choices[0]!.message.content).toBe('I am small');
    expect(embedded).toEqual([]);
  });

  it.each([
    ['no text', [{ type: 'image_url' as const, image_url: { url: 'data:,' } }]],
    ['embedder failed', 'the embedder is down'],
  ])('says when it fell back: %s', async (fallback, content) => {
    const { client } = await setUp();
    const messages = [{ role: 'user' as const, content }];
    const { response } = await client.chat.completions.create({ model: 'auto', messages }).withResponse();
    expect(decisionOf(response)).toEqual({ model: 'small', failed: [], fallback });
  });
});
