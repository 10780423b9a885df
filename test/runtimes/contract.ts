/**
 * What has to hold on every runtime: fit, route, save, load, evaluate. Uses no API but ECMAScript's and `crypto.subtle`;
 * gives a digest of every state's and every decision's bytes.
 */
import {
  alphaFor,
  evaluateRouter,
  fitRouter,
  hashingEmbedder,
  Router,
  RouterError,
  splitRecords,
  tradeoffCurve,
  type RoutingRecord,
} from 'pareto-router';

export interface ContractResult {
  /** What computed the distances: some platforms refuse WebAssembly, or have none with SIMD. */
  readonly kernel: 'SIMD' | 'scalar';
  /** SHA-256, its first 16 hexadecimal digits, of the states and of the decisions. */
  readonly states: string;
  readonly decisions: string;
  readonly evaluation: string;
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`broken: ${what}`);
}

/** The least module with a SIMD instruction: a function that splats a zero and gives it back. */
const simdModule = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0],
  ...[10, 8, 1, 6, 0, 0x41, 0, 0xfd, 0x0f, 0x0b],
);

function kernel(): ContractResult['kernel'] {
  try {
    new WebAssembly.Module(simdModule);
    return 'SIMD';
  } catch {
    return 'scalar';
  }
}

async function digest(values: readonly unknown[]): Promise<string> {
  const bytes = new TextEncoder().encode(values.map((value) => JSON.stringify(value)).join('\n'));
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function runContract(): Promise<ContractResult> {
  // Numerical Recipes' generator: whole numbers only, alike everywhere.
  let seed = 1;
  const random = (): number => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 4294967296;
  const word = (topic: number): string => `${'abcdef'.charAt(topic)}${Math.floor(random() * 60)}`;
  const texts: RoutingRecord<'large' | 'medium' | 'small'>[] = Array.from({ length: 900 }, (_, i) => {
    const topic = i % 6;
    return {
      query: `${word(topic)} ${word(topic)} ${word(topic)} größe 中文 ${i}`,
      dataset: `topic ${topic % 3}`,
      records: { large: random() < 0.9, medium: random() < topic / 6, small: random() < 0.5 ? random() : null },
      usages: {
        large: { cost: 0.01 + random() / 100 },
        medium: { cost: random() / 500 },
        small: { cost: random() / 2000 },
      },
    };
  });
  // More than ml-kmeans is given: the library's own loops.
  const vectors = Array.from({ length: 5000 }, (_, i) => ({
    query: `q${i}`,
    embedding: Float32Array.from({ length: 360 }, (__, j) => random() + (i % 40 === j % 40 ? 1 : 0)),
    records: { large: random() < 0.8, small: random() },
    usages: { large: { cost: random() / 100 }, small: { cost: random() / 1000 } },
  }));

  const embedder = hashingEmbedder({ dimensions: 256 });
  const { train, test } = splitRecords(texts);
  const router = await fitRouter(train, embedder, { clusters: 24, restarts: 4 });
  const paper = await fitRouter(train, embedder, { clusters: 12, restarts: 2, rule: 'paper', shrinkage: 0 });
  const reference = await fitRouter(train, embedder, { clusters: 12, restarts: 2, rule: 'reference', shrinkage: 0 });
  const large = await fitRouter(vectors, { id: 'vectors', dimensions: 360 }, { clusters: 300, restarts: 1 });
  const routers = [router, paper, reference, large] as const;

  const saved = JSON.stringify(router);
  const loaded = Router.fromJSON(JSON.parse(saved), embedder);
  check(JSON.stringify(loaded) === saved, 'a state survives a save and a load');
  await loaded.verifyEmbedder();

  const embeddings = await embedder.embed(
    test.map(({ query }) => query),
    {},
  );
  const decisions: unknown[] = [];
  for (const alpha of [0, 0.3, 0.7, 1]) {
    decisions.push(router.routeBatch(embeddings, alpha), paper.routeBatch(embeddings, alpha));
    decisions.push(
      large.routeBatch(
        vectors.slice(0, 200).map(({ embedding }) => embedding),
        alpha,
      ),
    );
    // Its weights are exponentials, whose last bit is the engine's: the choice and the order are not.
    decisions.push(reference.routeBatch(embeddings, alpha).map(({ ranking }) => ranking.map(({ model }) => model)));
    const one = JSON.stringify(await loaded.routeQuery(test[0]!.query, alpha));
    check(one === JSON.stringify(router.route(embeddings[0]!, alpha)), 'a loaded router decides alike');
  }

  const curve = await tradeoffCurve(router, test);
  const { alpha } = alphaFor(curve, { spend: 0.5 });
  const { aiq, verdict } = await evaluateRouter(loaded, test, { alphas: [0, alpha, 1] });
  check(aiq !== null && aiq > 0 && aiq <= 1, 'an AIQ between 0 and 1');

  const codes: unknown[] = [];
  for (const act of [() => router.route([1, 2]), () => router.route(embeddings[0]!, 2), () => Router.fromJSON({})]) {
    try {
      act();
      codes.push('nothing thrown');
    } catch (error) {
      codes.push(error instanceof RouterError ? error.message : String(error));
    }
  }
  return {
    kernel: kernel(),
    states: await digest(routers),
    decisions: await digest([...decisions, codes]),
    evaluation: await digest([curve, alpha, aiq, verdict]),
  };
}
