import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');
const pages = [
  ...readdirSync(root),
  ...readdirSync(join(root, '.github')).map((file) => `.github/${file}`),
  ...readdirSync(join(root, 'examples'), { recursive: true, encoding: 'utf8' }).map((file) => `examples/${file}`),
].filter((file) => file.endsWith('.md') && !/node_modules|output/.test(file));

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-');

it.each(pages)('%s: every link of its own leads somewhere', (page) => {
  const links = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
  const dead = links.filter((link) => {
    if (/^\w+:/.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : normalize(join(dirname(page), path));
    if (!existsSync(join(root, target))) return true;
    if (anchor === undefined) return false;
    return ![...textOf(target).matchAll(/^#+ (.*)$/gm)].some(([, heading]) => anchorOf(heading!) === anchor);
  });
  expect(dead).toEqual([]);
});

it('finds the pages', () => {
  expect(pages).toContain('README.md');
  expect(pages).toContain('examples/guides/reference.md');
});
