import { bytesOf } from '../text/bytes-as-text.ts';
import { OutputCap } from '../process/output-cap.ts';

/** Most bytes of output kept of one entry. */
export const entryOutputBytesMax = 1024 * 1024;

/** Where output goes as it comes, beside being kept. */
export type OutputSink = (chunk: Buffer) => void;

/** Gathers what one entry says, up to a bound, and passes it on as it comes. */
export class EntryOutput {
  readonly #cap = new OutputCap(entryOutputBytesMax);
  readonly #sink: OutputSink;

  constructor(sink: OutputSink = () => undefined) {
    this.#sink = sink;
  }

  /** Adds a line, or several: what is there ends with a line break afterwards. */
  addLine(text: string): void {
    this.add(bytesOf(text.endsWith('\n') ? text : `${text}\n`));
  }

  /** Adds bytes as they come. They must not change afterwards. */
  add(chunk: Buffer): void {
    const kept = this.#cap.add(chunk);
    if (kept.length > 0) this.#sink(kept);
  }

  /** Everything that was said, and how much more there was; called once, at the end. */
  finish(): Buffer {
    const note = this.#cap.note();
    if (note.length > 0) this.#sink(note);
    return this.#cap.output();
  }
}
