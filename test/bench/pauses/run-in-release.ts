import { spawnSync } from 'node:child_process';
import { releaseOf, releaseVariable } from '../../cluster/releases.ts';
import { packagesOf } from '../../releases/packages.ts';
import { prepareRoot } from '../../releases/prepare-root.ts';
import { lockRoot } from '../../releases/root-lock.ts';

/**
 * Runs a program of Node whose clusters are of another release of Debian, in a file system that is made for that.
 *
 * @returns its exit status
 * @throws Error if the tests know of no such release, or its file system cannot be had.
 */
export async function runInRelease(suite: string, command: readonly string[]): Promise<number> {
  const { root } = releaseOf(suite);
  if (root === undefined) throw new Error(`There is no file system of ${suite}`);
  {
    await using _lock = await lockRoot(root, 'make', console.error);
    prepareRoot(suite, root, packagesOf(suite, false));
  }
  await using _lock = await lockRoot(root, 'run', console.error);
  const env = { ...process.env, [releaseVariable]: suite };
  return spawnSync(process.execPath, command, { env, stdio: 'inherit' }).status ?? 1;
}
