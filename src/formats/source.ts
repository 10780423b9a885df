import { RouterError } from '../errors.js';
import { describe, mismatch } from '../validation.js';

/**
 * Values in memory or streamed, line by line.
 * @example
 * const rows: Source<OutcomeRow> = [{ query: 'Is 91 prime?', model: 'large', score: 1 }]; // or an async generator
 */
export type Source<T> = Iterable<T> | AsyncIterable<T>;

/**
 * Every value of a source with its name in messages: `rows[3]`.
 *
 * @throws RouterError `invalid_records` for what cannot be iterated; what the source itself throws is its `cause`
 */
export async function* each(source: unknown, name: string): AsyncGenerator<[value: unknown, place: string]> {
  let position = 0;
  try {
    const isIterable =
      typeof source === 'object' && source !== null && (Symbol.iterator in source || Symbol.asyncIterator in source);
    if (!isIterable) throw mismatch('invalid_records', name, 'an iterable', describe(source));
    for await (const value of source as Source<unknown>) yield [value, `${name}[${position++}]`];
  } catch (cause) {
    if (cause instanceof RouterError) throw cause;
    throw mismatch('invalid_records', `${name}[${position}]`, 'a value', describe(cause), { cause });
  }
}
