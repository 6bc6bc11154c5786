/**
 * Most bytes that are kept of the beginning of a record: a reply with the longest verifier and the longest results that are
 * read (`stringBytesMax`), and some more.
 */
export const headBytesMax = 12 * 1024;

/**
 * A message as it goes over TCP, RFC 5531 11.
 *
 *     0x80000004 01020304
 *       │        └── the message
 *       └── the last fragment, and its length
 */
export function toRecord(message: Buffer): Buffer {
  const mark = Buffer.alloc(4);
  mark.writeUInt32BE((lastFragment | message.length) >>> 0);
  return Buffer.concat([mark, message]);
}

/** Gets the beginning of a record whenever more of it has come. The bytes change afterwards. */
export type HearHead = (head: Buffer, isWhole: boolean) => void;

/**
 * Takes the beginnings of records from a stream, like the client of libtirpc. The rest of a record is skipped, whatever its
 * length and number of fragments. An empty fragment that is not the last makes its record invalid: libtirpc takes it for an
 * error.
 */
export class RecordHeads {
  readonly #hear: HearHead;
  readonly #head = Buffer.alloc(headBytesMax);
  #headBytes = 0;
  readonly #mark = Buffer.alloc(4);
  #markBytes = 0;
  /** The number of bytes of the fragment that are still to come. */
  #left = 0;
  #isLast = false;
  #isVoid = false;

  constructor(hear: HearHead) {
    this.#hear = hear;
  }

  /** Takes the next bytes. */
  add(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) at = this.#left > 0 ? this.#takeBody(chunk, at) : this.#takeMark(chunk, at);
  }

  #takeMark(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + 4 - this.#markBytes);
    this.#markBytes += chunk.copy(this.#mark, this.#markBytes, at, end);
    if (this.#markBytes === 4) this.#begin(this.#mark.readUInt32BE());
    return end;
  }

  #begin(mark: number): void {
    this.#markBytes = 0;
    this.#left = mark & ~lastFragment;
    this.#isLast = this.#left !== mark;
    if (mark === 0) this.#isVoid = true;
    if (this.#left === 0 && this.#isLast) this.#finish();
  }

  #takeBody(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#left);
    this.#left -= end - at;
    const kept = this.#isVoid ? 0 : chunk.copy(this.#head, this.#headBytes, at, end);
    this.#headBytes += kept;
    if (this.#left === 0 && this.#isLast) this.#finish();
    else if (kept > 0) this.#hear(this.#head.subarray(0, this.#headBytes), false);
    return end;
  }

  #finish(): void {
    const head = this.#head.subarray(0, this.#headBytes);
    const isVoid = this.#isVoid;
    this.#headBytes = 0;
    this.#isVoid = false;
    if (!isVoid) this.#hear(head, true);
  }
}

const lastFragment = 0x8000_0000;
