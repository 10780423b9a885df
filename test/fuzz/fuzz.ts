import { RouterError } from '../../src/index.js';
import { Dice } from './dice.js';
import type { Target } from './targets.js';

/** A case that broke a promise; `seed` repeats it alone. */
export interface Finding {
  readonly target: string;
  readonly seed: number;
  readonly what: string;
}

/** How a run of one target went. */
export interface Run {
  readonly target: string;
  readonly cases: number;
  /** Cases that worked; the others ended in a `RouterError`. */
  readonly worked: number;
  readonly milliseconds: number;
  readonly slowest: number;
  readonly findings: readonly Finding[];
}

/** Longest time of a case in milliseconds of processor time, which a busy machine does not stretch. */
const longest = 100;

/** The seed of one case of a run. */
export const caseSeed = (seed: number, i: number): number => (Math.imul(seed, 0x9e3779b1) + i) >>> 0;

/** Attacks one door with so many cases, or until the time is over. */
export async function fuzz(target: Target, seed: number, cases: number, until = Infinity): Promise<Run> {
  const findings: Finding[] = [];
  let [worked, slowest, done] = [0, 0, 0];
  const start = performance.now();
  for (; done < cases && performance.now() < until; done++) {
    const own = caseSeed(seed, done);
    const first = await attack(target, own);
    // What is compiled or collected meanwhile is none of the library's.
    let { milliseconds } = first;
    for (let again = 0; again < 3 && milliseconds > longest; again++) ({ milliseconds } = await attack(target, own));
    slowest = Math.max(slowest, milliseconds);
    if (first.works) worked++;
    const what = first.broken ?? (milliseconds > longest ? `took ${milliseconds.toFixed(0)} ms` : undefined);
    if (what !== undefined) findings.push({ target: target.name, seed: own, what });
  }
  return { target: target.name, cases: done, worked, milliseconds: performance.now() - start, slowest, findings };
}

async function attack(
  target: Target,
  seed: number,
): Promise<{ broken?: string; milliseconds: number; works: boolean }> {
  const before = builtIns();
  const start = process.cpuUsage();
  let broken: string | undefined;
  let works = false;
  try {
    await target.attack(new Dice(seed));
    works = true;
  } catch (error) {
    broken = brokenPromise(error);
  }
  const { user, system } = process.cpuUsage(start);
  const milliseconds = (user + system) / 1000;
  if (builtIns() !== before) broken = 'a prototype was touched';
  return { ...(broken !== undefined && { broken }), milliseconds, works };
}

function brokenPromise(error: unknown): string | undefined {
  if (!(error instanceof RouterError)) return error instanceof Error ? (error.stack ?? error.message) : String(error);
  const { message } = error;
  if (message.length >= 300) return `a message of ${message.length} characters: ${message}`;
  if (/[\r\n\u2028\u2029]/.test(message)) return `a message of several lines: ${message}`;
  return /: expected .*, got /.test(message) ? undefined : `a message of another form: ${message}`;
}

function builtIns(): number {
  return [Object, Array, Function, Error, RouterError].reduce(
    (sum, { prototype }) => sum + Reflect.ownKeys(prototype as object).length,
    0,
  );
}
