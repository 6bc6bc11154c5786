import { isTimedOut, scriptResults } from '../process/exit-code.ts';
import type { RunRecord } from '../run/run-event.ts';

/** Why a run failed, in a line. Many scripts say nothing when they fail. */
export function describeFailure({ event, result, entries }: RunRecord): string {
  const last = entries.findLast((record) => record.result === result);
  if (last === undefined) return `ctdb-hook: ${event.name} was late: nothing was run`;
  return `ctdb-hook: ${event.name} failed at ${last.entry.name}, which ${howItEnded(result)}`;
}

function howItEnded(result: number): string {
  if (isTimedOut(result)) return 'was out of time';
  if (result === scriptResults.cancelled) return 'was cancelled';
  if (result === scriptResults.signalled) return 'was killed by a signal';
  return result > 0 ? `ended with status ${result}` : `could not be run (errno ${-result})`;
}
