import { type ProcEntry, readProcTable } from './proc-table.ts';

/**
 * What is left of a process group, or of a session, after the process that began it was waited for.
 *
 * The kernel keeps the number as long as there is any member. When the last has gone another process may get it, and a
 * group or session of that number is a stranger's. So those of now are ours if one of them was seen before.
 */
export class Remains {
  readonly #isMember: (entry: ProcEntry) => boolean;
  #seen: readonly ProcEntry[];

  /** To be made at once when the process that began it was waited for. */
  constructor(isMember: (entry: ProcEntry) => boolean) {
    this.#isMember = isMember;
    this.#seen = readProcTable().filter(isMember);
  }

  /** The members that still run; none for ever once none that was seen before is among them. */
  members(): readonly ProcEntry[] {
    if (this.#seen.length === 0) return [];
    const now = readProcTable().filter(this.#isMember);
    this.#seen = now.some((entry) => this.#wasSeen(entry)) ? now : [];
    return this.#seen;
  }

  #wasSeen({ pid, startTicks }: ProcEntry): boolean {
    return this.#seen.some((seen) => seen.pid === pid && seen.startTicks === startTicks);
  }
}
