import { untilTickMs } from '../process/common-tick.ts';
import { readProcEntry } from '../process/proc-table.ts';

/** How soon the process is looked for first, and how often after that, in milliseconds, as CTDB's daemons do. */
const pollMs = { first: 1_000, then: 5_000 } as const;

/** Calls `onGone` once when there is no such process any more, though another may have got its number. */
export function watchProcess(pid: number, onGone: () => void): void {
  const began = readProcEntry(pid)?.startTicks;
  const look = (): void => {
    if (isThere(pid) && (began === undefined || readProcEntry(pid)?.startTicks === began))
      setTimeout(look, untilTickMs(pollMs.then));
    else onGone();
  };
  setTimeout(look, pollMs.first);
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
