import { hashingEmbedder, type Embedder, type RouterState } from 'pareto-router';

/** What embeds texts into a router's vector space in this page, where that can be done without a model. */
export function embedderOf({
  id,
  dimensions,
}: Pick<RouterState['embedding'], 'id' | 'dimensions'>): Embedder | undefined {
  if (!id.startsWith('pareto-router/hashing-')) return undefined;
  const embedder = hashingEmbedder({ dimensions });
  return embedder.id === id ? embedder : undefined;
}
