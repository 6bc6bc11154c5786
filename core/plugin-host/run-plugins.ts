import { setImmediate as turn } from 'node:timers/promises';
import { isFailure } from '../process/exit-code.ts';
import { deadlineOf, isPast } from '../process/deadline.ts';
import type { PublicAddress } from '../events/address.ts';
import { ArgumentsError, parseArguments } from '../events/arguments.ts';
import { Burst } from '../network/burst.ts';
import { StopSignal } from '../process/stop-signal.ts';
import type { LedgerAccess } from '../run/state/ledger-access.ts';
import { noEffects, type RaisedEvent } from '../run/outcome.ts';
import type { PluginCall, PluginOutcome, RunPlugin } from '../run/plugin/plugin-runner.ts';
import { nothingLookedUp } from '../run/state/shared-lookups.ts';
import type { MessageLink } from './link.ts';
import { type FromHost, type HostRun, outputChunkBytes, type ToHost } from './messages.ts';
import type { Intrinsics } from './intrinsics.ts';
import type { Registry } from './registry.ts';

/** The tools of a run. */
export interface RunTools {
  readonly registry: Registry;
  readonly runPlugin: RunPlugin;
  readonly intrinsics: Intrinsics;
  readonly link: MessageLink<ToHost, FromHost>;
  readonly book: LedgerAccess;
}

/**
 * How long after the event's deadline the host itself stops a plugin, in milliseconds, if the daemon has not done so
 * before. The daemon first looks what the plugin and its commands are doing.
 */
const unstoppedMs = 2_000;

/** The limits of all plugins of one event of a run. */
interface EventLimits extends Pick<PluginCall, 'deadline' | 'signal' | 'shared'> {
  readonly event: RaisedEvent;
  /** The index of the event's first plugin in the run. */
  readonly from: number;
}

/**
 * How long a burst runs before the host reports to the daemon and reads its messages, in milliseconds. To wake the daemon
 * takes as long as an address.
 */
const turnAfterMs = 4;

/** Runs plugins one after another until one fails, event after event, and reports on each. */
export async function runPlugins(request: HostRun, signal: AbortSignal, tools: RunTools): Promise<void> {
  const { run, event: name, plugins } = request;
  const deadlines = request.events.map(({ deadlineMs }) => deadlineOf(deadlineMs));
  const unwound: Promise<void>[] = [];
  const burst = burstOf(request);
  const shared = nothingLookedUp(burst);
  let turnedMs = performance.now();
  let notedCount = 1;
  let isContinued = false;
  for (const [at, { argv }] of request.events.entries()) {
    const event = { name, argv };
    if (performance.now() - turnedMs > turnAfterMs) {
      tools.link.flush();
      await turn();
      turnedMs = performance.now();
    }
    const deadline = deadlines[at] ?? Infinity;
    if (at > 0 && isPast(deadline)) break; // The daemon says that the event is late.
    if (at > 0) notedCount = goOn(request, at, notedCount, tools);
    using stop = new StopSignal(deadline + unstoppedMs, signal);
    if (stop.signal.aborted) break;
    tools.link.send({ kind: 'began', run, event: at });
    const limits = { event, deadline, signal: stop.signal, shared, from: at * plugins.length };
    const isSuccess = await runEvent(request, limits, unwound, tools);
    isContinued = !isSuccess && !isPast(deadline) && !signal.aborted;
    if (!isSuccess || isPast(deadline)) break; // An event that is out of time has failed.
  }
  await endBurst(burst, isContinued || (request.waiting.length > 0 && !signal.aborted), tools);
  await Promise.all(unwound);
  tools.link.send({ kind: 'done', run });
}

/** Ends a burst. The daemon is about to raise the others in a new burst: after an event that failed, or where scripts run. */
async function endBurst(burst: Burst | undefined, isContinued: boolean, { link }: RunTools): Promise<void> {
  try {
    await burst?.end(isContinued);
  } catch (error) {
    link.send({
      kind: 'report',
      message: `WARNING: after ${burst?.event ?? ''} of several addresses: ${String(error)}`,
    });
  }
}

