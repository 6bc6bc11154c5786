import { realpathSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * CTDB's configuration directory, for a script that was called from this event directory without `CTDB_BASE`. It is two
 * levels above, as for the scripts of CTDB 4.25, and one above an older `events.d`. Links on the way are followed, as by
 * the kernel.
 */
export function baseOf(eventDirectory: string): string {
  const up = basename(eventDirectory) === 'events.d' ? '..' : '../..';
  return realpathSync.native(`${eventDirectory}/${up}`);
}
