import { defineConfig, type Options } from 'tsup';

const shared: Options = {
  entry: ['src/index.ts'],
  target: 'es2022',
  platform: 'neutral',
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  sourcemap: true,
};

// zod/mini is a devDependency on purpose: it is bundled, so that validation costs no import of all of zod.
export default defineConfig((options) => [
  { ...shared, clean: true, format: 'esm', noExternal: ['zod'] },
  // ml-kmeans and ml-distance are ES modules: a CommonJS host that cannot `import()` (Jest) needs them inside.
  { ...shared, format: 'cjs', noExternal: ['zod', 'ml-kmeans', 'ml-distance'], silent: options.silent },
]);
