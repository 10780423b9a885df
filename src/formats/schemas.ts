/**
 * What others write, described by zod/mini. Keys that a schema does not name are left alone, and every part carries what it expects as its error
 * text. Readers load this file when they are called: an app that reads no foreign format never loads zod.
 */
import * as z from 'zod/mini';
import { describe, mismatch, pathOf, reading } from '../validation.js';
import type {
  LangfuseObservation,
  LangfuseScore,
  LLMRouterBenchFile,
  RouterArenaPrediction,
  RouterBenchHead,
} from './documents.js';

/**
 * Reads a document as its schema describes it.
 *
 * @param place - what the document is called in messages, for example `files[2]`
 * @throws RouterError `invalid_records` by place: `files[2].records[17].score: expected …`
 */
export function readDocument<T>(schema: z.ZodMiniType<T>, value: unknown, place: string): T {
  return reading('invalid_records', place, () => {
    // jitless: zod would otherwise try `new Function`, which edge workers and strict pages refuse.
    const { error, data } = schema.safeParse(value, { jitless: true, reportInput: true });
    if (!error) return data;
    const { path, message, input } = error.issues[0]!;
    throw mismatch('invalid_records', place + pathOf(path), message, describe(input));
  });
}

const string = z.string('a string');
/** Any number: what is negative or not finite counts as not measured. */
const measurement = z.nullish(z.custom<number>((value) => typeof value === 'number', 'a number'));
const unitInterval = 'a number from 0 to 1';
/** `null` where it was not observed. */
const score = z.nullable(z.number(unitInterval).check(z.gte(0, unitInterval), z.lte(1, unitInterval)));
const index = z.union([z.number(), z.string()], 'a number or a string');

/** Its records are read one by one: a list that is shorter than it claims ends at its first hole. */
export const llmRouterBenchFile: z.ZodMiniType<
  Pick<LLMRouterBenchFile, 'model_name' | 'dataset_name'> & { records: unknown[] }
> = z.object(
  { model_name: string, dataset_name: string, records: z.custom<unknown[]>(Array.isArray, 'an array') },
  'a result file: an object with model_name, dataset_name and records',
);

export const llmRouterBenchRecord: z.ZodMiniType<LLMRouterBenchFile['records'][number]> = z.object(
  {
    index,
    origin_query: string,
    score,
    prompt_tokens: measurement,
    completion_tokens: measurement,
    cost: measurement,
  },
  'an object with index, origin_query and score',
);

export const routerArenaPrediction: z.ZodMiniType<RouterArenaPrediction> = z.object(
  {
    'global index': string,
    prompt: string,
    prediction: string,
    accuracy: z.optional(score),
    cost: measurement,
    generated_result: z.nullish(
      z.object(
        {
          token_usage: z.nullish(
            z.object({ input_tokens: measurement, output_tokens: measurement }, 'an object of token counts'),
          ),
        },
        'an object with token_usage',
      ),
    ),
  },
  'an entry with global index, prompt and prediction',
);

/** Beside it stands a column for each model. */
export const routerBenchHead: z.ZodMiniType<RouterBenchHead> = z.object(
  { prompt: string, sample_id: z.nullish(index), eval_name: z.nullish(string) },
  'an object with prompt and a column for each model',
);

export const langfuseObservation: z.ZodMiniType<LangfuseObservation> = z.object(
  {
    id: string,
    traceId: z.nullish(string),
    type: string,
    model: z.nullish(string),
    input: z.optional(z.unknown()),
    usageDetails: z.nullish(z.object({ input: measurement, output: measurement }, 'an object of numbers')),
    costDetails: z.nullish(z.object({ total: measurement }, 'an object of numbers')),
  },
  'an observation: an object with id, type, model and input',
);

export const langfuseScore: z.ZodMiniType<LangfuseScore> = z.object(
  { name: string, value: measurement, observationId: z.nullish(string), traceId: z.nullish(string) },
  'a score: an object with name and value',
);
