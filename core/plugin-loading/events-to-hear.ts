import { eventNames, type EventName } from '../events/events.ts';
import type { AnyPlugin } from './check-definition.ts';

/** The events of which the host must hear for a plugin that wants to know what changed. */
const forChanges: ReadonlySet<EventName> = new Set<EventName>([
  'takeip',
  'releaseip',
  'updateip',
  'ipreallocated',
  'recovered', // Where deferred work settles on a ctdbd that has no ipreallocated.
]);

/** The events at which a process must be started for the plugin, when it runs in a process per event. */
export function eventsToHear({ handlers }: AnyPlugin): readonly EventName[] {
  const wantsChanges = handlers.has('ipreallocated') || handlers.has('recovered');
  return eventNames.filter((event) => {
    if (event === 'init') return true; // What the plugin remembers ends with the life of ctdbd.
    return handlers.has(event) || (wantsChanges && forChanges.has(event));
  });
}
