import { setTimeout as delay } from 'node:timers/promises';
import type { Entry } from '../entries/entry.ts';
import type { StopCause } from '../process/stop-signal.ts';
import type { Amend } from './aftermath.ts';
import type { PluginBatch } from './plugin-batch.ts';
import type { TimeOut } from './time-out.ts';

/** The plugin that has to be given up. */
export interface GivenUp {
  readonly entry: Entry;
  readonly event: string;
  readonly began: Date;
}

/** Ends a plugin that was cancelled or is out of time; settles when nothing of it goes on. */
export type GiveUp = (batch: PluginBatch, plugin: GivenUp, cause: StopCause) => Promise<void>;

/** How long a plugin may take to unwind, in milliseconds, before its host is ended; its own limits are a little less. */
const unwindMs: Readonly<Record<StopCause, number>> = { 'timed-out': 750, cancelled: 100 };

/** How long the host may take to tell its stack, in milliseconds. */
const stackTimeoutMs = 500;

/** How long the debug script may take for a plugin, in milliseconds: the next event needs the host. */
const debugTimeoutMs = 500;

/** Makes it. What a plugin out of time was doing is told before it is ended. */
export function createGiveUp(timeOut: TimeOut, amend: Amend): GiveUp {
  async function look(batch: PluginBatch, { entry, event, began }: GivenUp): Promise<void> {
    const { host } = batch;
    const processes = { entry, event, groups: host.groups.leaders(), processes: [host.pid] };
    const [stack, description] = await Promise.all([
      host.findStack(stackTimeoutMs),
      timeOut.describe(processes),
    ]);
    const running = stack === '' ? '' : `  it was running\n${stack.replace(/^/gm, '    ')}\n`;
    amend(entry, began, Buffer.from(running + description));
    await timeOut.debug(processes, debugTimeoutMs);
  }

  return async (batch, plugin, cause) => {
    const said = batch.output(plugin.entry).length;
    if (cause === 'timed-out') await look(batch, plugin);
    batch.running.stop(cause);
    const isDone = await Promise.race([batch.running.done.then(() => true), delay(unwindMs[cause], false)]);
    if (!isDone) batch.host.kill(`${plugin.entry.name} did not end when it was told to (${cause})`);
    batch.host.groups.killOfEvent();
    if (cause === 'timed-out') amend(plugin.entry, plugin.began, batch.output(plugin.entry).subarray(said));
  };
}
