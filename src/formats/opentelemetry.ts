import type { RoutingRecord } from '../records.js';
import { describe, mismatch, parse, reading, unitInterval } from '../validation.js';
import { OutcomeJoin } from './outcome-rows.js';
import { each, type Source } from './source.js';
import { isObject, lastUserText, objectsOf } from './user-text.js';

/**
 * One line of OTLP/JSON, as the Collector's file exporter writes it: spans (`resourceSpans`) or log records
 * (`resourceLogs`).
 * @example
 * const exports = lines.map((line) => JSON.parse(line) as OpenTelemetryExport); // one line an export of the collector
 */
export type OpenTelemetryExport = Readonly<Record<string, unknown>>;

/** Attributes of a span, an event or a log record. */
type Attributes = Readonly<Record<string, unknown>>;

interface Answer {
  readonly place: string;
  readonly spanId: unknown;
  readonly attributes: Attributes;
}

/**
 * Reads model calls and their evaluations from OpenTelemetry's GenAI semantic conventions (as of 1.41: attributes
 * `gen_ai.request.model`, `gen_ai.input.messages`, `gen_ai.usage.input_tokens` and `gen_ai.usage.output_tokens` of a
 * span, event `gen_ai.evaluation.result`). They are still marked as in development: names may change. An evaluation
 * belongs to the span that it is an event of, that its log record names, or that has its `gen_ai.response.id`. Spans know
 * no cost: give `fitRouter` the prices. The query is the text of the last user message: what your app embeds at a route
 * should be the same.
 *
 * @param evaluation - the `gen_ai.evaluation.name` whose `gen_ai.evaluation.score.value` in [0, 1] is the score
 * @throws RouterError `invalid_records` by place: `exports[3].resourceSpans[0].scopeSpans[0].spans[7]: expected …`
 * @example
 * const records = recordsFromOpenTelemetry(lines.map((line) => JSON.parse(line)), 'correctness');
 * const router = await fitRouter(records, embedder, { prices });
 */
export async function* recordsFromOpenTelemetry(
  exports: Source<OpenTelemetryExport>,
  evaluation: string,
): AsyncGenerator<RoutingRecord> {
  const answers: Answer[] = [];
  const scores = new Scores(evaluation);
  for await (const [line, place] of each(exports, 'exports')) {
    reading('invalid_records', place, () => {
      read(line, place);
    });
  }
  scores.requireAny();
  const joined = new OutcomeJoin();
  for (const { place, spanId, attributes } of answers) {
    const model = attributes['gen_ai.request.model'] ?? attributes['gen_ai.response.model'];
    if (typeof model !== 'string') {
      throw mismatch('invalid_records', place, 'the attribute gen_ai.request.model', describe(model));
    }
    joined.add({
      query: lastUserText(fromJson(attributes['gen_ai.input.messages']), place),
      model,
      score: scores.of(spanId, attributes['gen_ai.response.id']),
      input_tokens: tokens(attributes['gen_ai.usage.input_tokens']),
      output_tokens: tokens(attributes['gen_ai.usage.output_tokens']),
    });
  }
  yield* joined.records();

  function read(line: unknown, place: string): void {
    if (!isObject(line) || !(Array.isArray(line.resourceSpans) || Array.isArray(line.resourceLogs))) {
      throw mismatch('invalid_records', place, 'an object with resourceSpans or resourceLogs', describe(line));
    }
    for (const [span, at] of nested(line, place, ['resourceSpans', 'scopeSpans', 'spans'])) {
      const attributes = attributesOf(span);
      if (attributes['gen_ai.input.messages'] !== undefined)
        answers.push({ place: at, spanId: span.spanId, attributes });
      for (const [event, eventAt] of nested(span, at, ['events'])) scores.add(event, event.name, span.spanId, eventAt);
    }
    for (const [log, at] of nested(line, place, ['resourceLogs', 'scopeLogs', 'logRecords'])) {
      scores.add(log, log.eventName, log.spanId, at);
    }
  }
}

/** The evaluation results of one name. */
class Scores {
  readonly #wanted: string;
  readonly #names = new Set<string>();
  readonly #bySpan = new Map<unknown, number>();
  readonly #byResponse = new Map<unknown, number>();

  constructor(wanted: string) {
    this.#wanted = wanted;
  }

  add(source: Attributes, eventName: unknown, spanId: unknown, place: string): void {
    if (eventName !== 'gen_ai.evaluation.result') return;
    const attributes = attributesOf(source);
    const name = attributes['gen_ai.evaluation.name'];
    this.#names.add(String(name));
    const value = attributes['gen_ai.evaluation.score.value'];
    if (name !== this.#wanted || value === undefined) return;
    const score = parse(unitInterval, value, 'invalid_records', `${place}.gen_ai.evaluation.score.value`);
    const response = attributes['gen_ai.response.id'];
    if (response !== undefined) this.#byResponse.set(response, score);
    else this.#bySpan.set(spanId, score);
  }

  of(spanId: unknown, response: unknown): number | undefined {
    return this.#byResponse.get(response) ?? this.#bySpan.get(spanId);
  }

  requireAny(): void {
    if (this.#names.has(this.#wanted)) return;
    const expected = `an event gen_ai.evaluation.result named ${describe(this.#wanted)}`;
    throw mismatch('invalid_records', 'exports', expected, [...this.#names].join(', ') || 'none');
  }
}

/** All objects that a path of arrays leads to, with their places. */
function* nested(value: Attributes, place: string, [key, ...rest]: readonly string[]): Generator<[Attributes, string]> {
  if (key === undefined) {
    yield [value, place];
    return;
  }
  const list: unknown = value[key];
  if (!Array.isArray(list)) return;
  for (const [i, item] of (list as unknown[]).entries()) {
    // A hole, which JSON has not.
    if (item === undefined) return;
    if (isObject(item)) yield* nested(item, `${place}.${key}[${i}]`, rest);
  }
}

function attributesOf({ attributes }: Attributes): Attributes {
  return Object.fromEntries(objectsOf(attributes).map(({ key, value }) => [String(key), plain(value)]));
}

/** An OTLP AnyValue as a plain value; whole numbers may come as text there. */
function plain(value: unknown): unknown {
  if (!isObject(value)) return undefined;
  const { stringValue, intValue, doubleValue, boolValue, arrayValue, kvlistValue } = value;
  if (intValue !== undefined) return Number(intValue);
  if (isObject(arrayValue)) return objectsOf(arrayValue.values).map(plain);
  if (isObject(kvlistValue)) return attributesOf({ attributes: kvlistValue.values });
  return stringValue ?? doubleValue ?? boolValue;
}

/** Messages are structured, or JSON in a text where attributes cannot be. */
function fromJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function tokens(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
