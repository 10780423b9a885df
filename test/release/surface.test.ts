import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { publicSurface, snapshot } from './surface.js';

it('the public surface is the committed one', async () => {
  const surface = await publicSurface();
  expect(surface).toContain('declare function fitRouter<');
  expect(surface, 'the public surface has changed: run `npm run api`, and look at what git says').toBe(
    await readFile(snapshot, 'utf8'),
  );
});
