/** One line of what happened in a simulation. */
export interface TraceLine {
  readonly atMs: number;
  /** The node that it happened on; undefined for the whole cluster. */
  readonly pnn?: number;
  readonly text: string;
}

/** How many lines are kept: the last ones. */
const linesMax = 400;

/** What happened in a simulation, the last of it. */
export class Trace {
  #lines: TraceLine[] = [];

  add(line: TraceLine): void {
    this.#lines.push(line);
    if (this.#lines.length > linesMax * 2) this.#lines = this.#lines.slice(-linesMax);
  }

  /** The last lines. */
  get lines(): readonly TraceLine[] {
    return this.#lines.slice(-linesMax);
  }
}
