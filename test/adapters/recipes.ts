import type { Embeddings } from '@langchain/core/embeddings';
import type { Mistral } from '@mistralai/mistralai';
import type { Ollama } from 'ollama';
import type { Embedder } from '../../src/index.js';

// examples/guides/embedders.md shows what stands between the lines.

export function langchain(embeddings: Embeddings, model: string): Embedder {
  // ---
  const embedder: Embedder = {
    id: `langchain/${model}`,
    embed: (texts) => embeddings.embedDocuments([...texts]), // not embedQuery at route: some models embed it differently
  };
  // ---
  return embedder;
}

export function ollama(client: Ollama, model: string): Embedder {
  // ---
  const embedder: Embedder = {
    id: `ollama/${model}`,
    embed: async (texts) => (await client.embed({ model, input: [...texts] })).embeddings,
  };
  // ---
  return embedder;
}

export function mistral(client: Mistral, model: string): Embedder {
  // ---
  const embedder: Embedder = {
    id: `mistral/${model}`,
    maxBatchSize: 32,
    embed: async (inputs, { signal }) => {
      const { data } = await client.embeddings.create({ model, inputs: [...inputs] }, { signal: signal ?? null });
      return data.map(({ embedding }) => embedding ?? []);
    },
  };
  // ---
  return embedder;
}
