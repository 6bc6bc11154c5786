import { ArgumentsError, parseArguments } from '../events/arguments.ts';
import { eventNames, isEventName } from '../events/events.ts';
import { nearest } from '../events/nearest.ts';
import type { RaisedEvent } from '../run/outcome.ts';
import { UsageError } from './usage-error.ts';

/**
 * Reads the words EVENT [ARG ...] after a command.
 *
 * @throws UsageError for an event that no ctdbd raises, or arguments that it would not give.
 */
export function readRaisedEvent(command: string, [name, ...argv]: readonly string[]): RaisedEvent {
  if (name === undefined)
    throw new UsageError(`${command}: no event, expected ctdb-hook ${command} EVENT [ARG ...]`);
  if (!isEventName(name)) {
    const near = nearest(name, eventNames);
    throw new UsageError(
      `unknown event "${name}"${near === undefined ? `, expected one of ${eventNames.join(', ')}` : `: did you mean ${near}?`}`,
    );
  }
  try {
    parseArguments(name, argv);
  } catch (error) {
    if (error instanceof ArgumentsError) throw new UsageError(error.message);
    throw error;
  }
  return { name, argv };
}
