import { baseOf } from '../ctdb-installation/base-of.ts';
import { openHistory } from '../history/open-history.ts';
import { eventDeadline } from '../links/event-deadline.ts';
import { readLinkCall } from '../links/link-call.ts';
import { EventRunner } from '../links/event-runner.ts';
import { say, sayLine } from '../links/output.ts';
import { UsageError } from '../links/usage-error.ts';
import { type Environment, receivedEnvironment } from '../process/environment.ts';
import { leaveResidentHost } from '../resident/leave-resident-host.ts';
import { endOnSignals } from './ending-signals.ts';

/**
 * Runs one plugin at one event in this process, when it is called as `NN.name.script`, through a link to bin/ctdb-hook. The
 * next event finds a resident host.
 *
 * @returns the exit status, see `EventEnd`
 */
export async function runAsLink(calledAs: string, words: readonly string[]): Promise<number> {
  try {
    const call = readLinkCall(calledAs, words);
    const history = openHistory();
    const runner = new EventRunner({
      environment: environmentFor(call.directory),
      group: 'inherited', // ctdbd cancels an event by killing the group of the script that it called.
      history,
    });
    const { status } = await runner.run({
      ...call,
      deadline: eventDeadline(undefined),
      signal: endOnSignals(),
      sink: say,
    });
    leaveResidentHost(call);
    await history?.close();
    return status;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    sayLine(error.message);
    return 1;
  }
}

/**
 * The received environment. If a person calls a script without CTDB_BASE, that is added, for this process and for all that
 * it starts.
 */
function environmentFor(directory: string): Environment {
  const received = receivedEnvironment();
  if (process.env['CTDB_BASE']) return received;
  const base = baseOf(directory);
  process.env['CTDB_BASE'] = base;
  return { ...received, CTDB_BASE: base };
}
