import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

/**
 * Replaces a file of the cache directory (0600). The new file is written beside it and renamed, so that nobody reads half
 * of it.
 *
 * @throws the error of the file system; the old file is unchanged then, and nothing is left beside it.
 */
export function replaceFile(path: string, text: string): void {
  const draft = `${path}.${process.pid}`;
  rmSync(draft, { force: true }); // A process with the same id may have left it when it was killed.
  try {
    const fd = openSync(draft, 'wx', 0o600);
    try {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
    } finally {
      closeSync(fd);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
