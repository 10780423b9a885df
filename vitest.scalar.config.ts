import { defineConfig } from 'vitest/config';

/** The whole suite where the engine refuses WebAssembly: the same bits from the scalar kernels. Run: npm run test:scalar */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/core/kernel.test.ts'],
    setupFiles: ['test/without-simd.ts'],
    testTimeout: 120_000,
  },
});
