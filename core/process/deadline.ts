/**
 * When something must have ended: milliseconds on the clock of `performance.now()`, which no correction of the time of
 * day moves; Infinity for no limit.
 */
export type Deadline = number;

/** The deadline that is this far ahead; Infinity for no limit. */
export function deadlineIn(timeMs: number): Deadline {
  return performance.now() + timeMs;
}

/** Whether there is no time left. */
export function isPast(deadline: Deadline): boolean {
  return remainingMs(deadline) === 0;
}

/** The time that is left, 0 if there is none and Infinity without a limit. */
export function remainingMs(deadline: Deadline): number {
  return Math.max(0, deadline - performance.now());
}
