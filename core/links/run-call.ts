import { parseArgs } from 'node:util';
import { run } from '../commands/run.ts';
import type { EventDirectory } from '../event-directory/entry.ts';
import { ArgumentsError, parseArguments } from '../events/arguments.ts';
import { eventNames, isEventName } from '../events/events.ts';
import { nearest } from '../events/nearest.ts';
import type { Deadline } from '../process/deadline.ts';
import type { RaisedEvent } from '../run/outcome.ts';
import { eventDeadline } from './event-deadline.ts';
import { readChosenDirectory } from './event-directory-option.ts';
import { UsageError } from './usage-error.ts';

/** What `ctdb-hook run` was called for. */
export interface RunCall {
  readonly event: RaisedEvent;
  readonly directory: EventDirectory;
  readonly deadline: Deadline;
  /** What is shown beside what entries say: when each begins and ends, or only the whole run at its end, in JSON. */
  readonly shown: 'output' | 'timeline' | 'json';
}

/**
 * Reads the words after `ctdb-hook run`. The time of the event begins.
 *
 * @throws UsageError for words that are wrong, EventDirectoryError for a directory that cannot be read, and parseArgs' errors.
 */
export function readRunCall(words: readonly string[]): RunCall {
  const { values, positionals } = parseArgs({
    args: [...words],
    options: run.options,
    allowPositionals: true,
  });
  const event = readEvent(positionals);
  return {
    event,
    directory: readChosenDirectory(values),
    deadline: eventDeadline(values.timeout),
    shown: values.json ? 'json' : values.timeline ? 'timeline' : 'output',
  };
}

/** @throws UsageError for an event that no ctdbd raises, or arguments that it would not give. */
function readEvent([name, ...argv]: readonly string[]): RaisedEvent {
  if (name === undefined) throw new UsageError('run: no event, expected ctdb-hook run EVENT [ARG ...]');
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
