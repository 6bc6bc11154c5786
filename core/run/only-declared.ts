import { declaredEvents } from '../entries/declared-events.ts';
import { isEventName } from '../events/events.ts';
import { scriptResults } from '../process/exit-code.ts';
import type { RunEntry } from './run-event.ts';

/** Runs scripts as `runScript` does, but those that declare which events they handle at these only: see `declaredEvents`. */
export function onlyDeclared(runScript: RunEntry, report: (message: string) => void): RunEntry {
  return (entry, event, deadline, signal) => {
    const { name } = event;
    if (!isEventName(name) || declaredEvents(entry.path, report)?.has(name) !== false)
      return runScript(entry, event, deadline, signal);
    const now = new Date();
    return Promise.resolve({ begin: now, end: now, result: scriptResults.ok, output: Buffer.alloc(0) });
  };
}
