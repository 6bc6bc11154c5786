import { type ProcEntry, readProcTable } from './proc-table.ts';

/**
 * A program and what it started, for signalling all of it.
 *
 * With a group of its own that is the group. Otherwise it is the program and its descendants as /proc shows them: a
 * descendant whose parent ended before anybody looked is not found, and is left to whoever kills the caller's group.
 */
export class Family {
  /** The pid of the program, and of its group if it has its own. */
  readonly leader: number;
  readonly #ownGroup: boolean;
  /** Found once, a descendant stays known after its parent has ended. */
  readonly #known: Set<number>;

  constructor(leader: number, ownGroup: boolean) {
    this.leader = leader;
    this.#ownGroup = ownGroup;
    this.#known = new Set([leader]);
  }

  /** Sends a signal to every member; one that is gone, or is not ours to signal, is passed over. */
  signal(signal: NodeJS.Signals): void {
    if (this.#ownGroup) {
      kill(-this.leader, signal);
    } else {
      for (const { pid } of this.members()) kill(pid, signal);
    }
  }

  /** The members that still run. */
  members(): readonly ProcEntry[] {
    // Asking for the group is cheap, reading /proc is not.
    if (this.#ownGroup && !kill(-this.leader, 0)) return [];
    const table = readProcTable();
    return this.#ownGroup ? table.filter(({ group }) => group === this.leader) : this.#descendants(table);
  }

  #descendants(table: readonly ProcEntry[]): readonly ProcEntry[] {
    const alive = new Map(table.map((entry) => [entry.pid, entry]));
    for (const pid of this.#known) if (!alive.has(pid)) this.#known.delete(pid);
    for (let before = -1; before !== this.#known.size;) {
      before = this.#known.size;
      for (const { pid, parent } of table) if (this.#known.has(parent)) this.#known.add(pid);
    }
    return [...this.#known].flatMap((pid) => alive.get(pid) ?? []);
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
