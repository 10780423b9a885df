/// <reference types="node" />
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/** The packages whose code is in one of the builds, as they come to be known. */
const bundled = new Set<string>();

/**
 * Writes their licences beside the code, or stops the build where one has none. The source map knows them all, also those that a
 * dependency carries inside its own build.
 */
const thirdPartyLicences: Plugin = {
  name: 'third-party-licences',
  setup(build) {
    build.onEnd(({ outputFiles = [] }) => {
      for (const { text } of outputFiles.filter(({ path }) => path.endsWith('.map'))) {
        const { sources } = JSON.parse(text) as { sources: string[] };
        for (const source of sources) {
          const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1];
          if (name) bundled.add(name);
        }
      }
      mkdirSync('dist', { recursive: true });
      writeFileSync('dist/THIRD-PARTY-LICENSES.txt', [...bundled].sort().map(licenceOf).join('\n'));
    });
  },
};

function licenceOf(installed: string): string {
  const folder = join('node_modules', installed);
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
    'name' | 'version' | 'license',
    string
  >;
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file
    ? readFileSync(join(folder, file), 'utf8')
    : /^(?:#+ )?licen[cs]e\n(?:-+\n)?(.*)/ims.exec(readFileSync(join(folder, 'README.md'), 'utf8'))?.[1];
  if (!text) throw new Error(`${name} is bundled and has no licence to ship`);
  return `${'='.repeat(80)}\n${name} ${version} (${license})\n${'='.repeat(80)}\n\n${text.trim()}\n`;
}

const shared: Options = {
  target: 'es2022',
  platform: 'neutral',
  sourcemap: true,
  esbuildPlugins: [thirdPartyLicences],
};
const dts = { entry: { index: 'src/index.ts' }, compilerOptions: { ignoreDeprecations: '6.0' } };

export default defineConfig((options) => [
  {
    ...shared,
    dts,
    clean: true,
    format: 'esm',
    // Fit and router apart: a bundler that meets import('ml-kmeans') in a file makes a chunk of it, used or not. An app that
    // only routes drops the whole file.
    entry: ['src/index.ts', 'src/fit.ts', 'src/router.ts'],
  },
  {
    ...shared,
    dts,
    format: 'cjs',
    entry: ['src/index.ts'],
    // ml-kmeans and ml-distance are ES modules: a CommonJS host that cannot `import()` (Jest) needs them inside.
    noExternal: ['ml-kmeans', 'ml-distance'],
    silent: options.silent,
  },
]);
