import type { PublicAddresses } from '../ctdb-config/public-addresses.ts';
import type { Release } from '../ctdb-installation/release.ts';
import type { PublicAddress } from '../events/address.ts';
import type { Network } from '../network/network.ts';
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
  HostedAddress,
  Link,
  Network,
  ResetOutcome,
  ResetTarget,
  UseSsKill,
} from '../network/network.ts';
export type { CommandEnd, CommandOutcome } from '../process/command-outcome.ts';

/**
 * A program and its arguments, as they go to execve: no shell in between. Paths that are not UTF-8 may be among them, as
 * they came out of another command, a file or the environment.
 */
export type Command = readonly [file: string, ...args: string[]];

/** How a command may be run. */
export interface CommandOptions {
  /** What the command reads from standard input; without it, nothing (/dev/null). */
  readonly input?: string;
  /** Ends the command and its children after this time; the event's own deadline holds in any case. */
  readonly timeoutMs?: number;
  /** Variables set for this command on top of the environment that every command gets. */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Takes both streams as one, in the order in which they were written, as `stdout`; an `act` that is not quiet always
   * does.
   */
  readonly oneStream?: boolean;
}

/** How an acting command may be run. */
export interface ActOptions extends CommandOptions {
  /** Keeps what the command says out of the output of the event; its streams are then returned apart. */
  readonly quiet?: boolean;
}

/** The ctdb command: `$CTDB`, else `ctdb` in PATH. */
export interface CtdbAsk {
  /** The command itself, as messages name it. */
  readonly command: string;
  /** Runs a query, such as `ask('pnn')` or `ask('-X', 'ip')`. Not during `init`: ctdbd does not listen then. */
  ask(this: void, ...args: string[]): Promise<CommandOutcome>;
  /**
   * Runs `ctdb -X ...`, such as `askRows('ip')`, and answers the rows of its table without the headings; undefined if it
   * fails. What it says to standard error is shown.
   */
  askRows(this: void, ...args: string[]): Promise<readonly (readonly string[])[] | undefined>;
  /** What CTDB's public_addresses file lists, in its order, or undefined if there is no such file. */
  publicAddresses(this: void): Promise<PublicAddresses | undefined>;
  /**
   * The interfaces that can carry public addresses, sorted: those that the file lists and those that ctdbd has, which may
   * still be those of an older file.
   */
  publicInterfaces(this: void): Promise<readonly string[]>;
}

/** The ctdb command, where it changes something. */
export interface CtdbTell {
  /** Runs a ctdb command that changes the node, such as `tell(['setifacelink', 'eth0', 'up'])`. */
  tell(this: void, args: readonly string[], options?: ActOptions): Promise<CommandOutcome>;
}

/** Looks at files. A path that is not there is `undefined`, anything else that fails is an error. */
export interface Files {
  /** The text of a file, or undefined if there is none. */
  read(this: void, path: string): Promise<string | undefined>;
  /**
   * What tells a file from any other, and from itself before a change; undefined if there is none.
   *
   * Asked by another thread, of which a process has four: in a sample a hung file system costs one of them and no event.
   */
  identify(this: void, path: string): Promise<string | undefined>;
  /** The names in a directory, sorted byte by byte, or undefined if there is none. */
  list(this: void, path: string): Promise<readonly string[] | undefined>;
  /** Whether this process may execute it as a program. */
  isExecutable(this: void, path: string): Promise<boolean>;
  /**
   * The first of these paths that is not a directory, or undefined if all are.
   *
   * Asked in a child process, so that a hung file system cannot hang more than this event.
   */
  findMissingDirectory(this: void, paths: readonly string[]): Promise<string | undefined>;
}

/** Changes files. */
export interface FileChanges {
  /** Replaces the file's text, or makes the file. */
  write(this: void, path: string, text: string): Promise<void>;
  /** Replaces the file's text by what `change` makes of it, where undefined stands for a file that is not there. */
  update(this: void, path: string, change: (text: string | undefined) => string): Promise<void>;
  /** Makes a directory and what leads to it, or leaves it as it is if it was there. */
  makeDirectory(this: void, path: string): Promise<void>;
  /** Makes a directory and what leads to it, and empties it if it was there. */
  emptyDirectory(this: void, path: string): Promise<void>;
}

/** Starts and stops services the way the platform does: `service`, else systemctl, else init scripts. */
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
  /** Keeps what it says out of the output of the event. */
  readonly quiet?: boolean;
}

/** Runs a command that changes something, and its output becomes the event's. */
export interface Act {
  (this: void, command: Command, options?: ActOptions): Promise<CommandOutcome>;
  /**
   * Starts a command that outlives the event. What it says goes where CTDB logs (`CTDB_LOGGING`), tagged with the
   * plugin's name where the log has tags; with `quiet`, nowhere.
   */
  background(
    this: void,
    command: Command,
    options?: Pick<ActOptions, 'environment' | 'quiet'>,
  ): Promise<void>;
}

