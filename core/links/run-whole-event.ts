import { describeFailure } from '../run-observers/describe-failure.ts';
import { recordAsJson } from '../run-observers/record-as-json.ts';
import { RunNotifier } from '../run-observers/run-notifier.ts';
import { showTimeline } from '../run-observers/timeline.ts';
import { leftOutOf } from './left-out.ts';
import { ownDirectory } from './event-directory-option.ts';
import type { EventRunner, EventEnd } from './event-runner.ts';
import { say, sayLine, warn } from './output.ts';
import type { RunCall } from './run-call.ts';

/**
 * Runs what `ctdb-hook run` was called for, and shows it on standard output and error of this process.
 *
 * @param signal stops it
 * @param onPlugin gets the name of each entry that begins
 */
export async function runWholeEvent(
  runner: EventRunner,
  { event, directory, deadline, shown }: RunCall,
  signal: AbortSignal,
  onPlugin: (name: string) => void = () => undefined,
): Promise<EventEnd> {
  const notifier = new RunNotifier();
  notifier.observable.on('observer:failed', ({ what, error }) => {
    warn(`ctdb-hook: an observer of ${what} failed: ${String(error)}`);
  });
  if (shown === 'timeline') showTimeline(notifier, sayLine);
  notifier.observable.on('entry:start', ({ entry }) => {
    onPlugin(entry.name);
  });
  const isJson = shown === 'json';
  if (!isJson) for (const file of leftOutOf(directory)) warn(`ctdb-hook: ${file}`);
  const { record, unwound } = await runner.runDirectory(directory, {
    event,
    deadline,
    signal,
    notify: notifier.notify,
    sink: isJson ? () => undefined : say,
    report: isJson ? warn : sayLine,
    isOwnDirectory: directory.path === ownDirectory(),
  });
  if (isJson) sayLine(JSON.stringify(recordAsJson(record)));
  const isOk = record.result === 0;
  if (!isOk && !isJson) warn(describeFailure(record));
  return { status: isOk ? 0 : 1, unwound };
}
