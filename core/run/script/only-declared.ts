import { declaredEvents } from '../../event-directory/declared-events.ts';
import type { Entry } from '../../event-directory/entry.ts';
import { isEventName } from '../../events/events.ts';
import { scriptResults } from '../../process/exit-code.ts';
import type { RaisedEvent } from '../outcome.ts';
import type { RunEntry } from '../run-event.ts';

/** Whether a script declares the events that it handles, and this event is not among them. */
export const isDeclaredNotTo = (
  { path }: Entry,
  { name }: RaisedEvent,
  report: (message: string) => void,
): boolean => isEventName(name) && declaredEvents(path, report)?.has(name) === false;

/** Runs scripts as `runScript` does. A script that declares its events runs at these only: see `declaredEvents`. */
export function onlyDeclared(runScript: RunEntry, report: (message: string) => void): RunEntry {
  return (entry, event, deadline, signal) => {
    if (!isDeclaredNotTo(entry, event, report)) return runScript(entry, event, deadline, signal);
    const now = new Date();
    return Promise.resolve({ begin: now, end: now, result: scriptResults.ok, output: Buffer.alloc(0) });
  };
}
