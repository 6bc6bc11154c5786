import type { PublicAddresses } from '../ctdb-config/public-addresses.ts';
import type { Release } from '../ctdb-installation/release.ts';
import type { PublicAddress } from '../events/address.ts';
import type { Connection, Network, NextNodeTold } from '../network/network.ts';
import type { CommandOutcome } from '../process/command-outcome.ts';

import type { Paths } from '../ctdb-installation/paths.ts';
import type { ReplacedScript } from '../ctdb-installation/stock-script.ts';

export type { Paths } from '../ctdb-installation/paths.ts';
export type { ConfiguredAddress, PublicAddresses } from '../ctdb-config/public-addresses.ts';
export type { ReleaseNumbers, ReplacedScript } from '../ctdb-installation/stock-script.ts';
export type { Release } from '../ctdb-installation/release.ts';
export type {
  AddressState,
  Block,
  BlockedPackets,
  Bond,
  Connection,
  NextNodeTold,
  HostedAddress,
  Link,
  Network,
  ResetOutcome,
  ResetTarget,
  UseSsKill,
} from '../network/network.ts';
export type { CommandEnd, CommandOutcome } from '../process/command-outcome.ts';

/**
 * A program and its arguments, as they are passed to execve, without a shell. They may hold paths that are not UTF-8, as
 * they came from another command, a file or the environment.
 */
export type Command = readonly [file: string, ...args: string[]];

/** How a command may be run. */
export interface CommandOptions {
  /** The command's standard input. Without it, there is nothing to read (/dev/null). */
  readonly input?: string;
  /** Ends the command and its children after this time, in milliseconds. The event's own deadline holds in any case. */
  readonly timeoutMs?: number;
  /** Variables for this command, in addition to the environment of every command. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Returns both streams as one, in the order of writing, as `stdout`. An `act` that is not quiet always does so. */
  readonly oneStream?: boolean;
}

/** How an acting command may be run. */
export interface ActOptions extends CommandOptions {
  /** Keeps the command's output out of the event's output. Its two streams are returned separately then. */
  readonly quiet?: boolean;
}

/**
 * The ctdb command: `$CTDB`, else `ctdb` in PATH.
 *
 * @example
 * export default definePlugin({
 *   async monitor(_event, { ctdb, log }) {
 *     const ifaces = await ctdb.askRows('ifaces');
 *     if (ifaces === undefined) return unhealthy('ERROR: ctdbd does not answer');
 *     log(`${ifaces.length} interfaces`);
 *     return healthy;
 *   },
 * });
 */
export interface CtdbAsk {
  /** The command as messages name it. */
  readonly command: string;
  /**
   * Runs a query, such as `ask('pnn')` or `ask('-X', 'ip')`. It does not work during `init`, since ctdbd does not listen
   * then.
   */
  ask(this: void, ...args: string[]): Promise<CommandOutcome>;
  /**
   * Runs `ctdb -X ...`, such as `askRows('ip')`, and answers the rows of its table without the headings. Undefined if it
   * fails. Its standard error is shown.
   */
  askRows(this: void, ...args: string[]): Promise<readonly (readonly string[])[] | undefined>;
  /** The lines of CTDB's public_addresses file, in their order. Undefined if there is no such file. */
  publicAddresses(this: void): Promise<PublicAddresses | undefined>;
  /**
   * The interfaces that can carry public addresses, sorted: those in the file, and those that ctdbd has, which may still
   * come from an older file.
   */
  publicInterfaces(this: void): Promise<readonly string[]>;
}

/** The ctdb command, where it changes something. */
export interface CtdbTell {
  /** Runs a ctdb command that changes the node, such as `tell(['setifacelink', 'eth0', 'up'])`. */
  tell(this: void, args: readonly string[], options?: ActOptions): Promise<CommandOutcome>;
  /**
   * Makes the connections to an address that is being released known to the node that takes it next, which wakes up their
   * clients then. Whatever keeps it from that is an answer and no error.
   *
   * Equivalent to: `ctdb addtickle` on that node, at once.
   */
  tellNextNode(this: void, ip: string, connections: readonly Connection[]): Promise<NextNodeTold>;
  /**
   * Makes them known again, to all nodes, and does not ask who knows them: once after each of these times, in milliseconds from now,
   * also when the event is over, for as long as the process lives. What was still to be told of the address is forgotten.
   */
  tellNextNodeAgain(
    this: void,
    ip: string,
    connections: readonly Connection[],
    afterMs: readonly number[],
  ): void;
  /** Ends what `tellNextNodeAgain` has still to tell of an address. */
  stopTelling(this: void, ip: string): void;
}

