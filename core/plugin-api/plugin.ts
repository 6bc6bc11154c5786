import type * as z from 'zod';
import type { Event, EventName, EventResult, SettlingEvent } from '../events/events.ts';
import type { AddressChanges } from '../events/changes.ts';
import type { Context, ReplacedScript } from './context.ts';

/** A plugin's work at an event. To fail the event, it throws; see `Failure`. */
export type Handler<E extends EventName, Options> = (
  event: Event<E>,
  context: Context<Options>,
) => Promise<EventResult<E>> | EventResult<E>;

/** An event with unchecked arguments. */
export type RawEvent<E extends EventName> = {
  readonly name: E;
  readonly argv: readonly string[];
} & (E extends SettlingEvent ? { readonly changes: AddressChanges } : unknown);

/** A handler of a plugin with `rawArguments`. */
export type RawHandler<E extends EventName, Options> = (
  event: RawEvent<E>,
  context: Context<Options>,
) => Promise<EventResult<E>> | EventResult<E>;

/**
 * How connections to the plugin's ports are reset when their address is released.
 *
 * `both-ends` tells the client as well. `server-end` only removes the server's end, as CTDB does for SMB, whose
 * clients react to the tickle that the next node sends.
 */
export interface TcpResetPolicy {
  readonly ports: readonly number[];
  readonly reset: 'both-ends' | 'server-end';
}

/** The three handlers that belong together: a plugin that handles half of a failover is wrong. */
type AddressEvent = 'takeip' | 'releaseip' | 'ipreallocated';

type HandlerOf<E extends EventName, Options, Raw extends boolean> = Raw extends true
  ? RawHandler<E, Options>
  : Handler<E, Options>;

type AddressHandlers<Options, Raw extends boolean> =
  | { [E in AddressEvent]: HandlerOf<E, Options, Raw> }
  | { takeip?: never; releaseip?: never; ipreallocated?: HandlerOf<'ipreallocated', Options, Raw> };

type OtherHandlers<Options, Raw extends boolean> = {
  [E in Exclude<EventName, AddressEvent>]?: HandlerOf<E, Options, Raw>;
};

/** The type of a plugin's options: an object schema whose keys are CTDB's variables, letter for letter. */
export type OptionsSchema = z.ZodObject;

/** The schema of a plugin that declares no options. */
export type NoOptions = z.ZodObject<Readonly<Record<string, never>>>;

/** The options that result from a schema; without a schema, an object without known members. */
export type OptionsOf<Schema extends OptionsSchema> = NoOptions extends Schema ? object : z.output<Schema>;

/** What helps to choose the system's own configuration of a service. */
export interface SystemConfigNode {
  readonly replaced: ReplacedScript;
  /** Whether PATH has a program of this name. */
  hasProgram(this: void, name: string): boolean;
}

interface Declarations<Schema extends OptionsSchema, Raw extends boolean> {
  /** The variables the plugin reads from CTDB's option files, with their defaults. */
  readonly options?: Schema;
  /**
   * The name of the system's own configuration of the service, such as `nfs`. The first existing file of
   * `$CTDB_SYS_ETCDIR/sysconfig/NAME` and `$CTDB_SYS_ETCDIR/default/NAME` is read before `script.options`. A function gets
   * facts about the node, and answers undefined if no file should be read.
   */
  readonly systemConfig?: string | ((node: SystemConfigNode) => string | undefined);
  /** How connections to the plugin's ports are reset. A function gets the options. */
  readonly tcp?: TcpResetPolicy | ((options: OptionsOf<Schema>) => TcpResetPolicy);
  /**
   * Whether handlers get only the unchecked arguments of an event, in `argv`. Without it, an event with wrong arguments
   * fails before the handler is called.
   */
  readonly rawArguments?: Raw;
}

/** A plugin: its declarations, and a handler for each event. Its file gives its name: `60.nfs.ts` is 60.nfs. */
export type Plugin<Schema extends OptionsSchema = NoOptions, Raw extends boolean = false> = Declarations<
  Schema,
  Raw
> &
  OtherHandlers<OptionsOf<Schema>, Raw> &
  AddressHandlers<OptionsOf<Schema>, Raw>;

/**
 * Declares a plugin; what it returns must be the module's default export.
 *
 * @example
 * export default definePlugin({
 *   monitor: async (_event, { run }) => ((await run(['pidof', 'mydaemon'])).ok ? healthy : unhealthy('mydaemon is gone')),
 * });
 */
export function definePlugin<Schema extends OptionsSchema = NoOptions, Raw extends boolean = false>(
  plugin: Plugin<Schema, Raw>,
): Plugin<Schema, Raw> {
  return plugin;
}
