import { describe, mismatch, reading } from '../validation.js';

/**
 * The text that a chat was asked last: the input itself where it is a text, else the texts of its last user message.
 * Messages are `{ role, content }` as chat APIs write them, or `{ role, parts }` as OpenTelemetry does.
 *
 * @throws RouterError `invalid_records` where there is none
 */
export function lastUserText(input: unknown, place: string): string {
  const text =
    typeof input === 'string' ? input : reading('invalid_records', place, () => textOfMessages(messagesOf(input)));
  if (text !== '') return text;
  throw mismatch('invalid_records', place, 'a text, or messages with one of the role "user"', describe(input));
}

function messagesOf(input: unknown): readonly Document[] {
  return objectsOf(isObject(input) && !Array.isArray(input) ? input.messages : input);
}

function textOfMessages(messages: readonly Document[]): string {
  const asked = messages.filter(({ role }) => role === 'user').at(-1);
  const content = asked?.content ?? asked?.parts;
  if (typeof content === 'string') return content;
  const texts = objectsOf(content).map(({ text, content: own }) => text ?? own);
  return texts.filter((text) => typeof text === 'string').join('\n');
}

type Document = Readonly<Record<string, unknown>>;

/** The objects of a list; none of what is no list. A sparse one ends at its first hole, whatever length it claims. */
export function objectsOf(list: unknown): readonly Document[] {
  if (!Array.isArray(list)) return [];
  const end = list.findIndex((item) => item === undefined);
  return (list as unknown[]).slice(0, end < 0 ? undefined : end).filter(isObject);
}

export function isObject(value: unknown): value is Document {
  return typeof value === 'object' && value !== null;
}
