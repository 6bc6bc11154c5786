import { type Clock, systemClock } from '../../process/clock.ts';
import type { StopCause, StopSignal } from '../../process/stop-signal.ts';

/** How long work may go on after it was told to stop, in milliseconds; what it does later is dropped. */
const unwindMs: Readonly<Record<StopCause, number>> = { 'timed-out': 500, cancelled: 50 };

/**
 * Waits for work until it is to stop, and then a little longer, for it to unwind.
 *
 * @throws what the work throws before it is to stop.
 */
export async function untilStopped(
  work: Promise<void>,
  stop: StopSignal,
  clock: Clock = systemClock,
): Promise<'done' | StopCause> {
  const done = work.then(() => 'done' as const);
  done.catch(() => undefined); // Work that fails after it was told to stop has nobody left to tell.
  const first = await Promise.race([done, stop.stopped]);
  if (first !== 'done') await Promise.race([done, clock.sleep(unwindMs[first])]).catch(() => undefined);
  return first;
}
