/**
 * The time until the next whole multiple of a step on the monotonic clock, in milliseconds. Timers of one process that are
 * set to it wake a sleeping processor up once for all of them, which takes several times as long as what they do.
 */
export function untilTickMs(stepMs: number): number {
  const leftMs = stepMs - (performance.now() % stepMs);
  return leftMs < earlyMs ? leftMs + stepMs : leftMs;
}

/** Timers may fire so much early, in milliseconds: what is done at a tick must not be done again at the same one. */
const earlyMs = 5;
