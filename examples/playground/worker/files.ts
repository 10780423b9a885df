import { readRecordsFile, type RecordsFile } from '../../records-file.js';

/** A log of records, a saved state, or both. */
export interface Contents {
  readonly log: RecordsFile | undefined;
  readonly state: { readonly name: string; readonly value: unknown } | undefined;
}

export async function readFiles(files: readonly File[]): Promise<Contents> {
  let log: RecordsFile | undefined;
  let state: Contents['state'];
  for (const file of files) {
    const value = await readState(file);
    if (value === undefined ? log : state)
      throw new Error(`${file.name}: expected records, a saved state, or one of each`);
    if (value === undefined) log = await readLog(file);
    else state = { name: file.name, value };
  }
  return { log, state };
}

/** What may be a saved state: one JSON object that says of what format it is. `undefined` for a log. */
async function readState(file: File): Promise<unknown> {
  let value: unknown;
  try {
    value = JSON.parse(await file.text());
  } catch {
    return undefined;
  }
  return typeof value === 'object' && value !== null && 'format' in value ? value : undefined;
}

export function readLog(file: File): Promise<RecordsFile> {
  return readRecordsFile(file.name, bytesOf(file));
}

/** Unpacked where it begins as gzip does. */
async function* bytesOf(file: File): AsyncGenerator<Uint8Array> {
  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const isPacked = start[0] === 0x1f && start[1] === 0x8b;
  const reader = (isPacked ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
