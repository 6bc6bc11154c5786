import { setTimeout as delay } from 'node:timers/promises';
import type { Family } from './family.ts';
import type { ProcEntry } from './proc-table.ts';
import type { StartedProcess } from './start-process.ts';

/** How a program is ended. */
export interface EndLimits {
  /** Ends the program at once, with SIGKILL. */
  readonly signal?: AbortSignal;
  /** How long a program that timed out may take to end after SIGTERM, before SIGKILL, in milliseconds; 500 by default. */
  readonly graceMs?: number;
  /** Is called with the pid of a program that timed out, and awaited before the program is ended. It must not reject. */
  readonly beforeEnd?: (pid: number) => Promise<void>;
}

/** How long a killed program and its children are waited for, in milliseconds. A process in a hung system call stays longer. */
const goneMsMax = 2000;

const defaultGraceMs = 500;

/**
 * Ends a program and its children that are out of time: SIGTERM, and SIGKILL to what is left. Answers what is left after that.
 */
export async function endProgram(
  started: StartedProcess,
  family: Family,
  limits: EndLimits,
): Promise<readonly ProcEntry[]> {
  await limits.beforeEnd?.(started.pid);
  family.signal('SIGTERM');
  const graceMs = limits.graceMs ?? defaultGraceMs;
  if ((await untilGone(family, graceMs, limits.signal)).length > 0) return killProgram(started, family);
  await started.ended;
  return [];
}

/** Kills a program and its children at once. Answers what is left. */
export async function killProgram(started: StartedProcess, family: Family): Promise<readonly ProcEntry[]> {
  family.signal('SIGKILL');
  const left = await untilGone(family, goneMsMax);
  if (left.some(({ pid }) => pid === started.pid)) started.release();
  else await started.ended;
  return left;
}

/** Waits until the family has no member left, its time is over, or a signal comes. Answers the members that are left. */
async function untilGone(
  family: Family,
  timeMs: number,
  signal?: AbortSignal,
): Promise<readonly ProcEntry[]> {
  const end = performance.now() + timeMs;
  for (let pauseMs = 1; ; pauseMs = Math.min(2 * pauseMs, 50)) {
    const left = family.members();
    if (left.length === 0 || performance.now() >= end || signal?.aborted === true) return left;
    await delay(pauseMs);
  }
}