/**
 * Looks at files. A path that does not exist is `undefined`. Any other failure is an error.
 *
 * @example
 * export default definePlugin({
 *   async monitor(_event, { files }) {
 *     const maintenance = await files.read('/run/web/maintenance');
 *     return maintenance === undefined ? healthy : unhealthy(`In maintenance: ${maintenance.trim()}`);
 *   },
 * });
 */
export interface Files {
  /** The text of a file, or undefined if there is none. */
  read(this: void, path: string): Promise<string | undefined>;
  /**
   * The identity of a file: it differs from every other file's, and from its own before a change. Undefined if there is no
   * file. A thread asks for it, and a process has four threads: in a sample, a hung file system costs one of them, and no
   * event.
   */
  identify(this: void, path: string): Promise<string | undefined>;
  /** The names in a directory, sorted byte by byte, or undefined if there is none. */
  list(this: void, path: string): Promise<readonly string[] | undefined>;
  /** Whether this process may execute it as a program. */
  isExecutable(this: void, path: string): Promise<boolean>;
  /**
   * The first of these paths that is not a directory. Undefined if all are. A child process looks, so that a hung file
   * system cannot block more than this event.
   */
  findMissingDirectory(this: void, paths: readonly string[]): Promise<string | undefined>;
}

/**
 * Changes files.
 *
 * @example
 * export default definePlugin({
 *   async ipreallocated({ changes }, { addresses, edit, service }) {
 *     if (!changes.any) return;
 *     const listen = (await addresses()).map(({ ip }) => `listen ${ip}`);
 *     await edit.write('/etc/web/listen.conf', `${listen.join('\n')}\n`);
 *     await service.reload('web');
 *   },
 * });
 */
export interface FileChanges {
  /** Replaces the file's text, or makes the file. */
  write(this: void, path: string, text: string): Promise<void>;
  /** Replaces the file's text by the result of `change`, which gets undefined for a missing file. */
  update(this: void, path: string, change: (text: string | undefined) => string): Promise<void>;
  /** Makes a directory and its parents. An existing one stays as it is. */
  makeDirectory(this: void, path: string): Promise<void>;
  /** Makes a directory and its parents. An existing one is emptied. */
  emptyDirectory(this: void, path: string): Promise<void>;
}

/**
 * Starts and stops services as the platform does: by `service`, else systemctl, else init scripts.
 *
 * @example
 * export default definePlugin({
 *   async startup(_event, { service }) {
 *     const { ok } = await service.start('web');
 *     if (!ok) throw new Failure('Failed to start web');
 *   },
 *   async shutdown(_event, { service }) {
 *     await service.stop('web');
 *   },
 * });
 */
export interface Services {
  start(this: void, name: string, options?: ServiceOptions): Promise<CommandOutcome>;
  stop(this: void, name: string, options?: ServiceOptions): Promise<CommandOutcome>;
  restart(this: void, name: string, options?: ServiceOptions): Promise<CommandOutcome>;
  reload(this: void, name: string, options?: ServiceOptions): Promise<CommandOutcome>;
}

/** How a service command is run. */
export interface ServiceOptions {
  /** Runs it through nice(1), because children of ctdbd may have real-time priority. */
  readonly nice?: boolean;
  /** Keeps its output out of the event's output. */
  readonly quiet?: boolean;
}

/**
 * Runs a command that changes something. Its output becomes the event's.
 *
 * @example
 * export default definePlugin({
 *   async startup(_event, { act }) {
 *     const { ok } = await act(['mkdir', '-p', '/run/web']);
 *     if (!ok) throw new Failure('');
 *     await act.background(['web-index', '--rebuild'], { quiet: true });
 *   },
 * });
 */
export interface Act {
  (this: void, command: Command, options?: ActOptions): Promise<CommandOutcome>;
  /**
   * Starts a command that goes on after the event. Its output goes where CTDB logs (`CTDB_LOGGING`), marked with the
   * plugin's name if the log has such marks. With `quiet` it goes nowhere.
   */
  background(
    this: void,
    command: Command,
    options?: Pick<ActOptions, 'environment' | 'quiet'>,
  ): Promise<void>;
}

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
  readonly run: Observing<unknown>['run'];
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

