import { join, relative } from 'node:path';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';
import { describeDeclaration } from './declaration.ts';

/** Where the reference lies in the repository. */
export const referencePath = 'plugins/REFERENCE.md';

/** What the sections are called, by the module of core in which their types are; all others are in the last one. */
const sections: readonly (readonly [module: string, title: string])[] = [
  ['plugin-api/plugin.ts', 'Plugins'],
  ['plugin-api/failure.ts', 'Plugins'],
  ['events/', 'Events'],
  ['plugin-api/option.ts', 'Options'],
  ['plugin-api/context', 'The context'],
  ['network/', 'The network'],
  ['process/command-', 'How commands end'],
  ['ctdb-', 'CTDB'],
  ['', 'More'],
];

/** What a reader looks for first. */
const first = [
  'definePlugin',
  'Plugin',
  'Failure',
  'healthy',
  'unhealthy',
  'Event',
  'AddressChanges',
  'Context',
  'Observing',
  'Changing',
  'Network',
];

const rankOf = (name: string): number => (first.includes(name) ? first.indexOf(name) : first.length);

/** The reference of everything that `ctdb-hook` and `ctdb-hook/testing` export, as Markdown, made from the types and what is said there. */
export async function referenceOf(root: string): Promise<string> {
  const [hook, testing] = ['core/plugin-api/index.ts', 'core/testing/index.ts'].map((path) =>
    join(root, path),
  ) as [string, string];
  const program = ts.createProgram([hook, testing], {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ESNext,
    allowImportingTsExtensions: true,
    noEmit: true,
    strict: true,
  });
  const checker = program.getTypeChecker();
  const texts = new Map<string, string[]>(sections.map(([, title]) => [title, []]));
  for (const [name, symbol] of exportsOf(program, checker, hook)) {
    const declaration = declarationOf(symbol);
    const path = relative(join(root, 'core'), declaration.getSourceFile().fileName);
    const title = sections.find(([start]) => path.startsWith(start))?.[1] ?? '';
    texts.get(title)?.push(describeDeclaration(name, symbol, declaration, checker));
  }
  const kit = exportsOf(program, checker, testing);
  const parts = [...kit, ...partsOf(kit.find(([name]) => name === 'World')?.[1], checker)];
  texts.set(
    'The test kit: `ctdb-hook/testing`',
    parts.map(([name, symbol]) => describeDeclaration(name, symbol, declarationOf(symbol), checker)),
  );
  const text = [
    '# Reference',
    '',
    'Everything that plugins import from `ctdb-hook`, and their tests from `ctdb-hook/testing`. It is made from the types (`npm run',
    'reference`); the [guide](README.md) says how they go together, and has the [events](README.md#events).',
    ...[...texts].flatMap(([title, each]) => ['', `## ${title}`, '', each.join('\n\n')]),
    '',
  ].join('\n');
  return format(text, { ...(await resolveConfig(join(root, referencePath))), parser: 'markdown' });
}

/** What a module exports, each with what it is. */
function exportsOf(program: ts.Program, checker: ts.TypeChecker, path: string): [string, ts.Symbol][] {
  const source = program.getSourceFile(path);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${path} is no module`);
  return checker
    .getExportsOfModule(module)
    .toSorted((a, b) => rankOf(a.name) - rankOf(b.name))
    .map((exported) => [
      exported.name,
      exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported,
    ]);
}

/** The classes of which a world consists: tests use them as its members, and import none. */
function partsOf(world: ts.Symbol | undefined, checker: ts.TypeChecker): [string, ts.Symbol][] {
  if (world === undefined) throw new Error('ctdb-hook/testing exports no World any more');
  const parts = checker
    .getDeclaredTypeOfSymbol(world)
    .getProperties()
    .map((property) => checker.getTypeOfSymbol(property).getSymbol())
    .filter((symbol) => symbol !== undefined && symbol.declarations?.some(ts.isClassDeclaration) === true)
    .filter((symbol) => symbol?.name.startsWith('Fake'));
  return [...new Set(parts)].flatMap((symbol) =>
    symbol === undefined ? [] : [[symbol.name, symbol] as [string, ts.Symbol]],
  );
}

function declarationOf(symbol: ts.Symbol): ts.Declaration {
  const [declaration] = symbol.declarations ?? [];
  if (declaration === undefined) throw new Error(`${symbol.name} is declared nowhere`);
  return declaration;
}
