import { type ProcEntry, readProcTable } from './proc-table.ts';
import { Remains } from './remains.ts';
import { isStill } from './is-still.ts';

/**
 * A program and the processes that it started, to be signalled together.
 *
 * With a group of its own, the family is that group. Otherwise it is the program and its descendants according to /proc. A
 * descendant whose parent ended before the first look is not found; it is left to whoever kills the caller's group.
 *
 * The program's process id must belong to the program. After its end, either the id is held (`holdsPid`), or
 * `leaderIsWaitedFor` is called.
 */
export class Family {
  /** The pid of the program, and of its group if it has its own. */
  readonly leader: number;
  readonly #ownGroup: boolean;
  /**
   * Descendants that were found once, with their start times. They stay known after their parent has ended. The start time
   * tells whether a number was given to another process.
   */
  readonly #known = new Map<number, number>();
  #isLeaderKnown = false;
  /** The rest of the group since its number is no longer held. */
  #remains: Remains | undefined;

  constructor(leader: number, ownGroup: boolean) {
    this.leader = leader;
    this.#ownGroup = ownGroup;
  }

  /** Sends a signal to every member. A member that is gone, or that we may not signal, is skipped. */
  signal(signal: NodeJS.Signals): void {
    if (this.#ownGroup) {
      if (this.#remains === undefined || this.#remains.members().length > 0) kill(-this.leader, signal);
    } else {
      for (const member of this.members()) if (isStill(member)) kill(member.pid, signal);
    }
  }

  /** The members that still run. */
  members(): readonly ProcEntry[] {
    if (!this.#ownGroup) return this.#descendants(readProcTable());
    if (this.#remains !== undefined) return this.#remains.members();
    // To ask for the group is cheap; to read /proc is not.
    if (!kill(-this.leader, 0)) return [];
    return readProcTable().filter(({ group }) => group === this.leader);
  }

  /** Says that the program was waited for. From now on its number alone proves nothing: it is no longer held. */
  leaderIsWaitedFor(): void {
    if (this.#ownGroup) this.#remains = new Remains(({ group }) => group === this.leader);
    else this.#isLeaderKnown = true;
  }

  #descendants(table: readonly ProcEntry[]): readonly ProcEntry[] {
    const alive = new Map(table.map((entry) => [entry.pid, entry]));
    const leader = alive.get(this.leader);
    if (!this.#isLeaderKnown && leader !== undefined) this.#known.set(this.leader, leader.startTicks);
    this.#isLeaderKnown = true;
    for (const [pid, startTicks] of this.#known)
      if (alive.get(pid)?.startTicks !== startTicks) this.#known.delete(pid);
    for (let before = -1; before !== this.#known.size;) {
      before = this.#known.size;
      for (const { pid, parent, startTicks } of table)
        if (this.#known.has(parent) && !this.#known.has(pid)) this.#known.set(pid, startTicks);
    }
    return [...this.#known.keys()].flatMap((pid) => alive.get(pid) ?? []);
  }
}

/** Sends a signal. Answers whether there was a process for it. */
function kill(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
