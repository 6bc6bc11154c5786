import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ctdbPaths } from '../ctdb-installation/paths.ts';
import { conventions, type Convention, type EventDirectory } from '../event-directory/entry.ts';
import { readEventDirectory } from '../event-directory/read-event-directory.ts';
import { UsageError } from '../links/usage-error.ts';

/** Reads the event directory that the options name, or else the node's own. */
export function readChosenDirectory({
  dir,
  convention,
}: {
  dir?: string | undefined;
  convention?: string | undefined;
}): EventDirectory {
  if (convention !== undefined && !isConvention(convention))
    throw new UsageError(`--convention is "${convention}", expected ${conventions.join(' or ')}`);
  // The path is absolute, as when ctdbd calls scripts: a name without a slash would be looked for in PATH.
  return readEventDirectory(resolve(dir ?? ownDirectory()), { convention });
}

const isConvention = (word: string): word is Convention => (conventions as readonly string[]).includes(word);

/** The event directory of this node's ctdbd. */
export function ownDirectory(): string {
  const { base } = ctdbPaths(process.env);
  const legacy = join(base, 'events', 'legacy');
  const older = join(base, 'events.d');
  return !existsSync(legacy) && existsSync(older) ? older : legacy;
}
