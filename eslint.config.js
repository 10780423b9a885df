import { existsSync } from 'node:fs';
import vitest from '@vitest/eslint-plugin';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** The library is pure: what reaches outside it is refused by name, since AbortSignal makes lib DOM necessary. */
const impureGlobals = [
  ...['console', 'process', 'fetch', 'XMLHttpRequest', 'WebSocket', 'localStorage', 'performance', 'navigator'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'requestAnimationFrame', 'window', 'document'],
];

export default defineConfig(
  {
    ignores: [
      'dist',
      'coverage',
      'examples/output',
      'reports',
      ...(existsSync('test/adapters/node_modules') ? [] : ['test/adapters']),
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['*.config.ts'] } } },
    rules: {
      // `noUncheckedIndexedAccess` makes typed-array reads `number | undefined`; a bounds-checked loop states its invariant with `!`.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // Takes a model name for a key of an enum; there are no enums here.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      // A mapped type over model names is where the compiler infers them from; Record<M, …> is not.
      '@typescript-eslint/consistent-indexed-object-style': 'off',
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // A test plays other people's code, which may throw and pass anything.
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  {
    files: ['test/**/*.test.ts', 'test/**/*.test-d.ts'],
    plugins: { vitest },
    settings: { vitest: { typecheck: true } },
    rules: {
      'vitest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*', 'expectTypeOf', 'fc.assert'] }],
      'vitest/no-focused-tests': 'error',
      'vitest/no-identical-title': 'error',
      'vitest/valid-expect': ['error', { maxArgs: 2 }],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...impureGlobals, 'Date'],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Randomness is an argument: pass a seed.' },
        ...['log', 'log2', 'log10', 'pow', 'sin', 'cos'].map((property) => ({
          object: 'Math',
          property,
          message: 'Differs between engines: the state must be bit-identical everywhere.',
        })),
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "BinaryExpression[operator='**']", message: 'Differs between engines: multiply.' },
        { selector: 'ExportAllDeclaration', message: 'Named exports only.' },
      ],
    },
  },
  {
    // A figure for reports; no decision and no state depends on it.
    files: ['src/core/entropy.ts'],
    rules: { 'no-restricted-properties': ['error', { object: 'Math', property: 'random' }] },
  },
);
