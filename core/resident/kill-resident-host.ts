import { readFileSync, statSync } from 'node:fs';
import { isStill } from '../process/is-still.ts';
import { readProcTable } from '../process/proc-table.ts';
import type { ResidentPlace } from './resident-place.ts';

/** The begin of a process is known to a hundredth of a second, and so is that of an event here, in milliseconds. */
const inexactMs = 20;

/**
 * Kills a resident host that hangs, with the commands for which it waits and all that a plugin has started in the event that it runs,
 * as ctdbd's event daemon kills the group of a link that hangs. What earlier events have left running on purpose goes on, as it does
 * after the end of a hook process.
 */
export function killResidentHost(pid: number, { lock }: Pick<ResidentPlace, 'lock'>): void {
  kill(pid, 'SIGSTOP'); // It starts nothing more.
  const begunMs = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
  // What an ended command has left is no child of the host any more, and what was started in the background has its own session.
  const children = readProcTable().filter(({ parent, session }) => parent === pid && session === pid);
  for (const child of children) {
    const isCommand = child.group === child.pid; // The others were started by a plugin itself.
    const isOfEvent = startedMs(child.startTicks) >= begunMs - inexactMs;
    if ((isCommand || isOfEvent) && isStill(child)) kill(isCommand ? -child.pid : child.pid, 'SIGKILL');
  }
  kill(pid, 'SIGKILL');
}

/** When a process began, on the clock of files. */
function startedMs(startTicks: number): number {
  const uptimeMs = Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]) * 1000;
  return Date.now() - uptimeMs + startTicks * 10;
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    return; // It is gone.
  }
}
