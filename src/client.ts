import { accept, parse, type Check } from './validation.js';

/** What a model or its vector space is called. */
export const name: Check<string> = accept('a name', (value) => typeof value === 'string' && value !== '');

/**
 * Looks for methods that will be called.
 *
 * @param what - whose methods, as a message says it
 * @param methods - the way to each, `embeddings.create` for example
 * @param place - what the owner is called in a message
 * @throws RouterError `invalid_options`
 */
export function requireMethods(owner: unknown, what: string, methods: readonly string[], place: string): void {
  const at = (value: unknown, key: string): unknown => (value as Record<string, unknown> | null | undefined)?.[key];
  const check = accept(`${what} with ${methods.join(' and ')}`, (value) =>
    methods.every((method) => typeof method.split('.').reduce(at, value) === 'function'),
  );
  parse(check, owner, 'invalid_options', place);
}

/**
 * The vectors of a service's answers, which may come in another order than the texts.
 *
 * @param answers - each with the `index` of its text, or all in the order of the texts
 * @returns of more or fewer answers than texts nothing but their number, which whoever asked refuses
 */
export function vectorsInOrder<Answer>(
  answers: readonly (Answer & { readonly index?: number })[],
  texts: readonly string[],
  vectorOf: (answer: Answer) => ArrayLike<number> | undefined,
): ArrayLike<number>[] {
  if (answers.length !== texts.length) return new Array<ArrayLike<number>>(answers.length);
  return [...answers].sort((a, b) => (a.index ?? 0) - (b.index ?? 0)).map((answer) => vectorOf(answer) ?? []);
}
