import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../package/package-root.ts';

/**
 * Runs the Node that ctdb-hook has brought along, as for the tests of a plugin: the `node` in PATH may be too old for
 * TypeScript. Files of authors import `ctdb-hook` and zod from this package there, as on a node.
 *
 * @returns the exit status of Node; 1 if it was ended by a signal
 */
export function nodeCommand(words: readonly string[]): number {
  const { status, error } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', `--import=${projectModules}`, ...words],
    {
      stdio: 'inherit',
    },
  );
  if (error !== undefined) throw error;
  return status ?? 1;
}

/** core/plugin-loading/project-modules.ts, as it is built. Node passes it on to the processes of tests. */
const projectModules = pathToFileURL(join(packageRoot, 'dist/project-modules.js')).href;
