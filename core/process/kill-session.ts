import { isStill } from './is-still.ts';
import { type ProcEntry, readProcTable } from './proc-table.ts';
import { Remains } from './remains.ts';

/**
 * Kills all processes of a session, group by group. The group of the process that began the session is last. That process
 * must not have been waited for: otherwise the number may belong to another. This reads all of /proc, which takes a tenth
 * of a second on a node with thousands of processes.
 */
export function killSession(leader: number): void {
  killGroups(
    readProcTable().filter(({ session }) => session === leader),
    leader,
  );
}

/** Most looks at the rest of a session. A process that forks while it is killed is found by the next look. */
const looksMax = 10;

/** Kills the rest of a session. Its first process must have been waited for just now. */
export function killRemainsOfSession(leader: number): void {
  const remains = new Remains(({ session }) => session === leader);
  for (let look = 0; look < looksMax; look += 1) {
    const members = remains.members();
    if (members.length === 0) return;
    killGroups(members, leader);
  }
}

function killGroups(members: readonly ProcEntry[], last: number): void {
  const groups = [...Map.groupBy(members, ({ group }) => group)];
  groups.sort(([one], [other]) => Number(one === last) - Number(other === last));
  // The kernel keeps a group's number as long as it has a member.
  for (const [group, entries] of groups) if (entries.some(isStill)) kill(-group);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return; // The process is gone.
  }
}
