import type { CommandOutcome } from '../../process/command-outcome.ts';

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
