import { type ProcEntry, readProcEntry } from './proc-table.ts';

/**
 * Whether the process of that number is still the one that was seen, in the same group and session. The kernel reuses a
 * number after all others. Call this right before a signal, so that only an instant is between.
 */
export function isStill(seen: ProcEntry): boolean {
  const now = readProcEntry(seen.pid);
  return now?.startTicks === seen.startTicks && now.group === seen.group && now.session === seen.session;
}
