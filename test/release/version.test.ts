import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const textOf = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

it('package, lock file, citation and changelog tell of one version and one day', () => {
  const { version } = JSON.parse(textOf('package.json')) as { version: string };
  const lock = JSON.parse(textOf('package-lock.json')) as { version: string };
  const [, released, day] = /^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$/m.exec(textOf('CHANGELOG.md'))!;
  const citation = textOf('CITATION.cff');
  expect([lock.version, released]).toEqual([version, version]);
  expect(citation).toContain(`\nversion: ${version}\n`);
  expect(citation).toContain(`\ndate-released: '${day!}'\n`);
});
