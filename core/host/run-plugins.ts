import { FilesSeen } from '../ctdb/files-seen.ts';
import { isFailure } from '../process/exit-code.ts';
import { deadlineIn } from '../process/deadline.ts';
import { StopSignal } from '../process/stop-signal.ts';
import type { PluginCall, PluginOutcome, RunPlugin } from '../run/plugin-runner.ts';
import type { Link } from './link.ts';
import { type FromHost, type HostRun, outputChunkBytes, type ToHost } from './messages.ts';
import type { Intrinsics } from './intrinsics.ts';
import type { Registry } from './registry.ts';

/** What a run is carried out with. */
export interface RunTools {
  readonly registry: Registry;
  readonly runPlugin: RunPlugin;
  readonly intrinsics: Intrinsics;
  readonly link: Link<ToHost, FromHost>;
}

/**
 * How much later than the event's deadline a plugin is told to stop if the daemon does not say so before, in
 * milliseconds: first the daemon looks what the plugin and its commands are doing.
 */
const daemonsWordMs = 2_000;

/** Runs plugins one after another until one fails, and tells of each as it goes on. */
export async function runPlugins(request: HostRun, signal: AbortSignal, tools: RunTools): Promise<void> {
  const { run, plugins, runAll } = request;
  const { link } = tools;
  const deadline = request.remainingMs === -1 ? Infinity : deadlineIn(request.remainingMs);
  const unwound: Promise<void>[] = [];
  using stop = new StopSignal(deadline + daemonsWordMs, signal);
  const limits = { deadline, signal: stop.signal, seen: new FilesSeen() };
  for (const index of plugins.keys()) {
    if (stop.signal.aborted) break;
    if (index === 0) link.send({ kind: 'began', run });
    link.secure(); // What comes now may never end its turn.
    const outcome = await runOne(request, index, limits, tools);
    unwound.push(outcome.unwound);
    const { begin, end, result } = outcome;
    link.send({
      kind: 'ended',
      run,
      index,
      beganAtMs: begin.getTime(),
      endedAtMs: end.getTime(),
      result,
    });
    if (isFailure(result) && !runAll) break;
  }
  await Promise.all(unwound);
  link.send({ kind: 'done', run });
}

async function runOne(
  { run, event, argv, plugins }: HostRun,
  index: number,
  limits: Pick<PluginCall, 'deadline' | 'signal' | 'seen'>,
  { registry, runPlugin, intrinsics, link }: RunTools,
): Promise<PluginOutcome> {
  const name = plugins[index] ?? '';
  const sink = (chunk: Buffer): void => {
    for (let at = 0; at < chunk.length; at += outputChunkBytes)
      link.send({ kind: 'output', run, index, chunk: chunk.subarray(at, at + outputChunkBytes) });
    link.secure();
  };
  const outcome = await runPlugin({
    entry: registry.entry(name),
    event: { name: event, argv },
    ...limits,
    stopDeadline: limits.deadline + daemonsWordMs,
    sink,
  });
  const isLast = index === plugins.length - 1 || isFailure(outcome.result);
  const fault = faultOf(name, intrinsics, isLast);
  if (fault === undefined) return outcome;
  sink(Buffer.from(`ERROR: ${fault}, which all plugins share\n`));
  link.send({ kind: 'retire', why: `${fault} at ${event}` });
  return { ...outcome, result: 1 };
}

/** The most used are looked at after every plugin, the others after the last: that takes longer. */
function faultOf(name: string, intrinsics: Intrinsics, isLast: boolean): string | undefined {
  const common = intrinsics.findReplaced();
  if (common !== undefined) return `${name} changed ${common}`;
  const other = isLast ? intrinsics.findReplacedElsewhere() : undefined;
  return other === undefined ? undefined : `${name}, or a plugin before it, changed ${other}`;
}