/** A value that JSON can express. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * What a handler can see. Nothing here changes the node.
 *
 * @example
 * export default definePlugin({
 *   options: z.object({ WEB_PORT: option.wholeNumber(80, { max: 65_535 }) }),
 *   async monitor(_event, { checkTcpPort, options }) {
 *     const inUse = 98; // EADDRINUSE
 *     const errno = await checkTcpPort(options.WEB_PORT);
 *     return errno === inUse ? healthy : unhealthy(`Nothing listens on port ${options.WEB_PORT}`);
 *   },
 * });
 */
export interface Observing<Options> {
  /** The plugin's options: checked, and with all defaults. */
  readonly options: Options;
  /** The public addresses that this node holds now, as the kernel says. */
  readonly addresses: () => Promise<readonly PublicAddress[]>;
  /** The environment that commands get: the event's own, and the variables that CTDB's option files set. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly paths: Paths;
  /** The installed release of CTDB, or the one that `CTDB_HOOK_RELEASE` names. Scripts differ by release. */
  readonly release: Release;
  readonly replaced: ReplacedScript;
  /** The platform by CTDB's name: `debian`, `redhat`, `suse`, an os-release ID, or `unknown`. */
  readonly platform: () => Promise<string>;
  /** Is aborted when ctdbd cancels the event or its time is up. */
  readonly signal: AbortSignal;
  /** The time of day, in milliseconds since 1970: `new Date(now())`. In tests it is the test's. */
  readonly now: () => number;
  /**
   * Milliseconds since some moment, for durations: no correction of the time of day changes it, and it goes on from one process to the
   * next until the node boots. In tests it is the test's.
   */
  readonly monotonicMs: () => number;
  /**
   * Waits, in milliseconds. It rejects when `signal` is aborted, as everything should that a handler waits for. Timers of
   * JavaScript go on after that, and a test of the plugin cannot move their time.
   */
  readonly sleep: (timeMs: number) => Promise<void>;
  /** Adds a line (or several) to the output of the event. */
  readonly log: (text: string) => void;
  /**
   * Runs a command that changes nothing. Its output is returned and not shown. If it is not complete, the command has not
   * answered (`cut`).
   */
  readonly run: (command: Command, options?: CommandOptions) => Promise<CommandOutcome>;
  readonly files: Files;
  readonly rpc: Rpc;
  /**
   * The errno of binding a TCP port on all IPv4 addresses: 98 if something listens there, 0 if nothing does.
   *
   * Equivalent to: `ctdb checktcpport $port`.
   */
  readonly checkTcpPort: (port: number) => Promise<number>;
  /**
   * The latest answer of a check that may be slow. In a process that runs plugins for long, the check is made in the
   * background, one at a time. The first answer is waited for. A good answer is returned at once. Any other answer is
   * renewed before it is returned, which may take a second. In a process for one event the check is made at once.
   */
  readonly sample: <A extends SampleAnswer>(
    name: string,
    limits: SampleLimits,
    probe: (probe: Probe) => Promise<A>,
  ) => Promise<Sample<A>>;
}

/**
 * What a handler can do. A dry run replaces these members, and no others.
 *
 * @example
 * export default definePlugin({
 *   async monitor(_event, { run, state }) {
 *     const { ok } = await run(['web-status']);
 *     const failures = ok ? 0 : Number(state['failures'] ?? 0) + 1;
 *     state['failures'] = failures;
 *     return failures < 3 ? healthy : unhealthy(`web-status failed ${failures} times`);
 *   },
 * });
 */
export interface Changing {
  readonly act: Act;
  readonly edit: FileChanges;
  readonly service: Services;
  /**
   * The plugin's state from one event to the next, until ctdbd starts again. It is read before the handler, and written as
   * a whole after the handler has returned or thrown. It may hold JSON values only, `stateBytesMax` at most.
   */
  readonly state: Record<string, JsonValue>;
}

/**
 * Everything that a handler may use. Handlers import no `node:` modules, so that a test can replace everything around them.
 * Members are made when they are first used. So pass on the context itself, or some of its members, and not a copy (`{
 * ...ctx }`).
 */
export type Context<Options = unknown> = Observing<Options> &
  Changing & {
    readonly ctdb: CtdbAsk & CtdbTell;
    /** Addresses, links, connections and firewall. Members named `find...` observe; the others change the node. */
    readonly network: Network;
  };

/** Most bytes that `state` may take as JSON. */
export const stateBytesMax = 1024 * 1024;
