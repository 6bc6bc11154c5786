import type { Burst } from './burst.ts';
import type { CommandRunner } from './commands/command-runner.ts';
import type { Network } from './network.ts';
import type { FindTcpReset } from './tcp-reset.ts';

/**
 * Makes the network of one plugin at one event. The event may belong to a burst. How connections to a port are reset is
 * asked for only when it is needed.
 */
export type MakeNetwork = (runner: CommandRunner, findTcpReset: FindTcpReset, burst?: Burst) => Network;
