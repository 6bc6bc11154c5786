import type { Burst } from './burst.ts';
import type { CommandRunner } from './commands/command-runner.ts';
import type { Network } from './network.ts';
import type { FindTcpReset } from './tcp-reset.ts';

/**
 * Makes the network of one plugin at one event, which may be one of a burst; how connections are reset, by port, is asked for
 * when it matters.
 */
export type MakeNetwork = (runner: CommandRunner, findTcpReset: FindTcpReset, burst?: Burst) => Network;
