import { isStill } from './is-still.ts';
import { type ProcEntry, readProcTable } from './proc-table.ts';
import { Remains } from './remains.ts';

/**
 * Kills all processes of a session group by group, that of the process which began it last. That process must not have been
 * waited for: else the number may be another's. Reads all of /proc, which takes a tenth of a second on a node with
 * thousands of processes.
 */
export function killSession(leader: number): void {
  killGroups(
    readProcTable().filter(({ session }) => session === leader),
    leader,
  );
}

/** Most looks at what is left of a session: what forks while it is killed is found by the next. */
const looksMax = 10;

/** Kills what is left of a session whose first process was waited for this very moment. */
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
    return; // It is gone.
  }
}
