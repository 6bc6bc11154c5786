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

/** The reference of everything that `ctdb-hook` exports, as Markdown, made from the types and what is said at them. */
export async function referenceOf(root: string): Promise<string> {
  const entry = join(root, 'core/plugin-api/index.ts');
  const program = ts.createProgram([entry], {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ESNext,
    allowImportingTsExtensions: true,
    noEmit: true,
    strict: true,
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${entry} is no module`);
  const texts = new Map<string, string[]>(sections.map(([, title]) => [title, []]));
  const exports = checker.getExportsOfModule(module).toSorted((a, b) => rankOf(a.name) - rankOf(b.name));
  for (const exported of exports) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const [declaration] = symbol.declarations ?? [];
    if (declaration === undefined) throw new Error(`${exported.name} is declared nowhere`);
    const path = relative(join(root, 'core'), declaration.getSourceFile().fileName);
    const title = sections.find(([start]) => path.startsWith(start))?.[1] ?? '';
    texts.get(title)?.push(describeDeclaration(exported.name, symbol, declaration, checker));
  }
  const text = [
    '# Reference',
    '',
    'Everything that plugins import from `ctdb-hook`. It is made from the types (`npm run reference`); the [guide](README.md) says how',
    'they go together, and has the [events](README.md#events).',
    ...[...texts].flatMap(([title, parts]) => ['', `## ${title}`, '', parts.join('\n\n')]),
    '',
  ].join('\n');
  return format(text, { ...(await resolveConfig(join(root, referencePath))), parser: 'markdown' });
}
