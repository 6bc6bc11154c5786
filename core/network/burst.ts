/** Addresses that move one after another, in a burst of events. All these events were raised before the first of them began. */
export class Burst {
  readonly event: 'takeip' | 'releaseip';
  /** The addresses in the order in which they move. */
  readonly ips: readonly string[];
  readonly #atEnd: (() => void)[] = [];

  constructor(event: 'takeip' | 'releaseip', ips: readonly string[]) {
    this.event = event;
    this.ips = ips;
  }

  /** Adds work that is done when the last of them has moved, or when the others will not move in this burst. */
  atEnd(work: () => void): void {
    this.#atEnd.push(work);
  }

  /** Ends the burst, and does the work. Throws what the work throws. */
  end(): void {
    for (const work of this.#atEnd.splice(0)) work();
  }
}
