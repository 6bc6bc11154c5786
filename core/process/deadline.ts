/**
 * When something must have ended, in milliseconds on the clock of `performance.now()`. No correction of the time of day
 * changes that clock. Infinity means no limit.
 */
export type Deadline = number;

/** The deadline after this time; Infinity for no limit. */
export function deadlineIn(timeMs: number): Deadline {
  return performance.now() + timeMs;
}

/** A deadline in a form for other processes of this machine: milliseconds on the kernel's CLOCK_MONOTONIC, -1 for no limit. */
export function sharedDeadline(deadline: Deadline): number {
  return deadline === Infinity ? -1 : Math.ceil(deadline + bootMs);
}

/** The deadline that another process has shared. */
export function deadlineOf(sharedMs: number): Deadline {
  return sharedMs === -1 ? Infinity : sharedMs - bootMs;
}

/** When this process's clock began, on CLOCK_MONOTONIC, which is the clock of `process.hrtime`. */
const bootMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** Whether there is no time left. */
export function isPast(deadline: Deadline): boolean {
  return remainingMs(deadline) === 0;
}

/** The remaining time: 0 after the deadline, Infinity without a limit. */
export function remainingMs(deadline: Deadline): number {
  return Math.max(0, deadline - performance.now());
}
