/** Keeps the last bytes of what is added. */
export class TailBuffer {
  readonly #bytesMax: number;
  #kept = Buffer.alloc(0);

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Adds bytes. */
  add(chunk: Buffer): void {
    this.#kept = Buffer.concat([this.#kept, chunk.subarray(-this.#bytesMax)]).subarray(-this.#bytesMax);
  }

  /** What was kept, as text. */
  text(): string {
    return this.#kept.toString();
  }
}
