import { untilTickMs } from './common-tick.ts';
import { readProcEntry } from './proc-table.ts';

/** When the process is looked for first, and how often after that, in milliseconds, as CTDB's daemons do. */
const pollMs = { first: 1_000, then: 5_000 } as const;

/**
 * Calls `onGone` once when the process has ended, even if another one has got its number.
 *
 * @returns a function that looks at once, and answers whether the process has ended
 */
export function watchProcess(pid: number, onGone: () => void): () => boolean {
  const began = readProcEntry(pid)?.startTicks;
  let isGone = false;
  const look = (): boolean => {
    const isTheSame = isThere(pid) && (began === undefined || readProcEntry(pid)?.startTicks === began);
    if (isGone || isTheSame) return isGone;
    isGone = true;
    onGone();
    return true;
  };
  const lookIn = (timeMs: number): void => {
    setTimeout(() => {
      if (!look()) lookIn(untilTickMs(pollMs.then));
    }, timeMs);
  };
  lookIn(pollMs.first);
  return look;
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
