import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  // Wherever a static host puts it.
  base: './',
  resolve: { alias: { 'pareto-router': here('../../dist/index.js') } },
  build: {
    outDir: here('../output/playground'),
    emptyOutDir: true,
    // It would fetch, which the page's policy forbids.
    modulePreload: { polyfill: false },
    // The sample is a chunk of 1.6 MB, loaded when it is asked for.
    chunkSizeWarningLimit: 2000,
  },
  preview: { port: 4173 },
});
