/** Keeps the first bytes of an output as they came, and counts the rest. */
export class OutputCap {
  readonly #bytesMax: number;
  /**
   * One buffer, of which `#keptBytes` are filled. A program that writes byte by byte would otherwise make millions of
   * chunks.
   */
  #room = nothing;
  #keptBytes = 0;
  #cutBytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Adds a chunk, and answers the part that was kept. */
  add(chunk: Buffer): Buffer {
    const kept = chunk.subarray(0, this.#bytesMax - this.#keptBytes);
    this.#makeRoom(this.#keptBytes + kept.length);
    this.#keptBytes += kept.copy(this.#room, this.#keptBytes);
    this.#cutBytes += chunk.length - kept.length;
    return kept;
  }

  /** Whether there was more than is kept. */
  get isCut(): boolean {
    return this.#cutBytes > 0;
  }

  /** The kept bytes, and nothing else. */
  kept(): Buffer {
    return this.#room.subarray(0, this.#keptBytes);
  }

  /** The kept bytes, then a line that says how much was cut. That line is not counted in the limit. */
  output(): Buffer {
    if (this.#keptBytes + this.#cutBytes === 0) return nothing;
    return Buffer.concat([this.kept(), this.note()]);
  }

  /** The line about what was cut; empty if nothing was. */
  note(): Buffer {
    if (this.#cutBytes === 0) return nothing;
    const last = this.#room[this.#keptBytes - 1] ?? newlineByte;
    return Buffer.from(`${last === newlineByte ? '' : '\n'}[output cut: ${this.#cutBytes} bytes more]\n`);
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#room.length) return;
    const room = Buffer.allocUnsafe(Math.max(bytes, Math.min(2 * this.#room.length, this.#bytesMax)));
    this.#room.copy(room, 0, 0, this.#keptBytes);
    this.#room = room;
  }
}

const newlineByte = 0x0a;
const nothing = Buffer.alloc(0);
