import { closeSync, openSync, readSync } from 'node:fs';

const chunkBytes = 1 << 16;

/** Longer than any record. */
const lineBytesMax = 1 << 24;

/**
 * The lines of a file that may be records; a part of the file is held in memory at a time. Zeros, which a file system may leave
 * after a power failure, are no lines.
 *
 * @throws the error of the file system.
 */
export function* linesOf(path: string): Generator<string> {
  const fd = openSync(path, 'r');
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      const read = readSync(fd, chunk);
      const last = chunk.subarray(0, read).lastIndexOf('\n');
      if (read > 0 && last === -1) {
        rest = Buffer.concat([rest, chunk.subarray(0, read)]);
        if (rest.length > lineBytesMax) return;
        continue;
      }
      const end = read === 0 ? 0 : last;
      yield* linesIn(Buffer.concat([rest, chunk.subarray(0, end)]).toString());
      if (read === 0) return;
      rest = Buffer.from(chunk.subarray(last, read));
    }
  } finally {
    closeSync(fd);
  }
}

function* linesIn(text: string): Generator<string> {
  for (let begin = 0; begin < text.length;) {
    const newline = text.indexOf('\n', begin);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(begin, end);
    const written = line.includes('\0') ? line.replaceAll('\0', '') : line;
    if (written !== '') yield written;
    begin = end + 1;
  }
}
