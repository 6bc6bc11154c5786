import type { CommandState } from '../host/messages.ts';
import { readProcEntry } from '../process/proc-table.ts';

/** Most commands of one host at a time; it says so of each, and one that says more is not believed. */
const groupsMax = 1000;

/** The process groups of the commands that the plugins of one host run now. */
export class CommandGroups {
  readonly #host: number;
  readonly #leaders = new Map<number, CommandState>();

  constructor(host: number) {
    this.#host = host;
  }

  /**
   * Believes a host that one was started only if that leads a group of its own in the host's session: a host that has just
   * ended is nobody's parent any more.
   */
  set(leader: number, state: CommandState): void {
    if (state === 'ended') {
      this.#leaders.delete(leader);
      return;
    }
    const found = readProcEntry(leader);
    const isItsOwn = leader !== this.#host && found?.session === this.#host && found.group === leader;
    if (isItsOwn && this.#leaders.size < groupsMax) this.#leaders.set(leader, state);
  }

  /** The process ids of the groups' leaders. */
  leaders(): readonly number[] {
    return [...this.#leaders.keys()];
  }

  /** Kills those that were started for the event, which has ended. */
  killOfEvent(): void {
    for (const [leader, state] of this.#leaders) if (state === 'of event') this.#kill(leader);
  }

  /** Kills them all at once. */
  killAll(): void {
    for (const leader of this.#leaders.keys()) this.#kill(leader);
  }

  #kill(leader: number): void {
    this.#leaders.delete(leader);
    try {
      process.kill(-leader, 'SIGKILL');
    } catch {
      return; // It is gone.
    }
  }
}
