import { createOpenAI } from '@ai-sdk/openai';
import { customProvider, generateText, isStepCount, streamText, tool } from 'ai';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { autoModel } from '../../examples/ai-sdk/auto.js';
import { collect, routerWithLog, startChatServer, type Mood } from './chat-server.js';

let server: Awaited<ReturnType<typeof startChatServer>>;
afterEach(() => {
  server.close();
});

async function setUp(moods: Record<string, Mood> = {}, alpha?: number) {
  server = await startChatServer(moods);
  const openai = createOpenAI({ apiKey: 'none', baseURL: server.url });
  const { router, embedded } = await routerWithLog();
  const models = { large: openai.chat('large'), small: openai.chat('small') };
  const auto = autoModel(router, { models, fallback: ['small'], ...(alpha !== undefined && { alpha }) });
  const provider = customProvider({ languageModels: { auto } });
  return { model: provider.languageModel('auto'), embedded };
}

describe('the AI SDK recipe', () => {
  it('routes generateText, with the decision in the metadata', async () => {
    const { model, embedded } = await setUp();
    const { text, finalStep } = await generateText({ model, prompt: 'query 7' });
    expect(text).toBe('I am large');
    expect(embedded).toEqual(['query 7']);
    const ladder = { model: 'large', failed: [], ranking: ['large', 'small'], alpha: 1 };
    expect(finalStep.providerMetadata?.['pareto-router']).toMatchObject(ladder);
  });

  it('takes α', async () => {
    const { model } = await setUp({}, 0);
    expect((await generateText({ model, prompt: 'query 7' })).text).toBe('I am small');
  });

  it('routes streamText', async () => {
    const { model } = await setUp({ large: 500 });
    const { textStream, finalStep } = streamText({ model, prompt: 'query 7' });
    const pieces = await collect(textStream);
    expect(pieces).toEqual(['I am ', 'small']);
    const rung = { model: 'small', failed: ['large'] };
    expect((await finalStep).providerMetadata?.['pareto-router']).toMatchObject(rung);
  });

  it('never begins a stream again', async () => {
    const { model } = await setUp({ large: 'breaks off' });
    const { textStream, finalStep } = streamText({ model, prompt: 'query 7', onError: () => undefined });
    const pieces: string[] = [];
    const read = async (): Promise<void> => {
      for await (const piece of textStream) pieces.push(piece);
    };
    const outcomes = await Promise.allSettled([read(), finalStep]);
    expect(outcomes[1].status).toBe('rejected');
    expect(pieces).toEqual(['I am ']);
    expect(server.asked()).toEqual(['large']);
  });

  it('passes tools through, and embeds a text once in a whole tool loop', async () => {
    const { model, embedded } = await setUp();
    const weather = tool({
      description: 'The weather of a city',
      inputSchema: z.object({ city: z.string() }),
      execute: ({ city }) => `rain in ${city}`,
    });
    const { text, steps } = await generateText({
      model,
      prompt: 'query 7',
      tools: { weather },
      stopWhen: isStepCount(3),
    });
    expect(text).toBe('I am large');
    expect(steps).toHaveLength(2);
    expect(server.bodies[1]!.messages.at(-1)).toMatchObject({ role: 'tool', content: 'rain in Lima' });
    expect(embedded).toEqual(['query 7']);
  });

  it('walks on at 429, once, although the SDK repeats', async () => {
    const { model } = await setUp({ large: 429, small: 429 });
    await expect(generateText({ model, prompt: 'query 7' })).rejects.toThrow(
      'none of large, small answered; the last: small says 429',
    );
    expect(server.asked()).toEqual(['large', 'small']);
  });

  it('does not walk on at a mistake of the caller', async () => {
    const { model } = await setUp({ large: 400 });
    await expect(generateText({ model, prompt: 'query 7' })).rejects.toThrow('large says 400');
    expect(server.asked()).toEqual(['large']);
  });

  it.each([
    ['no text', [{ type: 'file' as const, data: new Uint8Array([1]), mediaType: 'image/png' }]],
    ['embedder failed', [{ type: 'text' as const, text: 'the embedder is down' }]],
  ])('says when it fell back: %s', async (fallback, content) => {
    const { model } = await setUp();
    const { text, finalStep } = await generateText({ model, messages: [{ role: 'user', content }] });
    expect(text).toBe('I am small');
    expect(finalStep.providerMetadata?.['pareto-router']).toEqual({
      model: 'small',
      failed: [],
      ranking: ['small'],
      fallback,
    });
  });
});
