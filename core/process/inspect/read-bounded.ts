import { closeSync, openSync, readlinkSync, readSync } from 'node:fs';

/** The first bytes of a file below /proc. Undefined if it cannot be read: its process has ended, or we may not see it. */
export function readBounded(path: string, bytesMax: number): Buffer | undefined {
  return withFile(path, (descriptor) => {
    const buffer = Buffer.alloc(bytesMax);
    let length = 0;
    for (let count = 1; count > 0 && length < bytesMax; length += count) {
      count = readSync(descriptor, buffer, length, bytesMax - length, null);
    }
    return buffer.subarray(0, length);
  });
}

/** Bytes at a place in a file, as many as one read returns. Undefined if there are none. */
export function readAt(path: string, position: bigint, bytes: number): Buffer | undefined {
  return withFile(path, (descriptor) => {
    const buffer = Buffer.alloc(bytes);
    const length = readSync(descriptor, buffer, 0, bytes, position);
    return length > 0 ? buffer.subarray(0, length) : undefined;
  });
}

/** The target of a link below /proc; undefined if it cannot be read. */
export function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function withFile<T>(path: string, read: (descriptor: number) => T): T | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    return read(descriptor);
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
