import { describe, expect, it } from 'vitest';
import { fitRouter, Router, type RouteDecision, type RouterState } from '../src/index.js';
import { letterEmbedder, letterVector, simulatedRecords } from './support.js';

describe('a router in service', () => {
  it('decides 10,000 interleaved queries while successors are built, each reproduced from the router that its fingerprint names', async () => {
    const records = simulatedRecords().map(({ embedding: _, ...record }) => record);
    // Answers out of order: every embedding takes its own number of turns.
    let calls = 0;
    const embedder = {
      ...letterEmbedder,
      async embed(texts: readonly string[]) {
        for (let turns = (calls++ * 7) % 13; turns > 0; turns--) await Promise.resolve();
        return texts.map(letterVector);
      },
    };
    let router: Router<'large' | 'small'> = await fitRouter(records, embedder);
    const saved = new Map<string, string>([[router.fingerprint, JSON.stringify(router)]]);
    const builds: Promise<void>[] = [];
    const deploy = async (built: Promise<Router<'large' | 'small'>>): Promise<void> => {
      const successor = await built;
      saved.set(successor.fingerprint, JSON.stringify(successor));
      router = successor;
    };
    const requests = Array.from({ length: 10_000 }, async (_, i) => {
      for (let turns = (i * 31) % 997; turns > 0; turns--) await Promise.resolve();
      if (i % 1000 === 500) builds.push(deploy(fitRouter(records.slice(i / 500), embedder, { seed: i, restarts: 1 })));
      if (i % 1000 === 0) builds.push(deploy(Promise.resolve(router.withOptions({ shrinkage: i / 1000 }))));
      if (i % 1000 === 250) builds.push(deploy(router.withRecords(records.slice(0, 1 + i / 250))));
      const query = `query ${i}`;
      const alpha = (i % 11) / 10;
      const constraints =
        i % 5 === 0 ? { current: 'large', switchMargin: 0.2, maxNovelty: 0.9, fallback: 'small' as const } : {};
      return { query, alpha, constraints, decision: await router.routeQuery(query, alpha, constraints) };
    });
    const decided = await Promise.all(requests);
    await Promise.all(builds);

    const loaded = new Map(
      [...saved].map(([print, text]) => [print, Router.fromJSON(JSON.parse(text) as RouterState)]),
    );
    const deciders = new Set<string>();
    let different = 0;
    for (const { query, alpha, constraints, decision } of decided) {
      deciders.add(decision.router);
      const again: RouteDecision | undefined = loaded
        .get(decision.router)
        ?.route(letterVector(query), alpha, constraints);
      if (JSON.stringify(again) !== JSON.stringify(decision)) different++;
    }
    expect(different).toBe(0);
    expect(deciders.size).toBeGreaterThan(5);
  });
});
