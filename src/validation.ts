import { RouterError, type RouterErrorCode } from './errors.js';

/** Reads a value at the door: gives it back, objects and arrays as fresh copies, or throws a {@link Mismatch}. */
export type Check<T> = (value: unknown) => T;

/** Checks by key. */
type Shape<T> = { readonly [K in keyof T]-?: Check<T[K]> };

/** What was expected and what was there instead. It learns on its way up where in the whole that stood. */
class Mismatch extends Error {
  readonly path: (string | number)[] = [];

  constructor(
    readonly expected: string,
    readonly got: string,
    options?: ErrorOptions,
  ) {
    super(expected, options);
  }
}

/**
 * Parses a value at the door. A failure reads `place: expected …, got …`; what a getter or Proxy of the value throws is its
 * `cause`.
 *
 * @param place - what the value is called in the message, for example `records[17]`
 */
export function parse<T>(check: Check<T>, value: unknown, code: RouterErrorCode, place: string): T {
  try {
    return check(value);
  } catch (error) {
    const { path, expected, got, cause } = asMismatch(error);
    throw mismatch(code, place + pathOf(path), expected, got, cause === undefined ? undefined : { cause });
  }
}

/** Runs what reads a caller's data: the error of a getter or Proxy gets a place, and is kept as `cause`. */
export function reading<T>(code: RouterErrorCode, place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RouterError) throw error;
    const { expected, got } = asMismatch(error);
    throw mismatch(code, place, expected, got, { cause: error });
  }
}

function asMismatch(error: unknown): Mismatch {
  if (error instanceof Mismatch) return error;
  return new Mismatch('a value that can be read', describe(error), { cause: error });
}

/** Longest message: what a log shows on one line. */
const longestMessage = 299;

/** The one form of every message, on one line: `place: expected …, got …`. */
export function mismatch(
  code: RouterErrorCode,
  place: string,
  expected: string,
  got: string,
  options?: ErrorOptions,
): RouterError {
  const message = onOneLine(`${place}: expected ${expected}, got ${got}`);
  return new RouterError(code, shorten(message, longestMessage), options);
}

function onOneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]+/g, ' ');
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** A value in a message: short, on one line, and telling a string from a number. */
export function describe(value: unknown): string {
  try {
    return inWords(value);
  } catch {
    return 'an object that cannot be read';
  }
}

function inWords(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'function':
      return 'a function';
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) return `an array of ${value.length}`;
      if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
      if (value instanceof Error) return `the error: ${shorten(onOneLine(value.message), 120)}`;
      return 'an object';
    case 'bigint':
      return shorten(`${value}n`, 60);
    default:
      return shorten(onOneLine(String(value)), 60);
  }
}

/** Names in a message: the first few of them. */
export function list(names: readonly string[]): string {
  const shown = names.slice(0, 8).map((name) => shorten(name, 20));
  const more = names.length - shown.length;
  return `${shown.join(', ') || 'none'}${more > 0 ? ` and ${more} more` : ''}`;
}

/** How what stands inside of a value is written behind it: `.records[17].cost`. */
export function pathOf(path: readonly PropertyKey[]): string {
  return path.map((key) => (typeof key === 'number' ? `[${key}]` : member(String(key)))).join('');
}

/** How a property is written behind its object: `.cost`, or `["gpt-5"]` where the name is no identifier. */
export function member(name: string): string {
  return /^[A-Za-z_$][\w$]{0,59}$/.test(name) ? `.${name}` : `[${quote(name)}]`;
}

function quote(text: string): string {
  // Control characters grow to six.
  return shorten(JSON.stringify(shorten(text, 61)), 80);
}

/** A value that passes a test; `expected` says in words which. */
export function accept<T>(expected: string, test: (value: unknown) => boolean): Check<T> {
  return (value) => {
    if (test(value)) return value as T;
    throw new Mismatch(expected, describe(value));
  };
}

export function number(expected: string, test: (value: number) => boolean): Check<number> {
  return accept(expected, (value) => typeof value === 'number' && test(value));
}

export const positiveInteger: Check<number> = number(
  'a whole number ≥ 1',
  (value) => Number.isSafeInteger(value) && value >= 1,
);
export const nonNegative: Check<number> = number(
  'a finite number ≥ 0',
  (value) => value >= 0 && Number.isFinite(value),
);
export const unitInterval: Check<number> = number('a number from 0 to 1', (value) => value >= 0 && value <= 1);

