import { MalformedPacket } from '../codec/malformed-packet.ts';

/** Most bytes of a reply over TCP; those that we ask for have less than 500. */
export const recordBytesMax = 64 * 1024;

/** Most fragments of a record: one that trickles in as empty ones would never end. */
export const fragmentCountMax = 64;

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

/** Puts together records that come in pieces. */
export class Records {
  #unread = Buffer.alloc(0);
  #fragments: Buffer[] = [];
  #bytes = 0;

  /** Takes the next bytes and answers the records that end in them. @throws MalformedPacket for a record too long. */
  add(chunk: Buffer): readonly Buffer[] {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    const records: Buffer[] = [];
    while (this.#unread.length >= 4) {
      const mark = this.#unread.readUInt32BE();
      const length = mark & ~lastFragment;
      this.#check(length);
      if (this.#unread.length < 4 + length) break;
      this.#fragments.push(this.#unread.subarray(4, 4 + length));
      this.#bytes += length;
      this.#unread = this.#unread.subarray(4 + length);
      if ((mark & lastFragment) !== 0) records.push(this.#finish());
    }
    return records;
  }

  #check(length: number): void {
    if (this.#bytes + length > recordBytesMax)
      throw new MalformedPacket('record', 0, `at most ${recordBytesMax} bytes`, `${this.#bytes + length}`);
    if (this.#fragments.length >= fragmentCountMax)
      throw new MalformedPacket('record', 0, `at most ${fragmentCountMax} fragments`, 'more');
  }

  #finish(): Buffer {
    const record = Buffer.concat(this.#fragments);
    this.#fragments = [];
    this.#bytes = 0;
    return record;
  }
}

const lastFragment = 0x8000_0000;
