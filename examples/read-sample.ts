import { readFile } from 'node:fs/promises';
import type { Sample } from './sample.js';

/** Reads a bundled sample, `zeroeval-10`, from `examples/data`. */
export async function readSample(name: string): Promise<Sample> {
  const url = new URL(`data/${name}/${name}.json`, import.meta.url);
  const text = await readFile(url, 'utf8').catch((cause: unknown) => {
    throw new Error(`--sample: expected zeroeval-10, got '${name}'`, { cause });
  });
  return JSON.parse(text) as Sample;
}
