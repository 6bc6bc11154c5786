import { type ProcEntry, readProcTable } from './proc-table.ts';

/**
 * The rest of a process group or session after the process that began it was waited for.
 *
 * The kernel keeps the number as long as there is any member. After the last has gone, another process may get the number,
 * and a group or session of that number is somebody else's. So the present members are ours if one of them was seen before.
 */
export class Remains {
  readonly #isMember: (entry: ProcEntry) => boolean;
  #seen: readonly ProcEntry[];

  /** Make it at once when the process that began the group or session was waited for. */
  constructor(isMember: (entry: ProcEntry) => boolean) {
    this.#isMember = isMember;
    this.#seen = readProcTable().filter(isMember);
  }

  /** The members that still run. If none of them was seen before, there are none from then on. */
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
