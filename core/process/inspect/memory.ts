import { readAt } from './read-bounded.ts';

const pageBytes = 4096n;
/** The longest path that a system call takes. */
const pathBytesMax = 4096;

/** The top byte of an address may carry a tag on arm64. */
const withoutTag = (address: bigint): bigint => address & 0x00ff_ffff_ffff_ffffn;

/** Bytes of a process's memory, undefined if they cannot be read all. */
export function readMemory(pid: number, address: bigint, bytes: number): Buffer | undefined {
  const read = address === 0n ? undefined : readAt(`/proc/${pid}/mem`, withoutTag(address), bytes);
  return read?.length === bytes ? read : undefined;
}

/** A string that ends with NUL in a process's memory; undefined if it cannot be read, or has no end where a path has one. */
export function readString(pid: number, address: bigint): Buffer | undefined {
  if (address === 0n) return undefined;
  const parts: Buffer[] = [];
  let at = withoutTag(address);
  for (let length = 0; length < pathBytesMax;) {
    // The next page may not be there, and then nothing of a read across the border would be.
    const part = readAt(`/proc/${pid}/mem`, at, Number(pageBytes - (at % pageBytes)));
    if (part === undefined) return undefined;
    const end = part.indexOf(0);
    parts.push(end < 0 ? part : part.subarray(0, end));
    if (end >= 0) return Buffer.concat(parts);
    length += part.length;
    at += BigInt(part.length);
  }
  return undefined;
}
