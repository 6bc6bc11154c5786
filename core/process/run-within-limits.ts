import { type Deadline, remainingMs } from './deadline.ts';
import { type EndLimits, endProgram, killProgram } from './end-program.ts';
import { Family } from './family.ts';
import { addLiveFamily } from './live-families.ts';
import type { ProcEntry } from './proc-table.ts';
import type { ProcessEnd } from './process-end.ts';
import { StopSignal, type StopCause } from './stop-signal.ts';
import { type NotStarted, type ProcessRequest, startProcess } from './start-process.ts';

/** How long a program may run. */
export interface Limits extends EndLimits {
  readonly deadline: Deadline;
  /** Whether it serves more than the current event, and does not end with that. */
  readonly outlivesEvent?: boolean;
}

/** How a program ended. The first cause counts: a program killed for its timeout did not "fail with SIGKILL". */
export type Ending =
  | ProcessEnd
  | NotStarted
  /**
   * `afterMs` is the time that it had; 0 for one that was late and not started. `left` are the processes that could not be
   * killed.
   */
  | { readonly kind: 'timed-out'; readonly afterMs: number; readonly left: readonly ProcEntry[] }
  | { readonly kind: 'cancelled'; readonly left: readonly ProcEntry[] };

/** How a program ended, or that it passed a limit. In the second case it may still run. */
export type FirstEnding = ProcessEnd | NotStarted | { readonly kind: StopCause };

/** The result of a program within its limits, in two steps. */
export interface Supervision {
  /** Settles as soon as a limit is passed, or the program has ended. Never rejects because of the program. */
  readonly first: Promise<FirstEnding>;
  /**
   * Settles when it is over, with the processes that could not be killed. If the program ended by itself, this is at once,
   * and its children are left alone. Otherwise it is when the program and its children are gone. It takes at most the sum
   * of `graceMs`, `goneMsMax` and the time of `beforeEnd`.
   */
  readonly gone: Promise<readonly ProcEntry[]>;
}

/**
 * Runs a program within its limits. When a limit is passed, it ends the program and its children.
 *
 * It answers when the program has ended, or at most `graceMs` and `goneMsMax` after a limit was passed. The children of a
 * program that ended by itself are left alone.
 */
export async function supervise(request: ProcessRequest, limits: Limits): Promise<Ending> {
  const afterMs = Math.ceil(remainingMs(limits.deadline));
  const { first, gone } = superviseInSteps(request, limits);
  const ended = await first;
  switch (ended.kind) {
    case 'timed-out':
      return { kind: ended.kind, afterMs, left: await gone };
    case 'cancelled':
      return { kind: ended.kind, left: await gone };
    default:
      return ended;
  }
}

/** Does the same in two steps, for callers who need to know at once that a limit was passed. */
export function superviseInSteps(request: ProcessRequest, limits: Limits): Supervision {
  const first = Promise.withResolvers<FirstEnding>();
  const gone = superviseToEnd(request, limits, first.resolve);
  gone.catch(first.reject);
  return { first: first.promise, gone };
}

async function superviseToEnd(
  request: ProcessRequest,
  limits: Limits,
  tell: (first: FirstEnding) => void,
): Promise<readonly ProcEntry[]> {
  const late = whyNotToStart(limits);
  const started = late === undefined ? await startProcess({ ...request, holdsPid: true }) : { kind: late };
  if (started.kind !== 'started') {
    tell(started);
    return [];
  }
  const family = new Family(started.pid, request.group !== 'inherited');
  const forget = addLiveFamily(family, limits.outlivesEvent);
  using stop = new StopSignal(limits.deadline, limits.signal);
  try {
    const first = await Promise.race([started.ended, stop.stopped]);
    tell(typeof first === 'string' ? { kind: first } : first);
    if (typeof first === 'string' && !started.isPidHeld)
      void started.ended.then(() => {
        family.leaderIsWaitedFor();
      });
    if (first === 'timed-out') return await endProgram(started, family, limits);
    return first === 'cancelled' ? await killProgram(started, family) : [];
  } finally {
    forget();
    started.letGo();
  }
}

function whyNotToStart({ signal, deadline }: Limits): StopCause | undefined {
  if (signal?.aborted === true) return 'cancelled';
  return remainingMs(deadline) === 0 ? 'timed-out' : undefined;
}
