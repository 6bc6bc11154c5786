import type * as z from 'zod';
import type { Event, EventName, EventResult, SettlingEvent } from '../events/events.ts';
import type { AddressChanges } from '../events/changes.ts';
import type { Context, ReplacedScript } from './context.ts';

/** What a plugin does at an event. It fails the event by throwing; see `Failure`. */
export type Handler<E extends EventName, Options> = (
  event: Event<E>,
  context: Context<Options>,
) => Promise<EventResult<E>> | EventResult<E>;

/** An event whose arguments nobody has looked at. */
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

/** The three that must not come apart: half a failover is a bug. */
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

/** What a plugin's options can be: an object schema whose keys are CTDB's variables, letter for letter. */
export type OptionsSchema = z.ZodObject;

/** The schema of a plugin that declares no options. */
export type NoOptions = z.ZodObject<Readonly<Record<string, never>>>;

/** What a schema makes of the variables; an object without known members where there is no schema. */
export type OptionsOf<Schema extends OptionsSchema> = NoOptions extends Schema ? object : z.output<Schema>;

/** What tells which configuration of the system's own a service has. */
export interface SystemConfigNode {
  readonly replaced: ReplacedScript;
  /** Whether PATH has a program of this name. */
  hasProgram(this: void, name: string): boolean;
}

interface Declarations<Schema extends OptionsSchema, Raw extends boolean> {
  /** The variables the plugin reads from CTDB's option files, with their defaults. */
  readonly options?: Schema;
  /**
   * The name of the system's own configuration of the service, such as `nfs`: the first there is of
   * `$CTDB_SYS_ETCDIR/sysconfig/NAME` and `$CTDB_SYS_ETCDIR/default/NAME` is read before `script.options`. A function is
   * told of the node, and answers undefined where none is to be read.
   */
  readonly systemConfig?: string | ((node: SystemConfigNode) => string | undefined);
  /** How connections to the ports it serves are reset. A function is given the options. */
  readonly tcp?: TcpResetPolicy | ((options: OptionsOf<Schema>) => TcpResetPolicy);
  /**
   * Whether handlers get the arguments of an event as they came, unchecked, in `argv` alone. Without it, an event
   * whose arguments do not fit its grammar fails before the handler is called.
   */
  readonly rawArguments?: Raw;
}

/** A plugin: what it declares and a handler per event. Its name is its file's: `60.nfs.ts` is 60.nfs. */
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
