import { Failure } from 'ctdb-hook';
import { listShares } from './callout.ts';
import type { NfsContext } from './nfs-context.ts';

/**
 * Checks that every shared directory is there; those with a `%` are left out.
 *
 * @throws Failure naming the first that is missing.
 */
export async function checkShares(context: NfsContext): Promise<void> {
  const directories = (await listShares(context)).filter((directory) => !directory.includes('%'));
  const missing = await context.files.findMissingDirectory(directories);
  if (missing !== undefined) throw new Failure(`ERROR: nfs directory "${missing}" not available`);
}
