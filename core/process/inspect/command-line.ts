import { readBounded } from './read-bounded.ts';

/** Most characters of a command line that are shown. */
const shownMax = 300;

/**
 * A process's arguments on one line, separated by spaces, cut off if they are long. Undefined if it has none (a zombie, a
 * thread of the kernel). The read may hang while the process is in an uninterruptible wait.
 */
export function commandLine(pid: number): string | undefined {
  const bytes = readBounded(`/proc/${pid}/cmdline`, 4 * shownMax);
  const text = bytes?.toString().replace(/\0+$/, '').replaceAll('\0', ' ');
  if (text === undefined || text === '') return undefined;
  const line = text.replaceAll(/\p{Cc}/gu, '?');
  return line.length > shownMax ? `${line.slice(0, shownMax)}...` : line;
}
