/** Command lines that say what they expected: every option has a kind, read from its text before anything runs. */

/** What an option takes. `read` gives `undefined` for any other text. */
export interface Kind<T> {
  readonly expected: string;
  readonly read: (text: string) => T | undefined;
}

export const text: Kind<string> = { expected: 'a value', read: (text) => (text === '' ? undefined : text) };

export const names: Kind<string[]> = {
  expected: 'names with commas between them',
  read: (text) => {
    const names = text.split(',').map((name) => name.trim());
    return names.includes('') ? undefined : names;
  },
};

/** @param expected - in words, what passes the test */
export function number(expected: string, test: (value: number) => boolean): Kind<number> {
  return { expected, read: (text) => (text.trim() !== '' && test(Number(text)) ? Number(text) : undefined) };
}

export const wholeNumber = (least: number): Kind<number> =>
  number(`a whole number ≥ ${least}`, (value) => Number.isSafeInteger(value) && value >= least);

/** What the library's seeds are. */
export const seed = number(
  'a whole number from 0 to 4294967295',
  (value) => Number.isInteger(value) && value >= 0 && value <= 0xffffffff,
);

export function oneOf<const T extends string>(...values: readonly T[]): Kind<T> {
  return {
    expected: `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`,
    read: (text) => values.find((value) => value === text),
  };
}

export type Kinds = Readonly<Record<string, Kind<unknown>>>;

/** What was given, by option name. */
export type Values<K extends Kinds> = { -readonly [name in keyof K]?: NonNullable<ReturnType<K[name]['read']>> };

/** An option as it was written: its name, what messages call it, and its text. */
export interface Given {
  readonly name: string;
  readonly place: string;
  readonly text: string;
}

/**
 * Reads `--name value` and `--name=value`; a value may be a negative number.
 *
 * @returns `'help'` where `--help` or `-h` is among them
 * @throws Error that begins with the option
 */
export function parseArguments<K extends Kinds>(kinds: K, words: readonly string[]): Values<K> | 'help' {
  if (words.includes('--help') || words.includes('-h')) return 'help';
  const given: Given[] = [];
  for (let i = 0; i < words.length; i++) {
    const [, name, inline] = /^--([^=]+)(?:=(.*))?$/s.exec(words[i]!) ?? [];
    if (name === undefined) throw new Error(`expected an option, got '${words[i]}'`);
    const place = `--${name}`;
    const next = words[i + 1]?.startsWith('--') ? undefined : words[i + 1];
    const text = inline ?? next;
    if (text === undefined) throw new Error(`${place}: expected ${kindOf(kinds, name, place).expected}, got none`);
    if (inline === undefined) i++;
    given.push({ name, place, text });
  }
  return readValues(kinds, given);
}

/**
 * Reads each text by its option's kind; the last of several wins.
 *
 * @throws Error that begins with the place
 */
export function readValues<K extends Kinds>(kinds: K, given: readonly Given[]): Values<K> {
  const values = given.map(({ name, place, text }) => {
    const { read, expected } = kindOf(kinds, name, place);
    const value = read(text);
    if (value === undefined) throw new Error(`${place}: expected ${expected}, got '${text}'`);
    return [name, value] as const;
  });
  return Object.fromEntries(values) as Values<K>;
}

function kindOf(kinds: Kinds, name: string, place: string): Kind<unknown> {
  if (!Object.hasOwn(kinds, name)) throw new Error(`${place}: unknown option`);
  return kinds[name]!;
}