/** Calls RPC services, ONC RPC. */
export interface Rpc {
  /**
   * Calls the procedure of a program that does nothing, in this process.
   *
   * Equivalent to: `rpcinfo -T $transport $host $program $version`. The program is a name of /etc/rpc or a number; without
   * a version, all that there are are called.
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
  /** How long rpcbind may take to say where the program is; 60 seconds by default, as with rpcinfo. */
  readonly lookUpMs?: number;
  /** How long the program may take to answer; 10 seconds by default, as with rpcinfo. */
  readonly callMs?: number;
}

/** Whether an RPC service answers; if not, why, in rpcinfo's own lines. */
export type RpcAnswer = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** What a check came to; plugins add what they want to know. */
export interface SampleAnswer {
  readonly ok: boolean;
}

/** How often a check is made, and how long it may take. */
export interface SampleLimits {
  /**
   * After how long it is made anew, or up to a second sooner, whether or not an event asks for it; where events ask less
   * often, once before each of them, if an answer holds so long.
   */
  readonly intervalMs: number;
  /** How long one check may take; then its signal is aborted, and it counts as late. */
  readonly timeoutMs: number;
  /** How old a good answer may be. */
  readonly staleMs: number;
}

/** The latest that is known of a check. */
export type Sample<A extends SampleAnswer> =
  /** `since` is when it began to fail, where it does. */
  | { readonly kind: 'answered'; readonly answer: A; readonly since?: Date }
  /** The check did not answer in time. `last` is what it answered last. */
  | { readonly kind: 'late'; readonly since: Date; readonly last?: A };

/** What a check may use. It is no part of the event that asks for it, and may run when that is over. */
export interface Probe {
  /** Aborted when the time of this check is up. */
  readonly signal: AbortSignal;
  readonly run: Observing<unknown>['run'];
  readonly rpc: Rpc;
  /** Looks for directories, such that a file system that hangs is known by its paths and holds up none but them. */
  findDirectories(this: void, paths: readonly string[]): Promise<DirectoryFindings>;
}

/** Which directories are not there, and which do not answer. */
export interface DirectoryFindings {
  readonly missing: readonly string[];
  /** Nothing came of looking for them in some seconds, each in a child process of its own. */
  readonly stuck: readonly string[];
}

/** A value that survives JSON. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** What a handler can see. Nothing here changes the node. */
export interface Observing<Options> {
  /** The plugin's options, checked; all defaults filled in. */
  readonly options: Options;
  /** The public addresses that this node holds now, as the kernel says. */
  readonly addresses: () => Promise<readonly PublicAddress[]>;
  /** The environment that commands get: the event's own, and the variables that CTDB's option files set. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly paths: Paths;
  /** The release of CTDB that is installed, or that `CTDB_HOOK_RELEASE` names, by which scripts differ. */
  readonly release: Release;
  readonly replaced: ReplacedScript;
  /** The platform as CTDB names it: `debian`, `redhat`, `suse`, an os-release ID, or `unknown`. */
  readonly platform: () => Promise<string>;
  /** Aborted when ctdbd cancels the event or its time is up. */
  readonly signal: AbortSignal;
  /** Adds a line (or several) to the output of the event. */
  readonly log: (text: string) => void;
  /**
   * Runs a command that changes nothing. What it says is returned, and not shown: whole, or it has not answered (`cut`).
   */
  readonly run: (command: Command, options?: CommandOptions) => Promise<CommandOutcome>;
  readonly files: Files;
  readonly rpc: Rpc;
  /**
   * What binding a TCP port of all IPv4 addresses comes to, as an errno: 98 where something listens, 0 where nothing does.
   *
   * Equivalent to: `ctdb checktcpport $port`.
   */
  readonly checkTcpPort: (port: number) => Promise<number>;
  /**
   * The latest answer of a check that may be slow. Where one process runs plugins for long the check is made in the
   * background, once at a time: its first answer is awaited, a good one is answered at once, and any other is renewed
   * before it is answered, with a second's patience. In a process for one event the check is made on the spot.
   */
  readonly sample: <A extends SampleAnswer>(
    name: string,
    limits: SampleLimits,
    probe: (probe: Probe) => Promise<A>,
  ) => Promise<Sample<A>>;
}

/** What a handler can do. A dry run replaces these members and no others. */
export interface Changing {
  readonly act: Act;
  readonly edit: FileChanges;
  readonly service: Services;
  /**
   * What the plugin remembers from one event to the next, until ctdbd starts anew. Read before the handler and
   * written whole after it returned or threw; JSON values only, `stateBytesMax` at most.
   */
  readonly state: Record<string, JsonValue>;
}

/**
 * Everything a handler may touch: handlers import no `node:` modules, so that a test can replace the world. Members are
 * made when first used, so hand on the context itself, or some of its members, rather than a copy (`{ ...ctx }`).
 */
export type Context<Options = unknown> = Observing<Options> &
  Changing & {
    readonly ctdb: CtdbAsk & CtdbTell;
    /** Addresses, links, connections and firewall. Members named `find...` observe, the others change. */
    readonly network: Network;
  };

/** Most bytes that `state` may take as JSON. */
export const stateBytesMax = 1024 * 1024;
