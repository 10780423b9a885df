import { recordsFromRows, RouterError, type OutcomeRow, type RoutingRecord } from 'pareto-router';

/** Records of a file, and the line of each: the first of its query's where the file has a line for every answer. */
export interface RecordsFile {
  readonly path: string;
  readonly records: readonly RoutingRecord[];
  readonly lines: ReadonlyMap<RoutingRecord, number>;
}

interface Line {
  readonly number: number;
  readonly value: Readonly<Record<string, unknown>>;
}

/**
 * Reads one JSON object a line: a record, or one model's answer as `recordsFromRows` takes it. Blank lines and a byte order mark are
 * skipped.
 *
 * @param path - the file's name in errors
 * @param bytes - UTF-8
 * @throws Error that begins with the file, and the line where one is at fault
 */
export async function readRecordsFile(path: string, bytes: AsyncIterable<Uint8Array>): Promise<RecordsFile> {
  const lines: Line[] = [];
  for await (const [number, text] of linesOf(bytes)) {
    if (text.trim() === '') continue;
    lines.push({ number, value: parseLine(text, `${path}, line ${number}`) });
  }
  const [first] = lines;
  if (!first) throw new Error(`${path}: expected one JSON object a line, got an empty file`);
  const stranger = lines.find(({ value }) => isAnswer(value) !== isAnswer(first.value));
  if (stranger) {
    const [expected, got] = isAnswer(first.value) ? ['an answer', 'a record'] : ['a record', 'an answer'];
    throw new Error(`${path}, line ${stranger.number}: expected ${expected} as in line ${first.number}, got ${got}`);
  }
  if (isAnswer(first.value)) return joinAnswers(path, lines);
  const records = lines.map(({ value }) => value as unknown as RoutingRecord);
  return { path, records, lines: new Map(lines.map(({ number }, i) => [records[i]!, number])) };
}

function isAnswer(value: Line['value']): boolean {
  return 'model' in value && !('records' in value);
}

async function joinAnswers(path: string, lines: readonly Line[]): Promise<RecordsFile> {
  const answers = lines.map(({ value }) => value as unknown as OutcomeRow);
  const records = await namingLines(
    path,
    'rows',
    (i) => lines[i]!.number,
    async () => {
      const joined: RoutingRecord[] = [];
      for await (const record of recordsFromRows(answers)) joined.push(record);
      return joined;
    },
  );
  const keyOf = ({ query, dataset, index }: OutcomeRow | RoutingRecord): string =>
    JSON.stringify([query, dataset ?? null, index ?? null]);
  const first = new Map<string, number>();
  answers.forEach((answer, i) => {
    if (!first.has(keyOf(answer))) first.set(keyOf(answer), lines[i]!.number);
  });
  return { path, records, lines: new Map(records.map((record) => [record, first.get(keyOf(record))!])) };
}

/** Runs what reads some of a file's records: where its error names one by position, this one names its line. */
export async function byLine<T>(
  { path, lines }: RecordsFile,
  records: readonly RoutingRecord[],
  action: () => T | Promise<T>,
): Promise<T> {
  return namingLines(path, 'records', (i) => lines.get(records[i]!)!, action);
}

/** @param list - what the library calls the values: `records` in `records[17].query: expected …` */
async function namingLines<T>(
  path: string,
  list: 'records' | 'rows',
  lineOf: (position: number) => number,
  action: () => T | Promise<T>,
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof RouterError)) throw error;
    const [place, name, position, dot] = /^(\w+)(?:\[(\d+)\](\.)?|(?=: ))/.exec(error.message) ?? [];
    if (place === undefined || name !== list) throw error;
    const line = position === undefined ? '' : `, line ${lineOf(Number(position))}`;
    const message = `${path}${line}${dot === undefined ? '' : ', '}${error.message.slice(place.length)}`;
    throw new RouterError(error.code, message, { cause: error });
  }
}

/** @throws Error with what was expected of a line */
function parseLine(text: string, place: string): Readonly<Record<string, unknown>> {
  const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text.trimEnd());
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const isArray = text.trimStart().startsWith('[');
    throw new Error(`${place}: expected one JSON object a line, got ${isArray ? arrayInWords : shown}`, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Error(`${place}: expected one JSON object a line, got ${Array.isArray(value) ? arrayInWords : shown}`);
}

const arrayInWords = "a JSON array (jq -c '.[]' makes lines of it)";

/** The lines of a file, numbered from 1. */
async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<[number: number, text: string]> {
  // Skips the byte order mark.
  const decoder = new TextDecoder();
  let number = 0;
  let rest = '';
  for await (const chunk of bytes) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop()!;
    for (const part of parts) yield [++number, part];
  }
  yield [++number, rest + decoder.decode()];
}
