import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { pictures } from '../../examples/pictures/pictures.js';

describe('examples/guides/pictures', () => {
  it('is what `npm run pictures` draws', async () => {
    for (const [name, svg] of Object.entries(await pictures())) {
      const url = new URL(`../../examples/guides/pictures/${name}`, import.meta.url);
      expect(await readFile(url, 'utf8'), `${name}: run npm run pictures`).toBe(svg);
    }
  });
});
