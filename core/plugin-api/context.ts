import type { Paths } from '../ctdb-installation/paths.ts';
import type { Release } from '../ctdb-installation/release.ts';
import type { ReplacedScript } from '../ctdb-installation/stock-script.ts';
import type { PublicAddress } from '../events/address.ts';
import type { Network } from '../network/network.ts';
import type { CommandOutcome } from '../process/command-outcome.ts';
import type { Act, Command, CommandOptions, Services } from './context/commands.ts';
import type { CtdbAsk, CtdbTell } from './context/ctdb.ts';
import type { FileChanges, Files } from './context/files.ts';
import type { Probe, Rpc, Sample, SampleAnswer, SampleLimits } from './context/sample.ts';

export type * from './context/commands.ts';
export type * from './context/ctdb.ts';
export type * from './context/files.ts';
export type * from './context/sample.ts';
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
