import type { Entry } from '../event-directory/entry.ts';
import { eventDeadline } from '../links/event-deadline.ts';
import type { EventEnd, EventRunner } from '../links/event-runner.ts';
import { isLinkName } from '../links/is-link-name.ts';
import { readLinkCall } from '../links/link-call.ts';
import { say } from '../links/output.ts';
import type { Deadline } from '../process/deadline.ts';
import type { RaisedEvent } from '../run/outcome.ts';
import type { Caller } from './caller.ts';

/** What a process of bin/ctdb-hook was called for: the event of a link, or of `ctdb-hook run`. */
export interface Job {
  /** The event directory, absolute. */
  readonly directory: string;
  readonly event: RaisedEvent;
  readonly deadline: Deadline;
  /** The entries that run. */
  readonly entries: readonly Entry[];
  /** Whether ctdbd's event daemon has called it: its parent is that, or was. */
  readonly isLink: boolean;
  readonly run: (runner: EventRunner, signal: AbortSignal) => Promise<EventEnd>;
}

/**
 * Finds out what it was called for; undefined if it is something else. This process must have its working directory.
 *
 * @throws an error, such as a UsageError, for words that are wrong.
 */
export async function readJob({ calledAs, words }: Caller): Promise<Job | undefined> {
  if (isLinkName(calledAs)) return readLinkJob(calledAs, words);
  const [command, ...rest] = words;
  return command === 'run' ? readRunJob(rest) : undefined;
}

function readLinkJob(calledAs: string, words: readonly string[]): Job | undefined {
  if (!process.env['CTDB_BASE']) return undefined; // A link sets it for itself.
  const call = readLinkCall(calledAs, words);
  const deadline = eventDeadline(undefined);
  return {
    ...call,
    deadline,
    entries: [call.entry],
    isLink: true,
    run: (runner, signal) => runner.run({ ...call, deadline, signal, sink: say }),
  };
}

/** What only this needs is loaded now: many hosts run links alone. */
async function readRunJob(words: readonly string[]): Promise<Job> {
  const { readRunCall } = await import('../links/run-call.ts');
  const { runWholeEvent } = await import('../links/run-whole-event.ts');
  const call = readRunCall(words);
  const { event, deadline } = call;
  const { path, entries } = call.directory;
  return {
    directory: path,
    event,
    deadline,
    entries,
    isLink: false,
    run: (runner, signal) => runWholeEvent(runner, call, signal),
  };
}
