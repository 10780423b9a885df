import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { typeErrors } from './type-errors.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
/** Inside the package, so that `import … from 'pareto-router'` finds the built library as it would in an app. */
const folder = join(root, 'test/tsdoc-output');

/** The `@example` of every export, and of every public member of the class `Router`, by name; undefined where there is none. */
function examplesByName(): Map<string, string | undefined> {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)).config,
    ts.sys,
    root,
  );
  const barrel = join(root, 'src/index.ts');
  const program = ts.createProgram([barrel], options);
  const checker = program.getTypeChecker();
  const exampleOf = (symbol: ts.Symbol): string | undefined => {
    const tag = symbol.getJsDocTags(checker).find(({ name }) => name === 'example');
    return tag && ts.displayPartsToString(tag.text);
  };
  const examples = new Map<string, string | undefined>();
  for (const exported of checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(barrel)!)!)) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    examples.set(exported.name, exampleOf(symbol));
    if (exported.name !== 'Router') continue;
    for (const member of [...symbol.members!.values(), ...symbol.exports!.values()]) {
      const isPublic = member.declarations?.some(
        (declaration) =>
          !ts.isConstructorDeclaration(declaration) &&
          ts.isClassElement(declaration) &&
          !ts.isPrivateIdentifier(declaration.name!),
      );
      if (isPublic) examples.set(`Router.${member.name}`, exampleOf(member));
    }
  }
  return examples;
}

/** Each example as the body of a function of its own, in whose scope are all exports and what `tsdoc-context.ts` exports. */
function programOf(examples: ReadonlyMap<string, string | undefined>, contextNames: readonly string[]): string {
  const types = [...examples.keys()].filter((name) => !name.includes('.') && !contextNames.includes(name));
  const bodies = [...examples].map(([name, text]) => {
    // A client's type has the name of the SDK's class: the example that uses the type imports it.
    const own = contextNames.includes(name) ? `type ${name} = import('pareto-router').${name};\n` : '';
    return `examples['${name}'] = async () => {\n${own}${text ?? ''}\n};`;
  });
  return [
    `import { ${types.join(', ')} } from 'pareto-router';`,
    `import { ${contextNames.join(', ')} } from '../tsdoc-context.js';`,
    'const examples: Record<string, () => Promise<unknown>> = {};',
    ...bodies,
    'for (const [name, example] of Object.entries(examples)) {',
    '  await example().catch((error: unknown) => { console.error(`EXAMPLE ${name}:`, error); });',
    '}',
  ].join('\n');
}

describe('the examples in the TSDoc', () => {
  const examples = examplesByName();

  beforeAll(async () => {
    const context = ts.createSourceFile(
      '',
      ts.sys.readFile(join(root, 'test/tsdoc-context.ts'))!,
      ts.ScriptTarget.ES2022,
    );
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'examples.ts'), programOf(examples, exportedNames(context)));
    const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false, verbatimModuleSyntax: false };
    const config = { extends: '../tsconfig.json', compilerOptions, include: ['examples.ts'] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('are there for every export and every member of Router', () => {
    expect(examples.size).toBeGreaterThan(100);
    expect([...examples].filter(([, text]) => !text).map(([name]) => name)).toEqual([]);
  });

  it('are short', () => {
    expect([...examples].filter(([, text = '']) => text.split('\n').length > 9).map(([name]) => name)).toEqual([]);
  });

  it('compile', async () => {
    expect(await typeErrors(folder)).toBe('');
  });

  it('run', async () => {
    const { stderr } = await run(join(root, 'node_modules/.bin/tsx'), ['examples.ts'], { cwd: folder });
    expect(stderr.match(/^EXAMPLE .*$/gm)).toBeNull();
  });
});

function exportedNames(file: ts.SourceFile): string[] {
  const isExported = (statement: ts.Statement): boolean =>
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false);
  const namesOf = (name: ts.BindingName): string[] =>
    ts.isIdentifier(name)
      ? [name.text]
      : name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : namesOf(element.name)));
  const names = file.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause)) {
      return statement.exportClause.elements.map(({ name }) => name.text);
    }
    if (!isExported(statement)) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.flatMap(({ name }) => namesOf(name));
    if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) return [statement.name!.text];
    return [];
  });
  return [...new Set(names)];
}
