import { type ProcEntry, readProcTable } from './proc-table.ts';
import { Remains } from './remains.ts';
import { isStill } from './is-still.ts';

/**
 * A program and what it started, for signalling all of it.
 *
 * With a group of its own that is the group. Otherwise it is the program and its descendants as /proc shows them: a
 * descendant whose parent ended before anybody looked is not found, and is left to whoever kills the caller's group.
 *
 * The program's process id must be its own: of one that has ended it is held (`holdsPid`), or `leaderIsWaitedFor` is called.
 */
export class Family {
  /** The pid of the program, and of its group if it has its own. */
  readonly leader: number;
  readonly #ownGroup: boolean;
  /** Found once, a descendant stays known after its parent has ended, by when it began: its number may be given to another. */
  readonly #known = new Map<number, number>();
  #isLeaderKnown = false;
  /** What was left of the group when its number was not held any more. */
  #remains: Remains | undefined;

  constructor(leader: number, ownGroup: boolean) {
    this.leader = leader;
    this.#ownGroup = ownGroup;
  }

  /** Sends a signal to every member; one that is gone, or is not ours to signal, is passed over. */
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
    // Asking for the group is cheap, reading /proc is not.
    if (!kill(-this.leader, 0)) return [];
    return readProcTable().filter(({ group }) => group === this.leader);
  }

  /** From now on the number of the program alone says nothing: it has ended, and the number is not held. */
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

/** Whether there was a process to get the signal. */
function kill(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
