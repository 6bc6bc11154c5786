/** Addresses that move one after another, in a burst of events which all were raised before the first of them began. */
export class Burst {
  readonly event: 'takeip' | 'releaseip';
  /** The addresses in the order in which they move. */
  readonly ips: readonly string[];
  readonly #atEnd: (() => void)[] = [];

  constructor(event: 'takeip' | 'releaseip', ips: readonly string[]) {
    this.event = event;
    this.ips = ips;
  }

  /** Has something done when the last of them has moved, or the rest will not in this burst. */
  atEnd(work: () => void): void {
    this.#atEnd.push(work);
  }

  /** That is now. Throws what the work throws. */
  end(): void {
    for (const work of this.#atEnd.splice(0)) work();
  }
}
