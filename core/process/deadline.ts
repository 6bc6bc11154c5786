/**
 * When something must have ended: milliseconds on the clock of `performance.now()`, which no correction of the time of
 * day moves; Infinity for no limit.
 */
export type Deadline = number;

/** The deadline that is this far ahead; Infinity for no limit. */
export function deadlineIn(timeMs: number): Deadline {
  return performance.now() + timeMs;
}

/**
 * A deadline as other processes of this machine can read it: milliseconds on the kernel's CLOCK_MONOTONIC, -1 for no
 * limit.
 */
export function sharedDeadline(deadline: Deadline): number {
  return deadline === Infinity ? -1 : Math.ceil(deadline + bootMs);
}

/** The deadline that another process has shared. */
export function deadlineOf(sharedMs: number): Deadline {
  return sharedMs === -1 ? Infinity : sharedMs - bootMs;
}

/** When this process began to count, on CLOCK_MONOTONIC, which is the clock of `process.hrtime`. */
const bootMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** Whether there is no time left. */
export function isPast(deadline: Deadline): boolean {
  return remainingMs(deadline) === 0;
}

/** The time that is left, 0 if there is none and Infinity without a limit. */
export function remainingMs(deadline: Deadline): number {
  return Math.max(0, deadline - performance.now());
}
