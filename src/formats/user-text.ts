import { describe, mismatch } from '../validation.js';

/**
 * The text that a chat was asked last: the input itself where it is a text, else the texts of its last user message.
 * Messages are `{ role, content }` as chat APIs write them, or `{ role, parts }` as OpenTelemetry does.
 *
 * @throws RouterError `invalid_records` where there is none
 */
export function lastUserText(input: unknown, place: string): string {
  const text = typeof input === 'string' ? input : textOfMessages(messagesOf(input));
  if (text !== '') return text;
  throw mismatch('invalid_records', place, 'a text, or messages with one of the role "user"', describe(input));
}

function messagesOf(input: unknown): readonly unknown[] {
  if (Array.isArray(input)) return input;
  const messages = isObject(input) ? input.messages : undefined;
  return Array.isArray(messages) ? messages : [];
}

function textOfMessages(messages: readonly unknown[]): string {
  const asked = messages
    .filter(isObject)
    .filter(({ role }) => role === 'user')
    .at(-1);
  const content = asked?.content ?? asked?.parts;
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  const parts: readonly unknown[] = content;
  const texts = parts.filter(isObject).map(({ text, content: own }) => text ?? own);
  return texts.filter((text) => typeof text === 'string').join('\n');
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
