import { MalformedPacket } from '../codec/malformed-packet.ts';
import { u32 } from '../codec/numbers.ts';
import { packetHeaderBytes } from './packet.ts';

/**
 * The longest request that a daemon accepts. ctdbd's are below 1 KiB. A person's `ctdb event run` carries no more than a
 * command line that somebody types.
 */
export const requestBytesMax = 64 * 1024;

/** The longest reply that a client accepts. A status has the whole output of all scripts of an event. */
export const replyBytesMax = 64 * 1024 * 1024;

const lengthBytes = 4;

/** Cuts a stream into packets, in whatever pieces it arrives. */
export class Frames {
  readonly #bytesMax: number;
  /** Space for the length, then for the whole packet. No packet is as short as a length. */
  #bytes = Buffer.alloc(lengthBytes);
  #filled = 0;

  /** Accepts packets of at most `bytesMax`, including their header. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /**
   * The packets that are complete with this chunk. They may share its memory, which must not change afterwards; that of a
   * socket's chunks does not. Throws MalformedPacket for an impossible length, before any memory is allocated for it. The
   * stream cannot be read after that.
   */
  *take(chunk: Buffer): Generator<Buffer, void> {
    for (let at = 0; at < chunk.length;) {
      const whole = this.#filled === 0 ? this.#wholeAt(chunk, at) : undefined;
      if (whole !== undefined) {
        at += whole.length;
        yield whole;
        continue;
      }
      const copied = chunk.copy(this.#bytes, this.#filled, at);
      at += copied;
      this.#filled += copied;
      if (this.#filled < this.#bytes.length) return;
      if (this.#bytes.length === lengthBytes) this.#makeRoom();
      else yield this.#next();
    }
  }

  /** The packet that begins here, if all of it is in the chunk. This is nearly always so, and saves a copy. */
  #wholeAt(chunk: Buffer, at: number): Buffer | undefined {
    if (chunk.length - at < lengthBytes) return undefined;
    const end = at + this.#lengthAt(chunk, at);
    return end <= chunk.length ? chunk.subarray(at, end) : undefined;
  }

  #lengthAt(bytes: Buffer, at: number): number {
    const [length] = u32.take(bytes, at);
    if (length >= packetHeaderBytes && length <= this.#bytesMax) return length;
    throw new MalformedPacket('length', 0, `${packetHeaderBytes} to ${this.#bytesMax}`, `${length}`);
  }

  #makeRoom(): void {
    const length = this.#lengthAt(this.#bytes, 0);
    const room = Buffer.allocUnsafe(length);
    this.#bytes.copy(room);
    this.#bytes = room;
  }

  #next(): Buffer {
    const packet = this.#bytes;
    this.#bytes = Buffer.alloc(lengthBytes);
    this.#filled = 0;
    return packet;
  }
}
