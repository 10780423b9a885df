import type { RoutingRecord } from '../records.js';
import { anything, describe, mismatch, object, parse, unitInterval } from '../validation.js';
import type { LangfuseObservation, LangfuseScore } from './documents.js';
import { OutcomeJoin } from './outcome-rows.js';
import { each, type Source } from './source.js';
import { lastUserText } from './user-text.js';

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
export async function* recordsFromLangfuse(log: LangfuseExport, score: string): AsyncGenerator<RoutingRecord> {
  const both = object({ observations: anything, scores: anything }, 'an object with observations and scores');
  const { observations, scores } = parse(both, log, 'invalid_records', 'export') as LangfuseExport;
  const scoreOf = await readScores(scores, score);
  const { langfuseObservation, readDocument } = await import('./schemas.js');
  const joined = new OutcomeJoin();
  for await (const [value, place] of each(observations, 'observations')) {
    const observation = readDocument(langfuseObservation, value, place);
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
  const { langfuseScore, readDocument } = await import('./schemas.js');
  const scoreOf = new Map<string, number>();
  const names = new Set<string>();
  for await (const [value, place] of each(scores, 'scores')) {
    const score = readDocument(langfuseScore, value, place);
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
