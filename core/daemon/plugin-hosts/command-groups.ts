import type { CommandState } from '../../plugin-host/messages.ts';
import { readProcEntry, readProcTable } from '../../process/proc-table.ts';

/** Most commands of one host at a time. */
const groupsMax = 1000;

/**
 * The process groups of the commands that the plugins of one host run now.
 *
 * To note a host's message costs nothing. Processes are looked up only when a group is to be signalled or described. A
 * group in the host's session belongs to the host, whatever the host said: the kernel keeps the number of the session until
 * the host was waited for.
 */
export class CommandGroups {
  readonly #host: number;
  readonly #leaders = new Map<number, CommandState>();
  #isHostThere = true;

  constructor(host: number) {
    this.#host = host;
  }

  /** Notes the state of one group. Beyond `groupsMax` no more are noted. */
  set(leader: number, state: CommandState): void {
    if (state === 'ended') this.#leaders.delete(leader);
    else if (this.#isHostThere && leader > 1 && leader !== this.#host && this.#leaders.size < groupsMax)
      this.#leaders.set(leader, state);
  }

  /** The process ids of the leaders of the groups that exist. */
  leaders(): readonly number[] {
    return this.#those([...this.#leaders.keys()]);
  }

  /** Kills the groups that were started for the event that has ended. */
  killOfEvent(): void {
    this.#kill([...this.#leaders].flatMap(([leader, state]) => (state === 'of event' ? leader : [])));
  }

  /** Kills all groups at once. */
  killAll(): void {
    this.#kill([...this.#leaders.keys()]);
  }

  /**
   * Forgets all groups, when the host was waited for. From now on its number, and so their numbers, may belong to other
   * processes.
   */
  hostIsGone(): void {
    this.#isHostThere = false;
    this.#leaders.clear();
  }

  /** The leaders whose groups are in the host's session. All of /proc is read only if a leader has ended before its group. */
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
        continue; // The group is gone.
      }
    }
    for (const leader of leaders) this.#leaders.delete(leader);
  }
}
