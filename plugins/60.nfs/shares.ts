import { Failure, findUnavailable, notAvailable } from 'ctdb-hook';
import { listShares } from './callout.ts';
import type { NfsContext } from './nfs-context.ts';
import { serviceName } from './release.ts';

/**
 * Checks that every shared directory is there; those with a `%` are left out.
 *
 * @throws Failure naming the first that is missing, or has not answered for long.
 */
export async function checkShares(context: NfsContext): Promise<void> {
  const directories = (await listShares(context)).filter((directory) => !directory.includes('%'));
  const service = serviceName(context.replaced);
  const unavailable =
    context.network.name === 'netlink'
      ? await findUnavailable(context, service, directories)
      : await findMissing(context, service, directories);
  if (unavailable !== undefined) throw new Failure(unavailable);
}

async function findMissing(
  { files }: NfsContext,
  service: string,
  directories: readonly string[],
): Promise<string | undefined> {
  const missing = await files.findMissingDirectory(directories);
  return missing === undefined ? undefined : notAvailable(service, missing);
}
