import { setTimeout as delay } from 'node:timers/promises';
import { type Deadline, remainingMs } from './deadline.ts';
import { Family } from './family.ts';
import { addLiveFamily } from './live-families.ts';
import type { ProcEntry } from './proc-table.ts';
import type { ProcessEnd } from './process-end.ts';
import { StopSignal } from './stop-signal.ts';
import { type NotStarted, type ProcessRequest, startProcess, type StartedProcess } from './start-process.ts';

/** How long a program may run. */
export interface Limits {
  readonly deadline: Deadline;
  /** Ends it at once, with SIGKILL. */
  readonly signal?: AbortSignal;
  /** How long a program that is out of time may take to end after SIGTERM, before SIGKILL; 500 by default. */
  readonly graceMs?: number;
}

/** How a program ended. The first cause counts: one killed for its timeout did not "fail with SIGKILL". */
export type Ending =
  | ProcessEnd
  | NotStarted
  /** `afterMs` is the time it was given, 0 for one that was late and not started; `left` is what would not die. */
  | { readonly kind: 'timed-out'; readonly afterMs: number; readonly left: readonly ProcEntry[] }
  | { readonly kind: 'cancelled'; readonly left: readonly ProcEntry[] };

/**
 * Runs a program within its limits, and ends it and its children where they are passed.
 *
 * Answers when the program has ended, or at most `graceMs` and `goneMsMax` after a limit was passed. The children of a
 * program that ended by itself are left alone.
 */
export async function supervise(request: ProcessRequest, limits: Limits): Promise<Ending> {
  const afterMs = Math.ceil(remainingMs(limits.deadline));
  if (limits.signal?.aborted === true) return { kind: 'cancelled', left: [] };
  if (afterMs === 0) return { kind: 'timed-out', afterMs, left: [] };
  const started = await startProcess(request);
  if (started.kind === 'not-started') return started;

  const family = new Family(started.pid, request.group !== 'inherited');
  const forget = addLiveFamily(family);
  using stop = new StopSignal(limits.deadline, limits.signal);
  try {
    const first = await Promise.race([started.ended, stop.stopped]);
    if (first === 'timed-out')
      return { kind: first, afterMs, left: await endInTime(started, family, limits) };
    if (first === 'cancelled') return { kind: first, left: await kill(started, family) };
    return first;
  } finally {
    forget();
  }
}

/** How long is waited for a killed program and its children to be gone. One in a hung system call stays longer. */
const goneMsMax = 2000;

const defaultGraceMs = 500;

async function endInTime(
  started: StartedProcess,
  family: Family,
  limits: Limits,
): Promise<readonly ProcEntry[]> {
  family.signal('SIGTERM');
  const graceMs = limits.graceMs ?? defaultGraceMs;
  if ((await untilGone(family, graceMs, limits.signal)).length > 0) return kill(started, family);
  await started.ended;
  return [];
}

async function kill(started: StartedProcess, family: Family): Promise<readonly ProcEntry[]> {
  family.signal('SIGKILL');
  const left = await untilGone(family, goneMsMax);
  if (left.some(({ pid }) => pid === started.pid)) started.release();
  else await started.ended;
  return left;
}

/** Waits until the family has no member left, its time is over or a signal comes; answers who is left. */
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
