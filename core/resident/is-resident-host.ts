import { readRunningProcess } from '../process/proc-table.ts';

/** The name of a resident host for ps and the like, 15 characters at most. */
export const hostName = 'ctdb-hook-links';

/** Whether a pid is that of a resident host that runs. The number may belong to another process by now. */
export function isResidentHost(pid: number): boolean {
  const entry = readRunningProcess(pid);
  return entry?.name === hostName && entry.session === pid;
}
