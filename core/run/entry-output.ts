/** Most bytes of output kept of one entry. */
export const outputBytesMax = 1024 * 1024;

/** Where output goes as it comes, beside being kept. */
export type OutputSink = (chunk: Buffer) => void;

/** Gathers what one entry says, up to a bound, and says at the end how much was cut. */
export class EntryOutput {
  readonly #chunks: Buffer[] = [];
  readonly #sink: OutputSink;
  #bytes = 0;
  #cutBytes = 0;

  constructor(sink: OutputSink = () => undefined) {
    this.#sink = sink;
  }

  /** Adds a line, or several: what is there ends with a line break afterwards. */
  addLine(text: string): void {
    this.add(Buffer.from(text.endsWith('\n') ? text : `${text}\n`));
  }

  /** Adds bytes as they come. */
  add(chunk: Buffer): void {
    const room = Math.max(0, outputBytesMax - this.#bytes);
    this.#cutBytes += Math.max(0, chunk.length - room);
    if (room > 0) this.#keep(chunk.subarray(0, room));
  }

  /** Everything that was said; called once, at the end. */
  finish(): Buffer {
    if (this.#cutBytes > 0) this.#keep(Buffer.from(`\n[output cut: ${this.#cutBytes} bytes more]\n`));
    this.#cutBytes = 0;
    return Buffer.concat(this.#chunks);
  }

  #keep(chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
    this.#sink(chunk);
  }
}
