import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { readProcEntry } from '../../../core/process/proc-table.ts';

/** Most starts until a process has the number: each thread that Node starts meanwhile takes one. */
const triesMax = 50;

/**
 * Starts a process that nobody here knows, in a session and group of its own, with this number; undefined if the kernel does not give
 * the number out. For a process namespace of our own, whose next number root may choose (pid_namespaces(7)).
 */
export function strangerWith(number: number): ChildProcess | undefined {
  for (let count = 0; count < triesMax; count += 1) {
    writeFileSync('/proc/sys/kernel/ns_last_pid', String(number - 1));
    const child = spawn('sleep', ['300'], { detached: true, stdio: 'ignore' });
    if (child.pid === number) return child;
    child.kill('SIGKILL');
  }
  return undefined;
}

/** Whether it runs, and was not only signalled and not yet waited for. */
export async function survives(stranger: ChildProcess): Promise<boolean> {
  // A signal that was sent has its effect before the next process of the namespace has run to its end.
  await new Promise((resolve) => spawn('true').once('close', resolve));
  const state = readProcEntry(stranger.pid ?? 0)?.state;
  return stranger.exitCode === null && stranger.signalCode === null && state !== undefined && state !== 'Z';
}

/** Waits until it is so. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await delay(5);
}

/** Waits until a process runs no more; it may be a zombie. */
export const untilEnded = (pid: number): Promise<void> =>
  until(() => ['Z', undefined].includes(readProcEntry(pid)?.state));

/** Waits until a process was waited for. */
export const untilGone = (pid: number): Promise<void> => until(() => readProcEntry(pid) === undefined);
