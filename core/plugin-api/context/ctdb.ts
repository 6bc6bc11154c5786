import type { PublicAddresses } from '../../ctdb-config/public-addresses.ts';
import type { Connection, NextNodeTold } from '../../network/network.ts';
import type { CommandOutcome } from '../../process/command-outcome.ts';
import type { ActOptions } from './commands.ts';

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
