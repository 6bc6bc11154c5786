import type { Entry } from '../../event-directory/entry.ts';
import { results } from '../../eventd-protocol/messages.ts';
import { isTimedOut, scriptResults } from '../../process/exit-code.ts';
import type { RaisedEvent } from '../../run/outcome.ts';
import type { RunRecord } from '../../run/run-event.ts';

/**
 * The answer for ctdbd. ctdbd takes a `takeip` that timed out for one that succeeded, and announces the address to the
 * network. So "timed out" is answered only if the kernel has the address. After any other failure ctdbd tries again.
 */
export async function answerOf(
  { name, argv }: RaisedEvent,
  result: number,
  isHeld: (ip: string) => Promise<boolean | undefined>,
): Promise<number> {
  if (result === scriptResults.ok) return results.ok;
  if (!isTimedOut(result)) return results.failed;
  if (name !== 'takeip') return results.timedOut;
  return (await isHeld(argv[1] ?? '')) === true ? results.timedOut : results.failed;
}

/**
 * Adds an entry to the record of an event that was late. Such an event has run nothing, and without an entry nobody would
 * see why it failed.
 */
export function withLateEntry(record: RunRecord, entries: readonly Entry[]): RunRecord {
  const first = entries.find(({ disabled }) => disabled === undefined);
  if (!isTimedOut(record.result) || record.entries.length > 0 || first === undefined) return record;
  const { begin, end, result, event } = record;
  const output = Buffer.from(`ERROR: ${event.name} was late: its time was up before it could begin\n`);
  return { ...record, entries: [{ entry: first, begin, end, result, output }] };
}
