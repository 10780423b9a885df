import type { Dice } from './dice.js';

/** What a getter or Proxy of ours throws: it may come out as a cause, never as itself. */
export class Trap extends Error {
  constructor() {
    super('a trap\nof two lines, '.repeat(40));
  }
}

const trap = (): never => {
  throw new Trap();
};

const numbers = [
  0,
  -0,
  1,
  -1,
  0.5,
  2,
  1.5,
  0.1,
  -1e-9,
  1 + 1e-9,
  NaN,
  Infinity,
  -Infinity,
  1e308,
  -1e308,
  5e-324,
  1e-200,
  1e200,
  1e100,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  2 ** 53 + 2,
  1e9,
  1e21,
  255,
  65536,
];
const texts = [
  '',
  ' ',
  'a',
  'large',
  'small',
  '__proto__',
  'constructor',
  'toString',
  'length',
  'NaN',
  '1',
  '0.5',
  'null',
  '\u0000\u0007',
  'line\nline',
  'line\u2028line',
  '\ud800',
  '💥'.repeat(40),
  'x'.repeat(5000),
  'AACAPw==',
  '====',
  'nearest',
  'kernel',
  'linear',
  'global',
  'paper',
  'reference',
  'overall',
  'pareto-router',
];

/** A value that no field asks for. */
export function hostileValue(dice: Dice): unknown {
  return dice.pick<() => unknown>([
    () => dice.pick(numbers),
    () => dice.pick(numbers),
    () => dice.pick(texts),
    () => dice.pick(texts),
    () => dice.pick([undefined, null, true, false]),
    () => dice.pick([10n ** 400n, Symbol('s\n'.repeat(200)), () => undefined, Math.max]),
    () => [],
    () => ({}),
    () => [[], {}, null],
    () => Object.assign([], { length: dice.pick([1, 5, 2 ** 31, 2 ** 32 - 1]) }),
    () => ({ length: dice.pick([-1, NaN, 0, 3, 1.5, 2 ** 31, 2 ** 53, 1e308]) }),
    () => ({ length: 3, 0: 1, 1: 0, 2: 'x' }),
    () =>
      JSON.parse(
        '{ "__proto__": { "polluted": true }, "constructor": { "prototype": { "polluted": true } } }',
      ) as unknown,
    () => Object.create(null) as unknown,
    () => new Date(0),
    () => new Map([['a', 1]]),
    () => new Set(['a']),
    () => new Float32Array(dice.whole(0, 4)),
    () => new BigInt64Array(3),
    () => new DataView(new ArrayBuffer(8)),
    () => new Proxy({}, { get: trap, ownKeys: trap, has: trap }),
    () => new Proxy([], { get: trap }),
    () => new Proxy([], { get: (_, key) => (key === 'length' ? dice.pick([3, 1e9]) : trap()) }),
    () =>
      Object.defineProperty({}, dice.pick(['query', 'records', 'a', 'clusters', 'length']), {
        get: trap,
        enumerable: true,
      }),
    () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    },
    () => new Error('an error'),
    () => Promise.resolve(1),
  ])();
}

/** Whether an option asks for so much work that it may take its time. */
export function asksForMuch(options: unknown, key: string): boolean {
  try {
    const value = (options as Record<string, unknown>)[key];
    return typeof value === 'number' && value > 100;
  } catch {
    return false;
  }
}

/** Changes a valid input in some places: a value replaced, left out, doubled, nudged, or a key too many. */
export function mutate(dice: Dice, value: unknown): unknown {
  let mutated = value;
  for (let changes = dice.pick([0, 1, 1, 1, 2, 3]); changes > 0; changes--) {
    try {
      mutated = change(dice, mutated, 0);
    } catch {
      // It met a trap of its own.
    }
  }
  return mutated;
}

function change(dice: Dice, value: unknown, depth: number): unknown {
  const isTree = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  if (!isTree || ArrayBuffer.isView(value) || dice.chance(0.06 * (1 + depth))) return replaced(dice, value);
  // An absurd length is for the library to refuse, not for us to copy.
  if (Array.isArray(value) && value.length > 1e4) return value;
  const keys = Object.keys(value);
  const key = dice.pick(keys);
  if (Array.isArray(value)) {
    const copy: unknown[] = [...(value as unknown[])];
    const i = Number(key);
    if (dice.chance(0.1)) copy.splice(i, 1);
    else if (dice.chance(0.1)) copy.splice(i, 0, copy[i]);
    else if (dice.chance(0.03)) copy.length = dice.pick([0, copy.length + 1, 2 ** 31]);
    else copy[i] = change(dice, copy[i], depth + 1);
    return copy;
  }
  const entries = Object.entries(value);
  const i = keys.indexOf(key);
  if (dice.chance(0.1)) entries.splice(i, 1);
  else if (dice.chance(0.1)) entries.push([dice.pick([...texts, ...keys]), hostileValue(dice)]);
  else entries[i] = [key, change(dice, entries[i]![1], depth + 1)];
  return Object.fromEntries(entries);
}

function replaced(dice: Dice, value: unknown): unknown {
  if (typeof value === 'number' && dice.chance(0.6)) {
    return dice.pick([
      value + 1,
      value - 1,
      -value,
      value * 2,
      value / 2,
      value + 0.5,
      value * 1e300,
      0,
      dice.pick(numbers),
    ]);
  }
  if (typeof value === 'string' && dice.chance(0.4)) {
    return dice.pick([value.slice(1), value + value, value.toUpperCase(), `${value} `, dice.pick(texts)]);
  }
  return hostileValue(dice);
}
