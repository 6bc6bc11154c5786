import { loadLibc } from './libc.ts';

/** From <unistd.h>. */
const F_TLOCK = 2;

/**
 * Locks a file for this process, as fcntl(2) does. The lock ends with the process, or when the process closes any
 * descriptor of the file. The descriptor must not have been read from or written to: lockf(3) locks from its position on.
 *
 * @returns false if another process has locked the file. Where koffi does not load there are no locks: true.
 */
export async function lockFile(fd: number): Promise<boolean> {
  const libc = await loadLibc().catch(() => undefined);
  if (libc === undefined) return true;
  try {
    libc.call('lockf', fd, F_TLOCK, 0);
    return true;
  } catch {
    return false;
  }
}
