import { defineConfig } from 'vitest/config';

/** The whole suite where the engine refuses WebAssembly: the same bits from the scalar kernels. Run: npm run test:scalar */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The kernels themselves; programs in processes of their own, which no setup file reaches; what runs in a script of its own.
    exclude: [
      'test/core/kernel.test.ts',
      'test/examples/**',
      'test/package.test.ts',
      'test/adapters/**',
      'test/playground/**',
    ],
    setupFiles: ['test/without-simd.ts'],
    globalSetup: 'test/require-build.ts',
    testTimeout: 120_000,
  },
});
