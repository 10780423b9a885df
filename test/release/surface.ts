import { readFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';

/** Where the public surface is committed, so that a change of it is seen in review. */
export const snapshot: URL = new URL('../fixtures/api.d.ts', import.meta.url);
const declarations = new URL('../../dist/index.d.ts', import.meta.url);

/** The built declarations without comments, in the order of names: what the package promises to a compiler. */
export async function publicSurface(): Promise<string> {
  const text = await readFile(declarations, 'utf8');
  const file = ts.createSourceFile('index.d.ts', text, ts.ScriptTarget.ES2022, true);
  const printer = ts.createPrinter({ removeComments: true });
  const statements = file.statements.map((statement) => printer.printNode(ts.EmitHint.Unspecified, statement, file));
  const nameOf = (statement: string): string =>
    /^(?:declare |abstract )*(?:class|interface|type|function|const) ([^\s<(:]+)/.exec(statement)?.[1] ?? '~';
  statements.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0));
  return format(statements.join('\n\n'), { ...(await resolveConfig('index.d.ts')), parser: 'typescript' });
}
