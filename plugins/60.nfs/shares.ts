import { Failure, sampleDirectories } from 'ctdb-hook';
import { listShares } from './callout.ts';
import type { NfsContext } from './nfs-context.ts';
import { serviceName } from './release.ts';

/**
 * Checks that every shared directory is there; those with a `%` are left out.
 *
 * @throws Failure naming the first that is missing.
 */
export async function checkShares(context: NfsContext): Promise<void> {
  const directories = (await listShares(context)).filter((directory) => !directory.includes('%'));
  if (context.network.name === 'netlink') return checkSampled(directories, context);
  const missing = await context.files.findMissingDirectory(directories);
  if (missing !== undefined) throw new Failure(notAvailable(missing, context));
}

/**
 * The same, off the event's path. A directory that does not answer is only warned of at first: with CTDB's own script the
 * event would hang, and ctdbd would have the node healthy until that happened 20 times in a row.
 */
async function checkSampled(directories: readonly string[], context: NfsContext): Promise<void> {
  const { options, log } = context;
  const { missing, stuck } = await sampleDirectories(context, directories, options.CTDB_HOOK_SHARE_INTERVAL);
  if (missing !== undefined) throw new Failure(notAvailable(missing, context));
  for (const { path, since } of stuck) {
    const when = since.toISOString();
    if (Date.now() - since.getTime() >= 1000 * options.CTDB_HOOK_SHARE_STUCK_AFTER)
      throw new Failure(`${notAvailable(path, context)}\nno answer since ${when}`);
    log(`WARNING: ${serviceName(context.replaced)} directory "${path}" does not answer since ${when}`);
  }
}

const notAvailable = (directory: string, { replaced }: NfsContext): string =>
  `ERROR: ${serviceName(replaced)} directory "${directory}" not available`;
