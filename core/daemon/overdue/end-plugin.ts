import type { Entry } from '../../event-directory/entry.ts';
import type { StopCause } from '../../process/stop-signal.ts';
import type { Amend } from './remaining-work.ts';
import type { PluginBatch } from '../plugin-hosts/plugin-batch.ts';
import { settlesWithin } from '../../process/settles-within.ts';
import type { HungReport } from './report-hung.ts';

/** The plugin that has to be stopped. */
export interface PluginToEnd {
  readonly entry: Entry;
  readonly event: string;
}

/** Ends a plugin that was cancelled or has timed out. Settles when nothing of it goes on. */
export type EndPlugin = (batch: PluginBatch, plugin: PluginToEnd, cause: StopCause) => Promise<void>;

/*
 * Together these limits stay below the time for which the next event waits, `overMs`: that event must not begin in a host
 * that is about to be ended.
 */

/**
 * How long a plugin may take to unwind before its host is ended, in milliseconds. The plugin's own limits are a little
 * less.
 */
const unwindMs: Readonly<Record<StopCause, number>> = { 'timed-out': 600, cancelled: 100 };

/** How long a host may take to confirm that it is to stop, in milliseconds. It never does if its plugin blocks it. */
const hearMs: Readonly<Record<StopCause, number>> = { 'timed-out': 400, cancelled: 100 };

/** How long it may take to find out what a plugin is doing, in milliseconds. A later result is reported all the same. */
const lookMs = 900;

/** How long the host may take to send its stack, in milliseconds. */
const stackTimeoutMs = 700;

/** How long the debug script may take for a plugin, in milliseconds. */
const debugTimeoutMs = 500;

/**
 * Makes the function. It reports what a plugin that timed out was doing before it ends the plugin. The debug script starts
 * when `told` settles, and the report is added when it has ended.
 */
export function createEndPlugin(hungReport: HungReport, amend: Amend, told: Promise<unknown>): EndPlugin {
  async function look(batch: PluginBatch, { entry, event }: PluginToEnd): Promise<void> {
    const { host } = batch;
    const processes = { entry, event, groups: host.groups.leaders(), processes: [host.pid] };
    const [stack, description] = await Promise.all([
      host.findStack(stackTimeoutMs),
      hungReport.describe(processes),
      told.then(() => hungReport.debug(processes, debugTimeoutMs)),
    ]);
    const running = stack === '' ? '' : `  it was running\n${stack.replace(/^/gm, '    ')}\n`;
    amend(entry, Buffer.from(running + description));
  }

  return async (batch, plugin, cause) => {
    const said = batch.output(plugin.entry).length;
    const looked = cause === 'timed-out' ? settlesWithin(look(batch, plugin), lookMs) : undefined;
    // The commands can be looked at only while they run.
    if (batch.host.groups.leaders().length > 0) await looked;
    const isDone = await unwind(batch, cause);
    await looked;
    if (!isDone) batch.host.kill(`${plugin.entry.name} did not end when it was told to (${cause})`);
    batch.host.groups.killOfEvent();
    if (cause === 'timed-out') amend(plugin.entry, batch.output(plugin.entry).subarray(said));
  };
}

/** Tells a host to stop what it runs. Answers whether it has done so in time. */
async function unwind({ running }: PluginBatch, cause: StopCause): Promise<boolean> {
  running.stop(cause);
  return (
    (await settlesWithin(running.stopping, hearMs[cause])) && settlesWithin(running.done, unwindMs[cause])
  );
}
