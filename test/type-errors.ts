import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const compiler = fileURLToPath(new URL('../node_modules/.bin/tsc', import.meta.url));

/** What the compiler has to say of the project in a folder: nothing, where all is well. */
export function typeErrors(folder: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(compiler, ['-p', join(folder, 'tsconfig.json')], (error, stdout, stderr) => {
      resolve(error ? stdout + stderr || error.message : '');
    });
  });
}