/** Goes on with the next event of a burst. The first event was noted before. Answers how many events are noted now. */
function goOn(request: HostRun, at: number, notedCount: number, { link, book }: RunTools): number {
  const { run, event: name, events } = request;
  link.send({ kind: 'next', run, event: at });
  book.beginEvent();
  if (at < notedCount) return notedCount;
  link.secure(); // The ledger may have to wait for a lock, in this turn.
  const left = events.slice(at).map(({ argv }) => ({ name, argv }));
  return book.noteAllRaised(left) ? events.length : notedCount;
}

/** The burst of the events, if there are several and they take or release addresses. */
function burstOf({ event, events, waiting }: HostRun): Burst | undefined {
  if (event !== 'takeip' && event !== 'releaseip') return undefined;
  // Of those that wait only takeip makes use.
  const later = event === 'takeip' ? waiting.flatMap((argv) => addressIn(event, argv)) : [];
  if (events.length === 1 && later.length === 0) return undefined;
  const addresses = events.flatMap(({ argv }) => addressIn(event, argv));
  return new Burst(event, addresses, later);
}

function addressIn(event: Burst['event'], argv: readonly string[]): PublicAddress[] {
  try {
    return [parseArguments(event, argv)];
  } catch (error) {
    if (error instanceof ArgumentsError) return [];
    throw error;
  }
}

/** Runs the plugins at one event, and answers whether all have succeeded. */
async function runEvent(
  request: HostRun,
  limits: EventLimits,
  unwound: Promise<void>[],
  tools: RunTools,
): Promise<boolean> {
  const { run, plugins, runAll } = request;
  let isSuccess = true;
  for (const number of plugins.keys()) {
    if (limits.signal.aborted) return false;
    tools.link.secure(); // The plugin that runs now may never end its turn.
    const outcome = await runOne(request, number, limits, tools);
    unwound.push(outcome.unwound);
    const { begin, end, result, effects = noEffects } = outcome;
    tools.link.send({
      kind: 'ended',
      run,
      index: limits.from + number,
      beganAtMs: begin.getTime(),
      endedAtMs: end.getTime(),
      result,
      ...effects,
    });
    isSuccess &&= !isFailure(result);
    if (!isSuccess && !runAll) return false;
  }
  return isSuccess;
}

async function runOne(
  { run, plugins }: HostRun,
  number: number,
  { event, from, ...limits }: EventLimits,
  { registry, runPlugin, intrinsics, link }: RunTools,
): Promise<PluginOutcome> {
  const name = plugins[number] ?? '';
  const index = from + number;
  const sink = (chunk: Buffer): void => {
    for (let at = 0; at < chunk.length; at += outputChunkBytes)
      link.send({ kind: 'output', run, index, chunk: chunk.subarray(at, at + outputChunkBytes) });
    link.secure();
  };
  const outcome = await runPlugin({
    entry: registry.entry(name),
    event,
    ...limits,
    stopDeadline: limits.deadline + unstoppedMs,
    sink,
  });
  const isLast = number === plugins.length - 1 || isFailure(outcome.result);
  const fault = faultOf(name, intrinsics, isLast);
  if (fault === undefined) return outcome;
  sink(Buffer.from(`ERROR: ${fault}, which all plugins share\n`));
  link.send({ kind: 'retire', why: `${fault} at ${event.name}` });
  return { ...outcome, result: 1 };
}

/**
 * What a plugin has changed. The most used members are compared after every plugin, the others only after the last: that
 * takes longer.
 */
function faultOf(name: string, intrinsics: Intrinsics, isLast: boolean): string | undefined {
  const common = intrinsics.findReplaced();
  if (common !== undefined) return `${name} changed ${common}`;
  const other = isLast ? intrinsics.findReplacedElsewhere() : undefined;
  return other === undefined ? undefined : `${name}, or a plugin before it, changed ${other}`;
}
