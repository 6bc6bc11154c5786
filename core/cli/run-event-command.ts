import { parseArgs } from 'node:util';
import { ArgumentsError, parseArguments } from '../events/arguments.ts';
import { eventNames, isEventName } from '../events/events.ts';
import { nearest } from '../events/nearest.ts';
import { recordAsJson } from '../run-observers/record-as-json.ts';
import { RunNotifier } from '../run-observers/run-notifier.ts';
import { describeFailure } from '../run-observers/describe-failure.ts';
import { showTimeline } from '../run-observers/timeline.ts';
import type { RaisedEvent } from '../run/outcome.ts';
import { runEventDirectory } from '../run/run-event-directory.ts';
import { endOnSignals } from './ending-signals.ts';
import { directoryOptions, ownDirectory, readChosenDirectory } from './event-directory-option.ts';
import { eventDeadline } from '../links/event-deadline.ts';
import { say, sayLine, warn } from '../links/output.ts';
import { UsageError } from '../links/usage-error.ts';

const options = {
  ...directoryOptions,
  timeout: { type: 'string' },
  timeline: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/** `ctdb-hook run EVENT [ARG ...]`: runs an event through all entries of a directory. Returns the exit status. */
export async function runEventCommand(words: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true });
  const event = readEvent(positionals);
  const directory = readChosenDirectory(values);
  const deadline = eventDeadline(values.timeout);
  const notifier = new RunNotifier();
  notifier.observable.on('observer:failed', ({ what, error }) => {
    warn(`ctdb-hook: an observer of ${what} failed: ${String(error)}`);
  });
  if (values.timeline && !values.json) showTimeline(notifier, sayLine);
  const record = await runEventDirectory(directory, {
    event,
    deadline,
    signal: endOnSignals(),
    notify: notifier.notify,
    sink: values.json ? () => undefined : say,
    report: values.json ? warn : sayLine,
    isOwnDirectory: directory.path === ownDirectory(),
  });
  if (values.json) sayLine(JSON.stringify(recordAsJson(record)));
  if (record.result === 0) return 0;
  if (!values.json) warn(describeFailure(record));
  return 1;
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
