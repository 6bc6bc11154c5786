import type { CommandOutcome } from '../../process/command-outcome.ts';
import type { Command, CommandOptions } from './commands.ts';

/**
 * Calls RPC services, ONC RPC.
 *
 * @example
 * export default definePlugin({
 *   async monitor(_event, { rpc }) {
 *     const answer = await rpc.ping('nlockmgr', { version: 4, callMs: 5_000 });
 *     return answer.ok ? healthy : unhealthy(answer.reason);
 *   },
 * });
 */
export interface Rpc {
  /**
   * Calls, in this process, the procedure of a program that does nothing.
   *
   * Equivalent to: `rpcinfo -T $transport $host $program $version`. The program is a name of /etc/rpc or a number. Without
   * a version, all existing versions are called.
   */
  ping(this: void, program: string, options?: RpcPingOptions): Promise<RpcAnswer>;
}

/** How an RPC service is called. */
export interface RpcPingOptions {
  readonly version?: number;
  /** `tcp` by default. */
  readonly transport?: 'tcp' | 'udp' | 'tcp6' | 'udp6';
  /** By default 127.0.0.1, or ::1 for `tcp6` and `udp6`. */
  readonly host?: string;
  /** How long rpcbind may take to say where the program is, in milliseconds; 60 seconds by default, as with rpcinfo. */
  readonly lookUpMs?: number;
  /** How long the program may take to answer, in milliseconds; 10 seconds by default, as with rpcinfo. */
  readonly callMs?: number;
}

/** Whether an RPC service answers. If not, `reason` has rpcinfo's own lines. */
export type RpcAnswer = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** The result of a check. Plugins add their own members. */
export interface SampleAnswer {
  readonly ok: boolean;
}

/**
 * How often a check is made, and how long it may take.
 *
 * @example
 * export default definePlugin({
 *   async monitor(_event, { sample }) {
 *     const limits = { intervalMs: 30_000, timeoutMs: 10_000, staleMs: 120_000 };
 *     const latest = await sample('status', limits, async ({ run }) => run(['web-status']));
 *     if (latest.kind === 'late') return unhealthy(`web-status does not answer since ${latest.since.toISOString()}`);
 *     return latest.answer.ok ? healthy : unhealthy(latest.answer.stdout);
 *   },
 * });
 */
export interface SampleLimits {
  /**
   * The interval of the check, in milliseconds. It may be up to a second shorter, and does not depend on events. If events
   * ask less often than that, the check is made once before each of them, if its answer stays valid for so long.
   */
  readonly intervalMs: number;
  /** How long one check may take, in milliseconds. Then its signal is aborted, and it counts as late. */
  readonly timeoutMs: number;
  /** How old a good answer may be, in milliseconds. */
  readonly staleMs: number;
}

/** The latest answer of a check. */
export type Sample<A extends SampleAnswer> =
  /** `since` is when it began to fail, if it fails. */
  | { readonly kind: 'answered'; readonly answer: A; readonly since?: Date }
  /** The check did not answer in time. `last` is its previous answer. */
  | { readonly kind: 'late'; readonly since: Date; readonly last?: A };

/** What a check may use. It does not belong to the event that asks for it, and may run after that event. */
export interface Probe {
  /** Aborted when the time of this check is up. */
  readonly signal: AbortSignal;
  /** As in the context of an event. */
  readonly run: (command: Command, options?: CommandOptions) => Promise<CommandOutcome>;
  readonly rpc: Rpc;
  /** Looks for directories. Of those on a hung file system it says that they do not answer; the others are not held up. */
  findDirectories(this: void, paths: readonly string[]): Promise<DirectoryFindings>;
}

/** The directories that are missing, and those that do not answer. */
export interface DirectoryFindings {
  readonly missing: readonly string[];
  /** Directories that did not answer in some seconds. A child process of its own looked for each. */
  readonly stuck: readonly string[];
}
