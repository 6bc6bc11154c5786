import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { builtinOf } from '../../event-directory/builtin-of.ts';
import { checkTrust, Untrusted } from '../../files/trust.ts';
import { packageRoot } from '../../package/package-root.ts';
import { deadlineIn } from '../../process/deadline.ts';
import { describeEnd } from '../../process/describe-end.ts';
import { runCommand } from '../../process/run-command.ts';
import { findPackage, findTypeScript, foldersAbove, type FoundTypeScript } from '../find-typescript.ts';
import type { Finding, Rule, RuleResult } from '../rule.ts';
import { pluginsOf, type Subject } from '../subject.ts';

/** How long the compiler may take, in milliseconds: some seconds on a busy machine. */
const timeoutMs = 90_000;

/** Most output of the compiler, in bytes. */
const outputBytesMax = 4 * 1024 * 1024;

const howToGet =
  'npm install --save-dev typescript @types/node in the folder of the plugins, or check where they are developed';

/** Whether the types of plugins are right: when one is loaded, its types are removed and not checked. */
export const pluginTypes: Rule = {
  id: 'plugin-types',
  summary: 'the TypeScript compiler finds nothing in the plugins',
  scope: 'files',
  async check(subject): Promise<RuleResult> {
    const files = pluginsOf(subject)
      .filter(
        (entry) => builtinOf(entry) === undefined && /\.m?ts$/.test(entry.path) && existsSync(entry.path),
      )
      .map(({ path }) => realpathSync.native(path));
    const [first] = files;
    if (first === undefined) return [];
    const typescript = findTypeScript(first);
    if (typescript === undefined) return { skipped: `there is no TypeScript beside them: ${howToGet}` };
    if (findPackage('zod', first) === undefined)
      return { skipped: 'the types of zod are not beside them: npm install zod there' };
    const refused = process.geteuid?.() === 0 ? whyUntrusted(typescript.tsc) : undefined;
    if (refused !== undefined) return { skipped: `root does not run ${typescript.tsc}: ${refused}` };
    return compile(files, first, typescript, subject);
  },
};

async function compile(
  files: readonly string[],
  first: string,
  { tsc, root }: FoundTypeScript,
  { environment, signal }: Subject,
): Promise<RuleResult> {
  const directory = mkdtempSync(join(tmpdir(), 'ctdb-hook-check-'));
  try {
    const settings = join(directory, 'tsconfig.json');
    writeFileSync(settings, JSON.stringify(settingsFor(files, first, root)));
    const outcome = await runCommand(
      {
        command: [process.execPath, tsc, '-p', settings, '--pretty', 'false'],
        environment,
        group: 'own',
        streams: 'one',
      },
      { deadline: deadlineIn(timeoutMs), signal, outputBytesMax },
    );
    const found = findingsIn(outcome.stdout);
    if (outcome.ok || found.length > 0) return found;
    return { skipped: `${tsc} ${describeEnd(outcome)}: ${outcome.stdout.slice(0, 500)}` };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The author's own settings, where there are some beside the compiler; else those of `tsc --init` that matter. */
function settingsFor(files: readonly string[], first: string, root: string): object {
  const own = foldersAbove(first)
    .map((folder) => join(folder, 'tsconfig.json'))
    .find((path) => existsSync(path));
  const nodeTypes = findPackage('@types/node', first);
  const byDefault = {
    target: 'es2024',
    module: 'nodenext',
    strict: true,
    allowImportingTsExtensions: true,
    lib: ['es2024', 'esnext.disposable', ...(nodeTypes === undefined ? ['dom'] : [])],
  };
  return {
    ...(own !== undefined && own.startsWith(`${root}/`) ? { extends: own } : {}),
    compilerOptions: {
      ...(own !== undefined && own.startsWith(`${root}/`) ? {} : byDefault),
      noEmit: true,
      skipLibCheck: true,
      types: nodeTypes === undefined ? [] : ['node'],
      ...(nodeTypes === undefined ? {} : { typeRoots: [join(nodeTypes, '..')] }),
      paths: {
        'ctdb-hook': [join(packageRoot, 'dist/types/core/plugin-api/index.d.ts')],
        zod: [findPackage('zod', first)],
        'zod/*': [`${findPackage('zod', first) ?? ''}/*`],
      },
    },
    files,
    include: [],
  };
}

/** `PATH(LINE,COLUMN): error TS1234: TEXT`, and lines with blanks before them, which say more. */
function findingsIn(output: string): Finding[] {
  return output.split('\n').flatMap((text): Finding[] => {
    const [, path, line, column, code, what] = /^(.+?)\((\d+),(\d+)\): error (TS\d+): (.*)$/.exec(text) ?? [];
    if (path !== undefined && code !== undefined && what !== undefined)
      return [
        {
          severity: 'error',
          path: resolve(path),
          line: Number(line),
          column: Number(column),
          what: `${what} (${code})`,
        },
      ];
    const [, general] = /^error (TS\d+: .*)$/.exec(text) ?? [];
    return general === undefined ? [] : [{ severity: 'error', what: general }];
  });
}

function whyUntrusted(path: string): string | undefined {
  try {
    checkTrust(path);
    return undefined;
  } catch (error) {
    if (error instanceof Untrusted) return error.message;
    throw error;
  }
}
