import { statSync } from 'node:fs';
import { isResidentHost } from './is-resident-host.ts';
import { readPid } from './read-pid.ts';
import { residentPlace } from './resident-place.ts';

/** A resident host that runs. */
export interface FoundHost {
  readonly pid: number;
  readonly since: Date;
}

/** The resident host of an event directory; undefined if none runs, or it may not be looked for. */
export function findResidentHost(ownRunDir: string, directory: string): FoundHost | undefined {
  const { pid: file } = residentPlace(ownRunDir, directory);
  const pid = readPid(file);
  if (pid === undefined || !isResidentHost(pid)) return undefined;
  const since = statSync(file, { throwIfNoEntry: false })?.mtime;
  return since && { pid, since }; // It may have just ended.
}
