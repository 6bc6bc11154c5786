import { realpathSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * CTDB's configuration directory, for a script that was called from this event directory without `CTDB_BASE`: two levels
 * above, as for the scripts of CTDB 4.25; one above the `events.d` of an older one. Where links lead on the way counts, as
 * for the kernel.
 */
export function baseOf(eventDirectory: string): string {
  const up = basename(eventDirectory) === 'events.d' ? '..' : '../..';
  return realpathSync.native(`${eventDirectory}/${up}`);
}
