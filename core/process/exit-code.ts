import { constants } from 'node:os';
import type { FirstEnding } from './run-within-limits.ts';

/**
 * The result of a script in CTDB's STATUS reply: 0, a positive exit status, or a negative errno. See `proc_start` and
 * `run_proc_signal_handler` in ctdb/common/run_proc.c and `run_event_script_status` in ctdb/common/run_event.c of Samba
 * (4.22 and later, which show a vanished script as disabled).
 */
export type ScriptResult = number;

/** The results with a meaning of their own in CTDB, by errno of Linux on x64 and arm64. */
export const scriptResults = {
  ok: 0,
  /** Ended by a signal. */
  signalled: -4,
  /** Not executable: shown as DISABLED, and not a failure. */
  disabled: -8,
  timedOut: -110,
  cancelled: -125,
} as const;

/** CTDB's result for a script that ended so. */
export function scriptResultOf(ending: FirstEnding): ScriptResult {
  switch (ending.kind) {
    case 'exited':
      return resultOfStatus(ending.code);
    case 'signalled':
      return scriptResults.signalled;
    case 'timed-out':
      return scriptResults.timedOut;
    case 'cancelled':
      return scriptResults.cancelled;
    case 'not-started':
      return resultOfErrno(errnoByName[ending.code] ?? constants.errno.EIO);
  }
}

/** Whether the script counts as not enabled. The event goes on then. */
export function isDisabled(result: ScriptResult): boolean {
  return result === scriptResults.disabled;
}

/** Whether the script timed out, or exited with the status that means this (174). */
export function isTimedOut(result: ScriptResult): boolean {
  return result === scriptResults.timedOut;
}

/** Whether the script fails the event. Every result does so except success and DISABLED. */
export function isFailure(result: ScriptResult): boolean {
  return result !== scriptResults.ok && !isDisabled(result);
}

/** Whether the script fails the event, and nobody has stopped it: nothing of it goes on. */
export function hasFailedInTime(result: ScriptResult): boolean {
  return isFailure(result) && !isTimedOut(result) && result !== scriptResults.cancelled;
}

/**
 * The result of an exit status. CTDB's child reports a failed exec by exiting with 64 + errno. So a script's own 64 to 254
 * are read as an errno: 64 is success, 66, 72 and 77 are DISABLED, 174 is a timeout.
 */
function resultOfStatus(status: number): ScriptResult {
  return status >= 64 && status < 255 ? resultOfErrno(status - 64) : status;
}

function resultOfErrno(errno: number): ScriptResult {
  const { EACCES, ENOENT } = constants.errno;
  if (errno === EACCES || errno === ENOENT) return scriptResults.disabled;
  return errno === 0 ? scriptResults.ok : -errno;
}

const errnoByName: Readonly<Record<string, number | undefined>> = constants.errno;
