import type { RoutingRecord, Usage } from 'pareto-router';

/** The file of a bundled sample: columns, not records, so that 2,840 × 10 results with embeddings weigh 1.6 MB. */
export interface Sample {
  /** Records per dataset, in the order of the columns. */
  readonly datasets: { readonly [name: string]: number };
  readonly inputTokens: readonly number[];
  readonly models: {
    readonly [name: string]: {
      /** USD per million tokens. */
      readonly price: { readonly input: number; readonly output: number };
      /** `1` for a right answer and `0` for a wrong one, a character a record. */
      readonly scores: string;
      readonly outputTokens: readonly number[];
    };
  };
  readonly embedding: {
    readonly id: string;
    readonly dimensions: number;
    /** Row-major signed bytes in base64; a row's length means nothing. */
    readonly int8: string;
  };
}

/** The records of a sample. It carries no texts: a query is its name, such as `crux/17`. */
export function sampleRecords({ datasets, inputTokens, models, embedding }: Sample): RoutingRecord[] {
  const bytes = Int8Array.from(atob(embedding.int8), (character) => character.charCodeAt(0));
  const names = Object.entries(datasets).flatMap(([dataset, count]) =>
    Array.from({ length: count }, (_, index) => ({ dataset, index })),
  );
  return names.map(({ dataset, index }, i) => {
    const records: { [model: string]: number } = {};
    const usages: { [model: string]: Usage } = {};
    for (const [model, { price, scores, outputTokens }] of Object.entries(models)) {
      const input_tokens = inputTokens[i]!;
      const output_tokens = outputTokens[i]!;
      records[model] = Number(scores[i]);
      const cost = (input_tokens * price.input + output_tokens * price.output) / 1e6;
      usages[model] = { cost, input_tokens, output_tokens };
    }
    const row = bytes.subarray(i * embedding.dimensions, (i + 1) * embedding.dimensions);
    return { query: `${dataset}/${index}`, records, usages, dataset, index, embedding: row };
  });
}
