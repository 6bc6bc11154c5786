import { loadLibc } from './libc.ts';

/** From <fcntl.h> of Linux on x64 and arm64. */
const F_SETLK = 6;
const F_WRLCK = 1;

/** `struct flock` of 64-bit Linux: l_type and l_whence as i16, padding, l_start and l_len as i64, l_pid. 0: all of the file. */
const flockBytes = 32;

/**
 * Locks a file for this process, as fcntl(2) does; the lock goes with the process, or with any descriptor of the file that
 * it closes.
 *
 * @returns false if another process has it locked. Where koffi does not load there are no locks: true.
 */
export async function lockFile(fd: number): Promise<boolean> {
  const libc = await loadLibc().catch(() => undefined);
  if (libc === undefined) return true;
  const flock = Buffer.alloc(flockBytes);
  flock.writeInt16LE(F_WRLCK, 0);
  try {
    libc.call('fcntl', fd, F_SETLK, libc.addressOf(flock));
    return true;
  } catch {
    return false;
  }
}
