/** Keeps the first bytes of an output, as they came, and counts the rest. */
export class OutputCap {
  readonly #bytesMax: number;
  readonly #kept: Buffer[] = [];
  #keptBytes = 0;
  #cutBytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Adds a chunk, which must not change afterwards. */
  add(chunk: Buffer): void {
    const kept = chunk.subarray(0, this.#bytesMax - this.#keptBytes);
    if (kept.length > 0) this.#kept.push(kept);
    this.#keptBytes += kept.length;
    this.#cutBytes += chunk.length - kept.length;
  }

  /** What was kept, then a line of its own saying how much was not. That line comes on top of the limit. */
  output(): Buffer {
    const kept = Buffer.concat(this.#kept);
    if (this.#cutBytes === 0) return kept;
    const newline = kept.length === 0 || kept.at(-1) === newlineByte ? '' : '\n';
    return Buffer.concat([kept, Buffer.from(`${newline}[output cut: ${this.#cutBytes} bytes more]\n`)]);
  }
}

const newlineByte = 0x0a;
