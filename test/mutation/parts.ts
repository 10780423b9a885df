/** What is mutated, and the fast tests that are to notice. */
export const parts: Readonly<
  Record<string, { readonly mutate: readonly string[]; readonly tests: readonly string[] }>
> = {
  core: { mutate: ['src/core/*.ts'], tests: ['test/core/*.test.ts', 'test/statistics-golden.test.ts'] },
  state: { mutate: ['src/state.ts', 'src/parse-state.ts'], tests: ['test/state.test.ts'] },
  records: { mutate: ['src/records.ts', 'src/table.ts'], tests: ['test/records.test.ts', 'test/table.test.ts'] },
  policy: {
    mutate: ['src/policy/*.ts'],
    tests: ['test/policy/*.test.ts', 'test/router.test.ts', 'test/state.test.ts', 'test/living/with-options.test.ts'],
  },
  evaluation: { mutate: ['src/evaluation/*.ts'], tests: ['test/evaluation/*.test.ts', 'test/reference.test.ts'] },
};
