import { readAt } from './read-bounded.ts';

const pageBytes = 4096n;
/** The longest path that a system call takes. */
const pathBytesMax = 4096;

/** The top byte of an address may carry a tag on arm64. */
const withoutTag = (address: bigint): bigint => address & 0x00ff_ffff_ffff_ffffn;

/** Bytes of a process's memory; undefined if not all of them can be read. */
export function readMemory(pid: number, address: bigint, bytes: number): Buffer | undefined {
  const read = address === 0n ? undefined : readAt(`/proc/${pid}/mem`, withoutTag(address), bytes);
  return read?.length === bytes ? read : undefined;
}

/** A string in a process's memory that ends with NUL. Undefined if it cannot be read, or is longer than a path can be. */
export function readString(pid: number, address: bigint): Buffer | undefined {
  if (address === 0n) return undefined;
  const parts: Buffer[] = [];
  let at = withoutTag(address);
  for (let length = 0; length < pathBytesMax;) {
    // The next page may be missing; a read across the border would then return nothing.
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
