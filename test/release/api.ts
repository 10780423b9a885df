/** Writes the public surface of the build to where it is committed. `npm run api` */
import { writeFile } from 'node:fs/promises';
import { publicSurface, snapshot } from './surface.js';

await writeFile(snapshot, await publicSurface());
