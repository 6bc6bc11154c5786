import { readFileSync } from 'node:fs';
import { readProcEntry } from '../process/proc-table.ts';

/** The identity of the running ctdbd, by its pid file: its process id, and when it began. Undefined if none runs. */
export function ctdbdIdentity(pidFile: string): string | undefined {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8').trim());
    const found = Number.isSafeInteger(pid) && pid > 0 ? readProcEntry(pid) : undefined;
    return found && `${pid}.${found.startTicks}`;
  } catch {
    return undefined;
  }
}
