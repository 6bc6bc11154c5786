import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const { exports, devDependencies } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'),
) as {
  readonly exports: Readonly<Record<string, { readonly types: string }>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

/**
 * The tsconfig.json that projects of plugins extend, as dist has it. The compiler finds what is imported from this package without any
 * node_modules. zod is beside or in this package, as npm has it, or in it as a package has it (package/bundle-dependencies.ts).
 */
export function projectSettings(): string {
  const ours: Record<string, readonly string[]> = {};
  for (const [part, { types }] of Object.entries(exports))
    ours[`ctdb-hook${part.slice(1)}`] = [types.replace('./dist/', './')];
  const zod = ['../node_modules/zod/types', '../node_modules/zod', '../../zod'];
  const compilerOptions = {
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noImplicitOverride: true,
    noImplicitReturns: true,
    noFallthroughCasesInSwitch: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
    paths: { ...ours, zod: zod.map((folder) => `${folder}/index.d.ts`) },
  };
  return `${JSON.stringify({ compilerOptions }, null, 2)}\n`;
}

/** The packages that such a project needs of npm, in the versions with which ctdb-hook is compiled. */
export const projectVersions = (): string => {
  const names = ['@types/node', 'typescript'];
  return `${JSON.stringify(Object.fromEntries(names.map((name) => [name, devDependencies[name]])), null, 2)}\n`;
};
