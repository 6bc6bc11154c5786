import { readProcTable } from './proc-table.ts';

/**
 * Kills all processes of a session, whatever their groups, the one that began it last. Reads all of /proc, which takes a
 * tenth of a second on a node with thousands of processes.
 */
export function killSession(leader: number): void {
  const members = readProcTable().filter(({ session }) => session === leader);
  for (const { pid } of members) if (pid !== leader) kill(pid);
  kill(leader);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return; // It is gone.
  }
}
