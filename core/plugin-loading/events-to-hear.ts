import { eventNames, type EventName } from '../events/events.ts';
import type { AnyPlugin } from './check-definition.ts';

/** The events that the host must note for a plugin that asks what changed. */
const forChanges: ReadonlySet<EventName> = new Set<EventName>([
  'takeip',
  'releaseip',
  'updateip',
  'ipreallocated',
  'recovered', // Deferred work is settled here if ctdbd has no ipreallocated.
]);

/** The events at which a process has to be started for the plugin, if it runs in a process for each event. */
export function eventsToHear({ handlers }: AnyPlugin): readonly EventName[] {
  const wantsChanges = handlers.has('ipreallocated') || handlers.has('recovered');
  return eventNames.filter((event) => {
    if (event === 'init') return true; // A plugin's state ends when ctdbd starts again.
    return handlers.has(event) || (wantsChanges && forChanges.has(event));
  });
}
