import type { RaisedEvent } from '../run/outcome.ts';

/**
 * In which order addresses that are to be released together go: the one taken last first.
 *
 * The kernel deletes a secondary address in a hundredth of the time that it takes to delete a primary one, which it has to
 * replace; the primary of a subnet is the oldest. Replies carry their request's number, so the order is free.
 */
export class ReleaseOrder {
  /** The addresses held, by the order in which they came. */
  readonly #taken = new Map<string, number>();
  #count = 0;

  /** Takes notice of an event that begins. */
  note({ name, argv }: RaisedEvent): void {
    const ip = argv[name === 'updateip' ? 2 : 1];
    if (ip === undefined) return;
    if (name === 'releaseip') this.#taken.delete(ip);
    if (name !== 'takeip' && name !== 'updateip') return;
    this.#count += 1;
    this.#taken.set(ip, this.#count);
  }

  /** Which of the events that wait is next, by its index: the first, or of the releases that it begins the best. */
  next(waiting: readonly RaisedEvent[]): number {
    let best = 0;
    for (const [index, event] of waiting.entries()) {
      if (event.name !== 'releaseip') break;
      if (this.#takenAt(event) > this.#takenAt(waiting[best])) best = index;
    }
    return best;
  }

  /** What was there before anybody took notice is the oldest. */
  #takenAt(event: RaisedEvent | undefined): number {
    return this.#taken.get(event?.argv[1] ?? '') ?? 0;
  }
}
