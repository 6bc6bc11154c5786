import { readSync } from 'node:fs';
import { decode } from '../codec/codec.ts';
import { u32 } from '../codec/numbers.ts';
import { struct } from '../codec/struct.ts';

/**
 * The messages that a plugin host has not sent yet, in a file. The daemon reads it when the host has died or hangs.
 *
 * To send each message at once would wake the daemon each time, which costs far more than to write it down.
 *
 *     0x6400000028000000...
 *       │       │       └── the packets
 *       │       └────────── length of the packets
 *       └────────────────── how many had been sent before them
 */
export interface Journal {
  readonly sent: number;
  readonly packets: Buffer;
}

interface Header {
  readonly sent: number;
  readonly length: number;
}

const header = struct<Header>({ sent: u32, length: u32 });
const headerBytes = 8;

/** Most bytes of packets that are written down. More is sent at once. */
export const journalBytesMax = 32 * 1024;

/** Size of the file, in bytes. */
export const journalFileBytes = headerBytes + journalBytesMax;

/** How often a journal is read if its host writes it meanwhile. Such a host also sends its messages. */
const attemptsMax = 3;

/** Writes a journal into memory that is mapped to the file. */
export class JournalWriter {
  readonly #bytes: Buffer;
  readonly #header: Int32Array;
  #sent = -1;
  #count = 0;
  #length = 0;

  /** @param memory `journalFileBytes` bytes, at an address that can be divided by four. */
  constructor(memory: ArrayBuffer) {
    this.#bytes = Buffer.from(memory);
    this.#header = new Int32Array(memory, 0, 2);
  }

  /**
   * Writes down the packets that wait. `sent` is how many were sent before them. Packets that are written down already
   * stay.
   */
  write(sent: number, packets: readonly Buffer[]): void {
    if (sent !== this.#sent) this.#begin(sent);
    for (const packet of packets.slice(this.#count)) {
      packet.copy(this.#bytes, headerBytes + this.#length);
      this.#length += packet.length;
    }
    this.#count = packets.length;
    Atomics.store(this.#header, 1, this.#length); // A reader who sees the new length finds the bytes.
  }

  #begin(sent: number): void {
    Atomics.store(this.#header, 1, 0);
    Atomics.store(this.#header, 0, sent);
    [this.#sent, this.#count, this.#length] = [sent, 0, 0];
  }
}

/** The last journal that a host has written. Undefined if there is none, or it is not valid. */
export function readJournal(fd: number): Journal | undefined {
  const bytes = Buffer.alloc(journalFileBytes);
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const filled = readSync(fd, bytes, 0, bytes.length, 0);
    if (filled < headerBytes) return undefined;
    const { sent, length } = headerOf(bytes);
    if (headerBytes + length > filled) return undefined;
    const again = Buffer.alloc(headerBytes);
    readSync(fd, again, 0, headerBytes, 0);
    // The packets can only be others if the host has begun a new journal meanwhile.
    if (headerOf(again).sent === sent)
      return { sent, packets: bytes.subarray(headerBytes, headerBytes + length) };
  }
  return undefined;
}

const headerOf = (bytes: Buffer): Header => decode(header, bytes.subarray(0, headerBytes));
