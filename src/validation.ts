import * as z from 'zod/mini';
import { RouterError, type RouterErrorCode } from './errors.js';

/**
 * Parses a value at the door. Every schema carries what it expects as its error text ("a whole number ≥ 1"), so that a
 * failure reads `place: expected …, got …`.
 *
 * @param place - what the value is called in the message, for example `records[17]`
 */
export function parse<T>(schema: z.ZodMiniType<T>, value: unknown, code: RouterErrorCode, place: string): T {
  // jitless: zod would otherwise try `new Function`, which edge workers and strict pages refuse.
  const result = schema.safeParse(value, { jitless: true, reportInput: true });
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const got = issue.code === 'unrecognized_keys' ? `the key ${describe(issue.keys[0])}` : describe(issue.input);
  throw mismatch(code, place + pathOf(issue.path), issue.message, got);
}

/** The one form of every message: `place: expected …, got …`. */
export function mismatch(
  code: RouterErrorCode,
  place: string,
  expected: string,
  got: string,
  options?: ErrorOptions,
): RouterError {
  return new RouterError(code, `${place}: expected ${expected}, got ${got}`, options);
}

/** A value in a message: short, on one line, and telling a string from a number. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
    case 'function':
      return 'a function';
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) return `an array of ${value.length}`;
      if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
      return 'an object';
    default:
      return String(value);
  }
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.map((key) => (typeof key === 'number' ? `[${key}]` : member(String(key)))).join('');
}

/** How a property is written behind its object: `.cost`, or `["gpt-5"]` where the name is no identifier. */
export function member(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

/** An object that refuses keys it does not know, by name. */
export function strictObject<Shape extends Record<string, z.ZodMiniType>>(shape: Shape): z.ZodMiniObject<Shape> {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `only the keys ${Object.keys(shape).join(', ')}` : 'an object',
  });
}

/** A number that passes a test; `expected` says in words which. */
export function number(expected: string, test: (value: number) => boolean): z.ZodMiniType<number> {
  return z.custom<number>((value) => typeof value === 'number' && test(value), { error: expected });
}

export const positiveInteger = (): z.ZodMiniType<number> =>
  number('a whole number ≥ 1', (value) => Number.isSafeInteger(value) && value >= 1);

export const nonNegative = (): z.ZodMiniType<number> =>
  number('a finite number ≥ 0', (value) => value >= 0 && Number.isFinite(value));

export const unitInterval = (): z.ZodMiniType<number> =>
  number('a number from 0 to 1', (value) => value >= 0 && value <= 1);

/** Whatever can be read as numbers by index, as arrays and typed arrays can; the numbers are checked where they are read. */
export const vector = (): z.ZodMiniType<ArrayLike<number>> =>
  z.custom<ArrayLike<number>>(isArrayLike, { error: 'an array of numbers' });

export function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  return typeof value === 'object' && value !== null && 'length' in value && typeof value.length === 'number';
}
