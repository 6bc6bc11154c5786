/**
 * The time until the next whole multiple of a step on the monotonic clock, in milliseconds. Timers of one process that are
 * set to it wake a sleeping processor up once for all of them, which takes several times as long as what they do.
 */
export function untilTickMs(stepMs: number): number {
  return stepMs - (performance.now() % stepMs);
}
