import { closeSync, fchmodSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

/**
 * Replaces a file. The new file is written beside it and renamed, so that nobody reads half
 * of it.
 *
 * @param mode of the file, whatever the umask; for its owner alone if it is not given
 * @throws the error of the file system; the old file is unchanged then, and nothing is left beside it.
 */
export function replaceFile(path: string, text: string, mode = 0o600): void {
  const draft = `${path}.${process.pid}`;
  rmSync(draft, { force: true }); // A process with the same id may have left it when it was killed.
  try {
    const fd = openSync(draft, 'wx', 0o600);
    try {
      fchmodSync(fd, mode);
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
