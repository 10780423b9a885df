import { fitRouter, type Router, type RoutingRecord } from 'pareto-router';

/** A place in the plane that the planted queries lie in. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Simulated: four kinds of queries, and how often each model is right on them. */
const kinds = [
  { x: -0.5, y: 0.3, right: { small: 0.8, coder: 0.55, large: 0.9 } },
  { x: 0.45, y: 0.35, right: { small: 0.3, coder: 0.85, large: 0.8 } },
  { x: 0.25, y: -0.45, right: { small: 0.2, coder: 0.4, large: 0.9 } },
  { x: -0.5, y: -0.4, right: { small: 0.9, coder: 0.6, large: 0.9 } },
] as const;

/** USD a query. */
const costs = { small: 0.0002, coder: 0.001, large: 0.004 };

export const query: Spot = { x: 0.34, y: -0.04 };

/** The plane stands at height 1 over the unit sphere that embeddings lie on. */
export const embeddingOf = ({ x, y }: Spot): Float32Array => {
  const length = Math.hypot(x, y, 1);
  return Float32Array.of(x / length, y / length, 1 / length);
};

/** 240 queries in a plane, and a router that was fitted on them. */
export async function plantedRouter(): Promise<{ spots: readonly Spot[]; router: Router<keyof typeof costs> }> {
  const random = draws();
  const spots = Array.from({ length: 240 }, (_, i) => {
    const { x, y, right } = kinds[i % kinds.length]!;
    // Three draws each: a heap with round edges.
    const around = (): number => (random() + random() + random() - 1.5) * 0.28;
    return { x: x + around(), y: y + around(), right };
  });
  const records = spots.map(({ x, y, right }, i): RoutingRecord<keyof typeof costs> => ({
    query: `query ${i}`,
    embedding: embeddingOf({ x, y }),
    records: {
      small: random() < right.small,
      coder: random() < right.coder,
      large: random() < right.large,
    },
    usages: { small: { cost: costs.small }, coder: { cost: costs.coder }, large: { cost: costs.large } },
  }));
  return { spots, router: await fitRouter(records, { id: 'planted', dimensions: 3 }, { clusters: 4 }) };
}

/** The minimal standard generator: the same picture every time. */
function draws(): () => number {
  let state = 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
