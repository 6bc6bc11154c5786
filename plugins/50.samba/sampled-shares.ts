import { healthy, sampleDirectories, unhealthy, type Context, type Health } from 'ctdb-hook';
import type { Options } from './options.ts';
import { notAvailable, shareDirectories } from './shares.ts';

/**
 * Checks off the event's path that every share's directory is there.
 *
 * One that does not answer is only warned of at first: with CTDB's own script the event would hang, and ctdbd would have
 * the node healthy until that happened 20 times in a row.
 */
export async function checkSampledShares(settings: string, context: Context<Options>): Promise<Health> {
  const { log, options } = context;
  const directories = shareDirectories(settings);
  const { missing, stuck } = await sampleDirectories(context, directories, options.CTDB_HOOK_SHARE_INTERVAL);
  if (missing !== undefined) return unhealthy(notAvailable(missing));
  for (const { path, since } of stuck) {
    const when = since.toISOString();
    if (Date.now() - since.getTime() >= 1000 * options.CTDB_HOOK_SHARE_STUCK_AFTER)
      return unhealthy(`${notAvailable(path)}\nno answer since ${when}`);
    log(`WARNING: samba directory "${path}" does not answer since ${when}`);
  }
  return healthy;
}