export function text(expected = 'a string'): Check<string> {
  return accept(expected, (value) => typeof value === 'string');
}

export function callable<F extends (...args: never[]) => unknown>(): Check<F> {
  return accept('a function', (value) => typeof value === 'function');
}

export function oneOf<T extends string | number | boolean>(...values: readonly T[]): Check<T> {
  const quoted = values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value)));
  const last = quoted.pop()!;
  return accept(quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`, (value) => values.includes(value as T));
}

export const anything: Check<unknown> = (value) => value;

export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value) => (value === undefined ? undefined : check(value));
}

export function nullish<T>(check: Check<T>): Check<T | null | undefined> {
  return (value) => (value === null || value === undefined ? value : check(value));
}

/** An array. A sparse one ends at its first hole, whatever length it claims. */
export function array<T>(item: Check<T>, expected = 'an array'): Check<T[]> {
  return (value) => {
    if (!Array.isArray(value)) throw new Mismatch(expected, describe(value));
    const items: T[] = [];
    for (let i = 0; i < value.length; i++) items.push(inside(i, () => item(value[i])));
    return items;
  };
}

export function filledArray<T>(item: Check<T>): Check<T[]> {
  const read = array(item);
  return (value) => {
    const items = read(value);
    if (items.length > 0) return items;
    throw new Mismatch('at least one value', describe(value));
  };
}

export const names: Check<string[]> = array(text('a name'), 'an array of names');

/** An object of which only these keys are read; keys without a value are left out. */
export function object<T extends object>(shape: Shape<T>, expected = 'an object'): Check<T> {
  const keys = Object.keys(shape) as (keyof T & string)[];
  return (value) => {
    const source = requireObject(value, expected) as T;
    const copy: Partial<T> = {};
    for (const key of keys) {
      const part = inside(key, () => shape[key](source[key]));
      if (part !== undefined) copy[key] = part;
    }
    return copy as T;
  };
}

/** An object that refuses keys it does not know, by name. */
export function strictObject<T extends object>(shape: Shape<T>): Check<T> {
  const read = object(shape);
  return (value) => {
    const copy = read(value);
    const unknown = Object.keys(value as object).find((key) => !Object.hasOwn(shape, key));
    if (unknown === undefined) return copy;
    throw new Mismatch(`only the keys ${Object.keys(shape).join(', ')}`, `the key ${describe(unknown)}`);
  };
}

/** All of T's properties, each of them given. */
export type Present<T> = { readonly [K in keyof T]-?: Exclude<T[K], undefined> };

/** A {@link strictObject}, all of whose keys may be left out. */
export function partialObject<T extends object>(shape: Shape<T>): Check<{ [K in keyof T]?: T[K] }> {
  const each = Object.entries(shape).map(([key, check]) => [key, optional(check as Check<unknown>)]);
  return strictObject(Object.fromEntries(each) as Shape<{ [K in keyof T]?: T[K] }>);
}

/** An object by name, for example of a model: every own key counts, also `__proto__` as JSON.parse makes it. */
export function byName<T>(item: Check<T>, expected: string): Check<Record<string, T>> {
  return (value) => {
    const source = requireObject(value, expected) as Record<string, unknown>;
    return Object.fromEntries(Object.keys(source).map((name) => [name, inside(name, () => item(source[name]))]));
  };
}

/** Longest embedding: no model makes longer ones, and what claims to be longer is refused before memory is taken for it. */
const mostDimensions = 65536;

export const dimensions: Check<number> = number(
  `a whole number from 1 to ${mostDimensions}`,
  (value) => Number.isInteger(value) && value >= 1 && value <= mostDimensions,
);

/** Whatever can be read as numbers by index, as arrays and typed arrays can; the numbers are checked where they are read. */
export const vector: Check<ArrayLike<number>> = (value) => {
  if (!isArrayLike(value)) throw new Mismatch('an array of numbers', describe(value));
  if (value.length <= mostDimensions) return value as ArrayLike<number>;
  throw new Mismatch(`at most ${mostDimensions} dimensions`, String(value.length));
};

export function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  try {
    return typeof value === 'object' && value !== null && 'length' in value && isLength(value.length);
  } catch {
    return false;
  }
}

function isLength(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function requireObject(value: unknown, expected: string): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new Mismatch(expected, describe(value));
}

/** Reads what stands at a key; a mismatch in it learns the key. */
function inside<T>(key: string | number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const found = asMismatch(error);
    found.path.unshift(key);
    throw found;
  }
}
