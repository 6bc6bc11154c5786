import { write } from 'node:fs';
import { promisify } from 'node:util';

const writeBytes = promisify(write);

/**
 * Writes lines to a descriptor, in as many calls as it takes.
 *
 * @throws Error (rejects) of the system, or if nothing is written; some of the lines may have been written then
 */
export async function writeAll(descriptor: number, lines: readonly Buffer[]): Promise<void> {
  const bytes = Buffer.concat(lines);
  for (let at = 0; at < bytes.length;) {
    const { bytesWritten } = await writeBytes(descriptor, bytes, at, bytes.length - at, null);
    if (bytesWritten === 0) throw new Error(`wrote ${at} of ${bytes.length} bytes`);
    at += bytesWritten;
  }
}
