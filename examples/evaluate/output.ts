import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { inWords } from '../jsonl.js';
import type { Arguments } from './arguments.js';

/** Where the results go. */
export interface Output {
  readonly folder: string;
  readonly clusters: string | undefined;
}

/**
 * Makes the folders, before anything that takes time.
 *
 * @throws Error that begins with the option whose place cannot be written to
 */
export async function prepareOutput({ output, 'export-cluster': clusters }: Arguments): Promise<Output> {
  const folder = output ?? join(import.meta.dirname, '..', 'output', 'evaluation');
  await requireFolder('--output', folder, folder);
  if (clusters !== undefined) {
    await requireFolder('--export-cluster', clusters, dirname(resolve(clusters)));
    const isFolder = await stat(clusters).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (isFolder) throw new Error(`--export-cluster: expected a file to write, got the directory ${clusters}`);
  }
  return { folder, clusters };
}

async function requireFolder(option: string, path: string, folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    const expected = option === '--output' ? 'a folder' : 'a file';
    throw new Error(`${option}: expected ${expected} that can be written, got ${path}: ${inWords(cause)}`, { cause });
  }
}
