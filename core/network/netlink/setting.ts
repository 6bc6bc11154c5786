import type { CommandRunner } from '../commands/command-runner.ts';
import type { FindTcpReset } from '../tcp-reset.ts';
import type { BurstAhead } from './burst-ahead.ts';
import type { SeenLinks } from './find-link.ts';
import type { Kernel } from './kernel.ts';

/** What the parts of the `netlink` network have in common. */
export interface NetlinkSetting {
  readonly kernel: Kernel;
  readonly links: SeenLinks;
  /** What is done once for all addresses of a burst, if this is one. */
  readonly ahead?: BurstAhead | undefined;
  /** Logs, ends waits, and runs ctdb_killtcp where the kernel destroys no sockets. */
  readonly runner: CommandRunner;
  readonly findTcpReset: FindTcpReset;
  /** Does something at once, unless the event was told to stop; what it throws becomes a rejection. */
  readonly step: <T>(work: () => T) => Promise<T>;
  /**
   * Does something that the kernel may refuse; what it says of that is shown, unless `quiet`. Answers whether it was done.
   */
  readonly attempt: (change: () => void, quiet?: boolean) => boolean;
}
