import type { EventName } from '../../events/events.ts';
import { Failure } from '../../plugin-api/failure.ts';
import { inJson } from '../describe-error.ts';

/**
 * Checks what a handler has returned, as its type would.
 *
 * @returns what is wrong, although the event goes on; undefined if nothing is
 * @throws Failure with the reason of a monitor that is not healthy, or that did not say.
 */
export function checkReturned(name: EventName, value: unknown): string | undefined {
  const { healthy, reason } = (value ?? {}) as { healthy?: unknown; reason?: unknown };
  if (name === 'monitor') {
    if (healthy === true) return undefined;
    if (healthy === false && typeof reason === 'string') throw new Failure(reason);
    throw new Failure(`ERROR: monitor returned ${inJson(value)}, expected healthy or unhealthy(reason)`);
  }
  if (healthy !== false) return undefined;
  const text = inJson(reason);
  return `${name} returned unhealthy(${text}), which counts at monitor only: throw new Failure(${text}) fails ${name}`;
}
