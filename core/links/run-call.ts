import { parseArgs } from 'node:util';
import { run } from '../commands/run.ts';
import type { EventDirectory } from '../event-directory/entry.ts';
import type { Deadline } from '../process/deadline.ts';
import type { RaisedEvent } from '../run/outcome.ts';
import { eventDeadline } from './event-deadline.ts';
import { readChosenDirectory } from './event-directory-option.ts';
import { readRaisedEvent } from './read-raised-event.ts';

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
  const event = readRaisedEvent('run', positionals);
  return {
    event,
    directory: readChosenDirectory(values),
    deadline: eventDeadline(values.timeout),
    shown: values.json ? 'json' : values.timeline ? 'timeline' : 'output',
  };
}
