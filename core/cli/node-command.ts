import { spawnSync } from 'node:child_process';

/**
 * Runs the Node that ctdb-hook has brought along, as for the tests of a plugin: the `node` in PATH may be too old for
 * TypeScript.
 *
 * @returns the exit status of Node; 1 if it was ended by a signal
 */
export function nodeCommand(words: readonly string[]): number {
  const { status, error } = spawnSync(process.execPath, words, { stdio: 'inherit' });
  if (error !== undefined) throw error;
  return status ?? 1;
}
