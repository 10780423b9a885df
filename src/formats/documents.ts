/**
 * One result file of LLMRouterBench (arXiv 2601.07206): what one model did on one split of one dataset.
 * @example
 * const file: LLMRouterBenchFile = {
 *   model_name: 'large',
 *   dataset_name: 'primes',
 *   records: [{ index: 0, origin_query: 'Is 91 prime?', score: 1, cost: 0.002 }],
 * };
 */
export interface LLMRouterBenchFile {
  /** In files that lack it: the name of their folder. */
  readonly model_name: string;
  readonly dataset_name: string;
  readonly records: readonly {
    readonly index: number | string;
    readonly origin_query: string;
    readonly score: number | null;
    readonly prompt_tokens?: number | null | undefined;
    readonly completion_tokens?: number | null | undefined;
    readonly cost?: number | null | undefined;
  }[];
}

/**
 * One entry of a RouterArena prediction file (arXiv 2510.00202), after its inference and evaluation have filled it in. An
 * entry `for_optimality` is another model's answer to the same query.
 * @example
 * const row: RouterArenaPrediction = { 'global index': 'q_1', prompt: 'Is 91 prime?', prediction: 'large', accuracy: 1 };
 */
export interface RouterArenaPrediction {
  readonly 'global index': string;
  readonly prompt: string;
  /** The model that answered. */
  readonly prediction: string;
  /** In [0, 1]; `null` before the evaluation. */
  readonly accuracy?: number | null | undefined;
  /** USD. */
  readonly cost?: number | null | undefined;
  readonly generated_result?:
    | {
        readonly token_usage?:
          | { readonly input_tokens?: number | null | undefined; readonly output_tokens?: number | null | undefined }
          | null
          | undefined;
      }
    | null
    | undefined;
}

/** What a row of RouterBench (arXiv 2403.12031) has beside the columns of its models. */
export interface RouterBenchHead {
  readonly prompt: string;
  readonly sample_id?: number | string | null | undefined;
  readonly eval_name?: string | null | undefined;
}

/**
 * What is read of an observation of Langfuse's public API (`GET /api/public/observations`), or of an export of them.
 * @example
 * const answer: LangfuseObservation = { id: 'o1', type: 'GENERATION', model: 'large', input: 'Is 91 prime?' };
 */
export interface LangfuseObservation {
  readonly id: string;
  readonly traceId?: string | null | undefined;
  /** Only observations of the type `'GENERATION'` are answers of a model. */
  readonly type: string;
  readonly model?: string | null | undefined;
  /** A text, messages, or an object with `messages`. */
  readonly input?: unknown;
  /** Tokens; other keys are left alone. */
  readonly usageDetails?:
    { readonly input?: number | null | undefined; readonly output?: number | null | undefined } | null | undefined;
  /** USD; other keys are left alone. */
  readonly costDetails?: { readonly total?: number | null | undefined } | null | undefined;
}

/**
 * What is read of a score of Langfuse's public API (`GET /api/public/scores`).
 * @example
 * const score: LangfuseScore = { name: 'correctness', value: 1, observationId: 'o1' };
 */
export interface LangfuseScore {
  readonly name: string;
  /** In [0, 1]; a boolean score is 0 or 1. */
  readonly value?: number | null | undefined;
  /** What the score is of: this observation, or else the whole trace. */
  readonly observationId?: string | null | undefined;
  readonly traceId?: string | null | undefined;
}
