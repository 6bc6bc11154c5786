import type { CommandRunner } from '../commands/command-runner.ts';
import type { FindTcpReset } from '../tcp-reset.ts';
import type { BurstAhead } from './burst-ahead.ts';
import type { SeenLinks } from './find-link.ts';
import type { Kernel } from './kernel.ts';

/** What the parts of the `netlink` network share. */
export interface NetlinkSetting {
  readonly kernel: Kernel;
  readonly links: SeenLinks;
  /** What is done once for all addresses of a burst, if there is one. */
  readonly ahead?: BurstAhead | undefined;
  /** Logs, ends waits, and runs ctdb_killtcp where the kernel destroys no sockets. */
  readonly runner: CommandRunner;
  readonly findTcpReset: FindTcpReset;
  /** Does the work at once, unless the event was told to stop. If the work throws, the promise rejects. */
  readonly step: <T>(work: () => T) => Promise<T>;
  /**
   * Makes a change that the kernel may refuse. The kernel's message is shown, unless `quiet`. Answers whether the change
   * was made.
   */
  readonly attempt: (change: () => void, quiet?: boolean) => boolean;
}
