import { isatty } from 'node:tty';
import { ctdbPaths } from '../ctdb-installation/paths.ts';
import { openHistory } from '../history/open-history.ts';
import { EventRunner } from '../links/event-runner.ts';
import { readRunCall } from '../links/run-call.ts';
import { runWholeEvent } from '../links/run-whole-event.ts';
import { remainingMs } from '../process/deadline.ts';
import { receivedEnvironment } from '../process/environment.ts';
import { leaveResidentHost } from '../resident/leave-resident-host.ts';
import { watchForLoop } from './watch-for-loop.ts';
import { endOnSignals } from './ending-signals.ts';

/**
 * `ctdb-hook run EVENT [ARG ...]`: runs an event through all entries of a directory in this process. The next event finds a resident
 * host. Returns the exit status.
 */
export async function runEventCommand(words: readonly string[]): Promise<number> {
  const call = readRunCall(words);
  const history = openHistory();
  const runner = new EventRunner({
    // A run by hand adds to the received variables only those that ctdbd always sets: stock scripts stop without them.
    environment: { CTDB_BASE: ctdbPaths(process.env).base, ...receivedEnvironment() },
    group: 'inherited',
    history,
  });
  const loops = watchForLoop(remainingMs(call.deadline), {
    event: call.event.name,
    fd: call.shown === 'json' ? 2 : 1,
  });
  const { status } = await runWholeEvent(runner, call, endOnSignals(), loops.runs);
  // Who sits at a terminal needs none: bin/ctdb-hook.
  if (!isatty(0)) leaveResidentHost({ directory: call.directory.path, event: call.event });
  await history?.close();
  return status;
}
