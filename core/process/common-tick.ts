/**
 * The time until the next whole multiple of a step on the monotonic clock, in milliseconds. Timers that use it fire
 * together and wake a sleeping processor up only once. To wake it takes several times as long as the work of the timers.
 */
export function untilTickMs(stepMs: number): number {
  const leftMs = stepMs - (performance.now() % stepMs);
  return leftMs < earlyMs ? leftMs + stepMs : leftMs;
}

/** How early timers may fire, in milliseconds. The work of a tick must not be done twice at the same tick. */
const earlyMs = 5;
