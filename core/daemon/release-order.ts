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

  /** Takes notice of an event that begins, or of which it is settled that it comes next. */
  note({ name, argv }: RaisedEvent): void {
    const ip = argv[name === 'updateip' ? 2 : 1];
    if (ip === undefined) return;
    if (name === 'releaseip') this.#taken.delete(ip);
    if (name !== 'takeip' && name !== 'updateip') return;
    this.#count += 1;
    this.#taken.set(ip, this.#count);
  }

  /** Events of one kind that wait beside each other, in the order in which they are to begin. */
  order<T>(waiting: readonly T[], eventOf: (each: T) => RaisedEvent): readonly T[] {
    const takenAt = (each: T): number => this.#takenAt(eventOf(each));
    return waiting.toSorted((a, b) => takenAt(b) - takenAt(a));
  }

  /** What was there before anybody took notice is the oldest. For all but releases the order is that in which they came. */
  #takenAt({ name, argv }: RaisedEvent): number {
    return name === 'releaseip' ? (this.#taken.get(argv[1] ?? '') ?? 0) : 0;
  }
}
