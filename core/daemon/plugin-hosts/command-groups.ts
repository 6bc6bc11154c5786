import type { CommandState } from '../../plugin-host/messages.ts';
import { readProcEntry, readProcTable } from '../../process/proc-table.ts';

/** Most commands of one host at a time. */
const groupsMax = 1000;

/**
 * The process groups of the commands that the plugins of one host run now.
 *
 * What a host says costs nothing to hear. It is looked at only when a group is to be signalled or described: one that is in
 * the host's session is the host's, whatever it was told of, since the kernel keeps the number of the session until the
 * host was waited for.
 */
export class CommandGroups {
  readonly #host: number;
  readonly #leaders = new Map<number, CommandState>();
  #isHostThere = true;

  constructor(host: number) {
    this.#host = host;
  }

  /** Hears of one; of more than there can be at a time, no more are heard. */
  set(leader: number, state: CommandState): void {
    if (state === 'ended') this.#leaders.delete(leader);
    else if (this.#isHostThere && leader > 1 && leader !== this.#host && this.#leaders.size < groupsMax)
      this.#leaders.set(leader, state);
  }

  /** The process ids of the leaders of those groups that there are. */
  leaders(): readonly number[] {
    return this.#those([...this.#leaders.keys()]);
  }

  /** Kills those that were started for the event, which has ended. */
  killOfEvent(): void {
    this.#kill([...this.#leaders].flatMap(([leader, state]) => (state === 'of event' ? leader : [])));
  }

  /** Kills them all at once. */
  killAll(): void {
    this.#kill([...this.#leaders.keys()]);
  }

  /** Forgets them, when the host was waited for: from now on its number, and so theirs, may be another's. */
  hostIsGone(): void {
    this.#isHostThere = false;
    this.#leaders.clear();
  }

  /** Those that are groups of the host's session. Reads all of /proc only where a leader has ended before its group. */
  #those(leaders: readonly number[]): readonly number[] {
    let left: ReadonlySet<number> | undefined;
    return leaders.filter((leader) => {
      const found = readProcEntry(leader);
      if (found !== undefined) return found.session === this.#host && found.group === leader;
      left ??= new Set(
        readProcTable().flatMap(({ session, group }) => (session === this.#host ? group : [])),
      );
      return left.has(leader);
    });
  }

  #kill(leaders: readonly number[]): void {
    for (const leader of this.#those(leaders)) {
      try {
        process.kill(-leader, 'SIGKILL');
      } catch {
        continue; // It is gone.
      }
    }
    for (const leader of leaders) this.#leaders.delete(leader);
  }
}
