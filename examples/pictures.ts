/**
 * Draws the pictures of the README and of the guides, by the code of the report. `npm run pictures`
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { pictures } from './pictures/pictures.js';

const folder = new URL('guides/pictures/', import.meta.url);
await mkdir(folder, { recursive: true });
for (const [name, svg] of Object.entries(await pictures())) await writeFile(new URL(name, folder), svg);
