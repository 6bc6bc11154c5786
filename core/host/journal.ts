import { readSync, writeSync } from 'node:fs';
import { decode, encode } from '../codec/codec.ts';
import { u32 } from '../codec/numbers.ts';
import { struct } from '../codec/struct.ts';

/**
 * What a plugin host has to say and has not sent yet, in a file that the daemon reads when the host has died or hangs.
 *
 * To send each message at once would wake the daemon up for each, which costs ten times as much as to write it down.
 *
 *     0x640000000200000028000000...
 *       │       │       │       └── the packets
 *       │       │       └────────── length of the packets
 *       │       └────────────────── how many there are
 *       └────────────────────────── how many had been sent before them
 */
export interface Journal {
  readonly sent: number;
  readonly count: number;
  readonly packets: Buffer;
}

interface Header {
  readonly sent: number;
  readonly count: number;
  readonly length: number;
}

const header = struct<Header>({ sent: u32, count: u32, length: u32 });
const headerBytes = 12;

/** Most bytes of packets that are written down; more is sent at once. */
export const journalBytesMax = 32 * 1024;

/** Replaces what the journal says, in one call: whoever reads it finds the old text or the new. */
export function writeJournal(fd: number, sent: number, packets: readonly Buffer[]): void {
  const bytes = Buffer.concat(packets);
  const head = encode(header, { sent, count: packets.length, length: bytes.length });
  writeSync(fd, Buffer.concat([head, bytes]), 0, headerBytes + bytes.length, 0);
}

/** What a host has written last, or undefined if nothing, or nothing that makes sense. */
export function readJournal(fd: number): Journal | undefined {
  const room = Buffer.alloc(headerBytes + journalBytesMax);
  const filled = readSync(fd, room, 0, room.length, 0);
  if (filled < headerBytes) return undefined;
  const { sent, count, length } = decode(header, room.subarray(0, headerBytes));
  if (headerBytes + length > filled) return undefined;
  return { sent, count, packets: room.subarray(headerBytes, headerBytes + length) };
}
