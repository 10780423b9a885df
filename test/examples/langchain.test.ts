import { HumanMessage } from '@langchain/core/messages';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { describe, expect, it, vi } from 'vitest';
import { routedModel } from '../../examples/langchain/routed.js';
import { collect, routerWithLog } from './chat-server.js';

class Overloaded extends FakeListChatModel {
  override _generate(): never {
    throw new Error('overloaded');
  }
  override _streamResponseChunks(): never {
    throw new Error('overloaded');
  }
}

const speaker = (name: string) => new FakeListChatModel({ responses: [`I am ${name}`] });
const question = [new HumanMessage('query 7')];

describe('the LangChain recipe', () => {
  it('routes invoke, stream and batch, with the decision in the metadata', async () => {
    const { router, embedded } = await routerWithLog();
    const models = { large: speaker('large'), small: speaker('small') };
    const routed = routedModel(router, { models, fallback: ['small'] });
    const handleChatModelStart = vi.fn();
    const answer = await routed.invoke(question, { callbacks: [{ handleChatModelStart }] });
    expect(answer.content).toBe('I am large');
    const metadata = handleChatModelStart.mock.calls[0]!.find((argument: unknown) =>
      JSON.stringify(argument ?? null).includes('paretoRouter'),
    );
    expect(JSON.stringify(metadata)).toContain('"decision":{"model":"large","alpha":1');
    const pieces = (await collect(await routed.stream(question))).map(({ text }) => text);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join('')).toBe('I am large');
    expect((await routed.batch([question, question])).map(({ content }) => content)).toEqual([
      'I am large',
      'I am large',
    ]);
    expect(embedded).toEqual(['query 7']);
  });

  it('walks down the ranking', async () => {
    const { router } = await routerWithLog();
    const models = { large: new Overloaded({ responses: [] }), small: speaker('small') };
    const routed = routedModel(router, { models, fallback: ['small'] });
    expect((await routed.invoke(question)).content).toBe('I am small');
  });

  it('takes α, and the fallback for a message without a text', async () => {
    const { router } = await routerWithLog();
    const models = { large: speaker('large'), small: speaker('small') };
    const cheap = routedModel(router, { models, fallback: ['large'], alpha: 0 });
    expect((await cheap.invoke(question)).content).toBe('I am small');
    const image = new HumanMessage({ content: [{ type: 'image_url', image_url: 'data:,' }] });
    expect((await cheap.invoke([image])).content).toBe('I am large');
  });

  it('names a model that is missing', async () => {
    const { router } = await routerWithLog();
    const routed = routedModel(router, { models: { large: speaker('large') }, fallback: ['large'] });
    await expect(routed.invoke(question)).rejects.toThrow('models: expected a model for "small", got none');
  });
});
