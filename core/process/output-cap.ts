/** Keeps the first bytes of an output, as they came, and counts the rest. */
export class OutputCap {
  readonly #bytesMax: number;
  readonly #kept: Buffer[] = [];
  #keptBytes = 0;
  #cutBytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Adds a chunk, which must not change afterwards, and answers what of it was kept. */
  add(chunk: Buffer): Buffer {
    const kept = chunk.subarray(0, this.#bytesMax - this.#keptBytes);
    if (kept.length > 0) this.#kept.push(kept);
    this.#keptBytes += kept.length;
    this.#cutBytes += chunk.length - kept.length;
    return kept;
  }

  /** What was kept, then a line of its own saying how much was not. That line comes on top of the limit. */
  output(): Buffer {
    return Buffer.concat([...this.#kept, this.note()]);
  }

  /** That line; empty if nothing was cut. */
  note(): Buffer {
    if (this.#cutBytes === 0) return Buffer.alloc(0);
    const last = this.#kept.at(-1)?.at(-1) ?? newlineByte;
    return Buffer.from(`${last === newlineByte ? '' : '\n'}[output cut: ${this.#cutBytes} bytes more]\n`);
  }
}

const newlineByte = 0x0a;
