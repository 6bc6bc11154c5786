import { MalformedPacket } from '../codec/malformed-packet.ts';
import { u32 } from '../codec/numbers.ts';
import { packetHeaderBytes } from './packet.ts';

/**
 * The longest request that a daemon takes. What ctdbd sends is below 1 KiB; a person's `ctdb event run` carries no
 * more than fits on a command line that somebody types.
 */
export const requestBytesMax = 64 * 1024;

/** The longest reply that a client takes: a status carries the outputs of all scripts of an event, whole. */
export const replyBytesMax = 64 * 1024 * 1024;

const lengthBytes = 4;

/** Cuts a stream into packets, however it arrives. */
export class Frames {
  readonly #bytesMax: number;
  /** The length alone, then room for the whole packet. No packet is as short as a length. */
  #bytes = Buffer.alloc(lengthBytes);
  #filled = 0;

  /** For packets of at most `bytesMax`, their header included. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /**
   * The packets that are complete with this chunk, whose memory they may share: it must not change afterwards, as that of
   * a socket's chunks does not. Throws MalformedPacket at a length that cannot be right, before any memory is set aside for
   * it; the stream cannot be read on after that.
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

  /** The packet that begins here, if all of it is in the chunk, as nearly always: it need not be copied. */
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
