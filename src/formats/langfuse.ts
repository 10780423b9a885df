import * as z from 'zod/mini';
import type { RoutingRecord } from '../records.js';
import { describe, mismatch, parse, unitInterval } from '../validation.js';
import { measurement, readDocument, string } from './document.js';
import { OutcomeJoin } from './outcome-rows.js';
import { each, type Source } from './source.js';
import { lastUserText } from './user-text.js';

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
  /** Tokens: `input`, `output`. */
  readonly usageDetails?: Readonly<Record<string, number>> | null | undefined;
  /** USD: `total`. */
  readonly costDetails?: Readonly<Record<string, number>> | null | undefined;
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

/**
 * What an export of Langfuse holds.
 * @example
 * const log: LangfuseExport = { observations, scores }; // arrays, or async generators over the lines of a file
 */
export interface LangfuseExport {
  readonly observations: Source<LangfuseObservation>;
  readonly scores: Source<LangfuseScore>;
}

/**
 * Reads Langfuse's generations with the score of one name: that of the observation, or else that of its trace (which fits
 * traces of one generation). Answers of several models to one query, as an experiment makes them, come together in one
 * record. The query is the text of the last user message: what your app embeds at a route should be the same.
 *
 * @param score - the name of the score, for example `'correctness'`
 * @throws RouterError `invalid_records` by place: `observations[3].input: expected …`
 * @example
 * const records = recordsFromLangfuse({ observations, scores }, 'correctness');
 * const router = await fitRouter(records, embedder, { prices });
 */
export async function* recordsFromLangfuse(
  { observations, scores }: LangfuseExport,
  score: string,
): AsyncGenerator<RoutingRecord> {
  const scoreOf = await readScores(scores, score);
  const schema = observationSchema();
  const joined = new OutcomeJoin();
  for await (const [value, place] of each(observations, 'observations')) {
    const observation = readDocument(schema, value, place);
    if (observation.type !== 'GENERATION') continue;
    const { id, traceId, model, input, usageDetails, costDetails } = observation;
    if (model == null) throw mismatch('invalid_records', `${place}.model`, 'the name of a model', describe(model));
    joined.add({
      query: lastUserText(input, `${place}.input`),
      model,
      score: scoreOf.get(keyOf('observation', id)) ?? scoreOf.get(keyOf('trace', traceId ?? '')),
      cost: costDetails?.total,
      input_tokens: usageDetails?.input,
      output_tokens: usageDetails?.output,
    });
  }
  yield* joined.records();
}

function keyOf(kind: 'observation' | 'trace', id: string): string {
  return `${kind} ${id}`;
}

async function readScores(scores: Source<LangfuseScore>, wanted: string): Promise<Map<string, number>> {
  const schema = scoreSchema();
  const scoreOf = new Map<string, number>();
  const names = new Set<string>();
  for await (const [value, place] of each(scores, 'scores')) {
    const score = readDocument(schema, value, place);
    names.add(score.name);
    if (score.name !== wanted || score.value == null) continue;
    const unit = parse(unitInterval, score.value, 'invalid_records', `${place}.value`);
    const key =
      score.observationId == null ? keyOf('trace', score.traceId ?? '') : keyOf('observation', score.observationId);
    scoreOf.set(key, unit);
  }
  if (names.has(wanted)) return scoreOf;
  const expected = `a score named ${describe(wanted)}`;
  throw mismatch('invalid_records', 'scores', expected, [...names].join(', ') || 'none');
}

function observationSchema() {
  return z.object(
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
}

function scoreSchema() {
  return z.object(
    { name: string, value: measurement, observationId: z.nullish(string), traceId: z.nullish(string) },
    'a score: an object with name and value',
  );
}
