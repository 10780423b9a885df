import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../src', import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replaceAll('\\', '/'));
const textOf = (file: string): string => readFileSync(join(src, file), 'utf8');

/** The house, from the door down: a file imports from lower floors only, or from its own where that is noted. */
const floors: readonly (readonly string[])[] = [
  ['index.ts'],
  ['evaluation/cross-validate.ts'],
  ['fit.ts', 'living/merge.ts', 'living/from-statistics.ts', 'evaluation/evaluate.ts', 'describe.ts'],
  ['upkeep/choose-queries.ts', 'upkeep/compare-routers.ts', 'upkeep/compare-traffic.ts'],
  ['upkeep/queries.ts'],
  ['evaluation/verdict.ts', 'evaluation/gains.ts', 'evaluation/warnings.ts', 'evaluation/recommendation.ts'],
  ['evaluation/alpha-verdict.ts'],
  ['evaluation/sentence.ts'],
  ['evaluation/gain.ts', 'evaluation/retention.ts'],
  ['evaluation/promise.ts'],
  ['evaluation/tune.ts'],
  ['evaluation/curve.ts', 'evaluation/mix.ts'],
  ['evaluation/baselines.ts', 'evaluation/intervals.ts', 'evaluation/points.ts'],
  ['evaluation/summary.ts', 'evaluation/routing.ts', 'evaluation/operating-points.ts'],
  ['evaluation/traffic.ts'],
  ['clustering.ts', 'router.ts', 'evaluation/split.ts'],
  ['parse-state.ts', 'canary.ts'],
  ['policy/explain.ts'],
  ['living/', 'policy/decision.ts'],
  ['policy/candidates.ts'],
  ['policy/lines.ts', 'policy/constraints.ts'],
  ['policy/near.ts'],
  ['policy/policy.ts'],
  ['policy/estimators.ts'],
  ['state.ts'],
  ['formats/langfuse.ts', 'formats/llm-router-bench.ts', 'formats/opentelemetry.ts', 'formats/router-arena.ts'],
  ['formats/outcome-rows.ts', 'formats/routerbench.ts'],
  ['formats/schemas.ts', 'formats/source.ts', 'formats/user-text.ts'],
  ['formats/avengers-pro.ts', 'formats/documents.ts'],
  ['embedders/', 'records.ts'],
  ['options.ts', 'client.ts', 'embedder.ts', 'centroids.ts', 'finish.ts', 'table.ts'],
  ['validation.ts'],
  ['core/'],
  ['errors.ts'],
];
const floorOf = (file: string): number =>
  floors.findIndex((floor) => floor.some((name) => file === name || (name.endsWith('/') && file.startsWith(name))));

function importsOf(file: string): { own: string[]; packages: string[] } {
  const specifiers = [...textOf(file).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
    ([, specifier]) => specifier!,
  );
  const isOwn = (specifier: string): boolean => specifier.startsWith('.');
  return {
    own: specifiers
      .filter(isOwn)
      .map((specifier) => relative(src, normalize(join(src, dirname(file), specifier.replace(/\.js$/, '.ts'))))),
    packages: specifiers.filter((specifier) => !isOwn(specifier)),
  };
}

describe('the house', () => {
  it('has a floor for every file', () => {
    expect(files.filter((file) => floorOf(file) < 0)).toEqual([]);
    expect(files.length).toBeGreaterThan(10);
  });

  it.each(files)('%s imports downward only', (file) => {
    const wrong = importsOf(file).own.filter((other) => {
      const sameCore = file.startsWith('core/') && other.startsWith('core/');
      return !files.includes(other) || (floorOf(other) <= floorOf(file) && !sameCore);
    });
    expect(wrong).toEqual([]);
  });

  it.each(files.filter((file) => file.startsWith('core/')))(
    '%s is pure maths: no package, no error, no promise',
    (file) => {
      const { own, packages } = importsOf(file);
      expect(packages).toEqual([]);
      expect(own.filter((other) => !other.startsWith('core/'))).toEqual([]);
      expect(textOf(file)).not.toMatch(/\basync\b|\bawait\b|\bthrow\b|Promise/);
    },
  );

  it.each(['ml-kmeans', 'ml-distance'])('%s is imported in one file, lazily', (name) => {
    const importers = files.filter((file) => importsOf(file).packages.includes(name));
    expect(importers).toHaveLength(1);
    const text = textOf(importers[0]!);
    expect(text).toContain(`await import('${name}')`);
    expect(text).not.toMatch(new RegExp(`from '${name}'`));
  });

  it('knows no other package', () => {
    const packages = new Set(files.flatMap((file) => importsOf(file).packages));
    expect([...packages].sort()).toEqual(['ml-distance', 'ml-kmeans', 'zod/mini']);
  });

  it('describes by schemas only what others write', () => {
    expect(files.filter((file) => importsOf(file).packages.includes('zod/mini'))).toEqual(['formats/schemas.ts']);
    const importers = files.filter((file) => importsOf(file).own.includes('formats/schemas.ts'));
    for (const file of importers) expect(textOf(file)).not.toContain("from './schemas.js'");
  });

  it('has one barrel, of named exports', () => {
    expect(files.filter((file) => /export (\*|\{[^}]*\}) from/.test(textOf(file)))).toEqual(['index.ts']);
    expect(textOf('index.ts')).not.toContain('export *');
  });

  it('has no file that nobody can take in at once', () => {
    expect(files.filter((file) => textOf(file).split('\n').length > 350)).toEqual([]);
  });
});
