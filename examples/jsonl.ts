import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { readRecordsFile, type RecordsFile } from './records-file.js';

/**
 * Reads a file of records, gzip or not.
 *
 * @throws Error that begins with the file, and the line where one is at fault
 */
export function readJsonl(path: string): Promise<RecordsFile> {
  return readRecordsFile(path, openBytes(path));
}

/** A file's bytes, unpacked where they begin as gzip does. */
async function* openBytes(path: string): AsyncGenerator<Uint8Array> {
  try {
    const chunks = createReadStream(path)[Symbol.asyncIterator]() as AsyncIterableIterator<Buffer>;
    const first = await chunks.next();
    if (first.done) return;
    const start = first.value.toString('latin1', 0, 2);
    if (start === '\xff\xfe' || start === '\xfe\xff') throw new Error('UTF-16 in place of UTF-8');
    const bytes = prepend(first.value, chunks);
    yield* start === '\x1f\x8b' ? pipeline(bytes, createGunzip(), () => undefined) : bytes;
  } catch (cause) {
    throw new Error(`${path}: expected a file of records, got ${inWords(cause)}`, { cause });
  }
}

async function* prepend<T>(first: T, others: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* others;
}

/** A system's error, as the end of "expected …, got …". */
export function inWords(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const words: Record<string, string> = {
    ENOENT: 'no such file',
    EISDIR: 'a directory',
    EEXIST: 'a file in place of a folder',
    ENOTDIR: 'a path through a file',
    EACCES: 'no permission',
    EROFS: 'a read-only file system',
  };
  return words[code ?? ''] ?? message;
}
