import type { Context } from './context.ts';
import { option } from './option.ts';
import { sampleDirectories } from './sample-directories.ts';

/**
 * How often shared directories are looked for off the event's path, and after how long one that does not answer counts as
 * missing; both in seconds.
 */
export const directoryOptions = {
  CTDB_HOOK_SHARE_INTERVAL: option.wholeNumber(15, { min: 1, max: 86_400 }),
  CTDB_HOOK_SHARE_STUCK_AFTER: option.wholeNumber(900, { min: 0, max: 86_400 }),
};

/**
 * Looks off the event's path whether a service's directories exist. Answers what makes the node unhealthy, if anything
 * does.
 *
 * A directory that does not answer does not make the node unhealthy at once: with CTDB's own scripts the event would hang,
 * and ctdbd would keep the node healthy until that had happened 20 times in a row. Meanwhile the log has a warning.
 */
export async function findUnavailable(
  context: Context<Readonly<Record<keyof typeof directoryOptions, number>>>,
  service: string,
  paths: readonly string[],
): Promise<string | undefined> {
  const { log, now, options } = context;
  const { missing, stuck } = await sampleDirectories(context, paths, options.CTDB_HOOK_SHARE_INTERVAL);
  if (missing !== undefined) return notAvailable(service, missing);
  for (const { path, since } of stuck) {
    const when = since.toISOString();
    if (now() - since.getTime() >= 1000 * options.CTDB_HOOK_SHARE_STUCK_AFTER)
      return `${notAvailable(service, path)}\nno answer since ${when}`;
    log(`WARNING: ${service} directory "${path}" does not answer since ${when}`);
  }
  return undefined;
}

/** The message of CTDB's scripts for a service's directory that is missing. */
export const notAvailable = (service: string, path: string): string =>
  `ERROR: ${service} directory "${path}" not available`;
