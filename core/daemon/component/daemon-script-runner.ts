import type { Environment } from '../../process/environment.ts';
import { scriptResultOf } from '../../process/exit-code.ts';
import { OutputCap } from '../../process/output-cap.ts';
import { superviseInSteps } from '../../process/run-within-limits.ts';
import { entryOutputBytesMax } from '../../run/entry-output.ts';
import type { RunEntry } from '../../run/run-event.ts';
import type { RemainingWork, Amend } from '../overdue/remaining-work.ts';
import type { HungReport } from '../overdue/report-hung.ts';

/** What the daemon runs scripts with. */
export interface ScriptSetting {
  readonly environment: Environment;
  readonly hungReport: HungReport;
  readonly remaining: RemainingWork;
  readonly amend: Amend;
}

/**
 * Runs legacy scripts as ctdbd's own event daemon does: by path, with the bare `NN.name` as their own name, in a group of
 * their own, with one pipe for both streams.
 *
 * A script that times out or is cancelled gets its outcome at once. Its processes are ended after that; if it timed out,
 * what they were doing is found out first. That description is added to the status when the debug script has ended: until
 * then the debug script sees the status that CTDB's own daemon would have.
 */
export function createDaemonScriptRunner({
  environment,
  hungReport,
  remaining,
  amend,
}: ScriptSetting): RunEntry {
  return async (entry, event, deadline, signal) => {
    const begin = new Date();
    const cap = new OutputCap(entryOutputBytesMax);
    const { first, gone } = superviseInSteps(
      {
        file: entry.path,
        argv: [entry.name, event.name, ...event.argv],
        environment,
        group: 'own',
        output: { kind: 'one-pipe', onOutput: (chunk) => void cap.add(chunk) },
      },
      {
        deadline,
        signal,
        async beforeEnd(pid) {
          const processes = { entry, event: event.name, groups: [pid], processes: [] };
          const [description] = await Promise.all([
            hungReport.describe(processes),
            remaining.told.then(() => hungReport.debug(processes)),
          ]);
          amend(entry, Buffer.from(description));
        },
      },
    );
    remaining.add(
      gone.then((left) => {
        for (const { pid, name, state } of left)
          amend(entry, Buffer.from(`process ${pid} (${name}) does not end: it is in state ${state}\n`));
      }),
    );
    const result = scriptResultOf(await first);
    return { begin, end: new Date(), result, output: cap.output() };
  };
}
