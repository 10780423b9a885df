import { defineConfig, type Options } from 'tsup';

const shared: Options = {
  target: 'es2022',
  platform: 'neutral',
  sourcemap: true,
};
const dts = { entry: { index: 'src/index.ts' }, compilerOptions: { ignoreDeprecations: '6.0' } };

export default defineConfig((options) => [
  {
    ...shared,
    dts,
    clean: true,
    format: 'esm',
    // Fit and router apart: a bundler that meets import('ml-kmeans') in a file makes a chunk of it, used or not. An app that
    // only routes drops the whole file. So with zod, which only the readers of foreign formats need.
    entry: ['src/index.ts', 'src/fit.ts', 'src/router.ts', 'src/formats/document.ts'],
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
