import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { execa } from 'execa';
import tseslint from 'typescript-eslint';
import { packageRoot } from '../../core/package/package-root.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const modules = join(packageRoot, 'node_modules');

/** A folder that has what npm would fetch for a project of plugins, in the versions of this checkout. */
export function projectFolder(folder = temporaryDirectory()): string {
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  for (const name of ['@types/node', 'undici-types', 'typescript'])
    symlinkSync(join(modules, name), join(folder, 'node_modules', name));
  return folder;
}

/** What the compiler says of a project, by its own tsconfig.json: nothing if all is well. */
export async function compile(folder: string): Promise<string> {
  const program = join(modules, 'typescript/bin/tsc');
  const { all } = await execa(process.execPath, [program], { cwd: folder, all: true, reject: false });
  return all;
}

/**
 * What typescript-eslint finds in a project by its strictest rules. The promises of `test` and `describe` of node:test need not be awaited,
 * says its documentation.
 */
export async function lint(folder: string): Promise<readonly string[]> {
  const eslint = new ESLint({
    cwd: folder,
    overrideConfigFile: true,
    overrideConfig: [
      ...tseslint.configs.strictTypeChecked,
      {
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: folder } },
        rules: {
          '@typescript-eslint/no-floating-promises': [
            'error',
            {
              allowForKnownSafeCalls: [{ from: 'package', name: ['test', 'describe'], package: 'node:test' }],
            },
          ],
        },
      },
    ],
  });
  const results = await eslint.lintFiles(['**/*.ts']);
  return results.flatMap(({ filePath, messages }) =>
    messages.map(({ line, message, ruleId }) => `${filePath}:${line}: ${message} (${ruleId ?? ''})`),
  );
}
