import { setTimeout as delay } from 'node:timers/promises';
import type { AnyHandler } from '../plugin/check-definition.ts';
import type { StopCause, StopSignal } from './stop-signal.ts';
import { StrayErrors } from './stray-errors.ts';

/** How a handler ended: with a value, or told to stop. */
export type Called = { readonly kind: 'returned'; readonly value: unknown } | { readonly kind: StopCause };

/** How long a handler may go on after it was told to stop, in milliseconds; what it does later is dropped. */
const unwindMs: Readonly<Record<StopCause, number>> = { 'timed-out': 500, cancelled: 50 };

/**
 * Calls a handler and waits for it until it is to stop.
 *
 * @throws what the handler throws, synchronously or not, also in a callback or promise that nobody awaits.
 */
export async function callHandler(
  handler: AnyHandler,
  event: object,
  context: object,
  stop: StopSignal,
): Promise<Called> {
  using stray = new StrayErrors();
  const handled = (async () => ({ kind: 'returned', value: await handler(event, context) }) as const)();
  handled.catch(() => undefined); // One that fails after it was told to stop has nobody left to tell.
  const stopped = stop.stopped.then((kind) => ({ kind }));
  const first = await Promise.race([handled, stopped, stray.caught]);
  if (first.kind !== 'returned')
    await Promise.race([handled, delay(unwindMs[first.kind])]).catch(() => undefined);
  return first;
}
