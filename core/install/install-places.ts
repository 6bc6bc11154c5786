import type { EventDaemonPlaces } from '../switch/event-daemon.ts';

/** All places on a node in which something of ours lies, outside of this package. */
export interface InstallPlaces extends Omit<EventDaemonPlaces, 'root'> {
  /** CTDB's configuration directory. */
  readonly base: string;
  readonly eventDirectory: string;
  /** Where a tarball puts the command ctdb-hook: `/usr/local/bin/ctdb-hook`. */
  readonly commandLink: string;
  /** What may be deleted at any time: `/run/ctdb-hook` and `/var/cache/ctdb-hook`. */
  readonly caches: readonly string[];
  /** What is worth keeping: `/var/lib/ctdb-hook`. */
  readonly kept: string;
}
