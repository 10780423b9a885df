import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');
const jsonOf = (file: string): unknown => JSON.parse(textOf(file));

/** Packages whose source a source map of the build names. */
function packagesIn(map: string): string[] {
  const { sources } = jsonOf(`dist/${map}`) as { sources: string[] };
  const packages = sources.flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []);
  return [...new Set(packages)].sort();
}

interface Manifest {
  readonly scripts: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly publishConfig: object;
}
interface Lock {
  readonly packages: Record<string, { dev?: true; devOptional?: true; hasInstallScript?: true; version: string }>;
}
/** What an installation of the package brings along: path in the lock file, and entry. */
const shipped = Object.entries((jsonOf('package-lock.json') as Lock).packages).filter(
  ([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional,
);

describe('what is inside the build', () => {
  const maps = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.map'),
  );
  const inModules = new Set(maps.filter((file) => file.endsWith('.js.map')).flatMap(packagesIn));

  it('of others comes with its licence', () => {
    const licences = textOf('dist/THIRD-PARTY-LICENSES.txt');
    const listed = [...licences.matchAll(/^={80}\n(\S+) \S+ \((.*)\)\n={80}\n\n(?=\S)/gm)];
    const bundled = new Set(maps.flatMap(packagesIn));
    expect(listed.map(([, name]) => name).sort()).toEqual([...bundled].sort());
    expect([...bundled]).toEqual(expect.arrayContaining(['ml-kmeans', 'zod']));
    expect(new Set(listed.map(([, , licence]) => licence))).toEqual(new Set(['CC0-1.0', 'MIT']));
    expect(licences).toContain('Copyright Fedor Indutny, 2017.'); // of fft.js, which has it in its README
  });

  it('is ours and zod in the ES modules', () => {
    expect([...inModules]).toEqual(['zod']);
  });
});

describe('what an installation runs and brings', () => {
  it('is no script, of ours or of a dependency', () => {
    const scripts = Object.keys((jsonOf('package.json') as Manifest).scripts);
    const atInstall = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish', 'dependencies'];
    expect(scripts.filter((name) => atInstall.includes(name))).toEqual([]);
    expect(shipped.length).toBeGreaterThan(5);
    expect(shipped.filter(([, { hasInstallScript }]) => hasInstallScript)).toEqual([]);
  });

  it('is what the bill of materials lists, with what the build carries', async () => {
    const { stdout } = await run(join(root, 'node_modules/.bin/tsx'), ['test/release/sbom.ts'], { cwd: root });
    const bill = JSON.parse(stdout) as {
      bomFormat: string;
      components: { purl: string }[];
      dependencies: { ref: string; dependsOn: string[] }[];
    };
    expect(bill.bomFormat).toBe('CycloneDX');
    const expected = shipped.map(
      ([path, { version }]) => `pkg:npm/${path.replace(/.*node_modules\//, '').replace('@', '%40')}@${version}`,
    );
    const { zod } = (jsonOf('package.json') as Manifest).devDependencies;
    expect(bill.components.map(({ purl }) => purl).sort()).toEqual([...expected, `pkg:npm/zod@${zod!}`].sort());
    expect(bill.dependencies.find(({ ref }) => ref.startsWith('pareto-router@'))?.dependsOn).toEqual([
      expect.stringMatching('ml-distance@'),
      expect.stringMatching('ml-kmeans@'),
      `zod@${zod!}`,
    ]);
  });

  it('is published with provenance', () => {
    expect((jsonOf('package.json') as Manifest).publishConfig).toEqual({ access: 'public', provenance: true });
  });
});
