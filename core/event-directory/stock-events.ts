import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { isEventName, type EventName } from '../events/events.ts';
import { stockScripts } from './stock-scripts.ts';

/** Most bytes of a file that may be one of CTDB's scripts: the longest has a fifth of that. */
const bytesMax = 64 * 1024;

/**
 * The events that a script handles if it is one of CTDB's own, letter for letter. Undefined if it is not, and then it may handle all.
 *
 * @param script its path
 */
export function stockEvents(script: string): ReadonlySet<EventName> | undefined {
  try {
    if (statSync(script).size > bytesMax) return undefined;
    const events = stockScripts.get(createHash('sha256').update(readFileSync(script)).digest('hex'));
    return events === undefined ? undefined : new Set(events.split(' ').filter(isEventName));
  } catch {
    return undefined; // Whoever runs the script will find out.
  }
}
