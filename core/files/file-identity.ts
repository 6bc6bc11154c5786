import { type BigIntStats, statSync } from 'node:fs';

/**
 * What tells a file from any other and from itself before a change, which nobody can put back: what
 * `stat -L -c '%d:%i:%s:%.Y:%.Z'` prints.
 *
 * @throws the error of stat(2).
 */
export function fileIdentity(path: string): string {
  return identityOfStats(statSync(path, { bigint: true }));
}

/** The same for a file that need not be there: undefined if it is not, or cannot be looked at. */
export function identityIfThere(path: string): string | undefined {
  try {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    return found && identityOfStats(found);
  } catch {
    return undefined;
  }
}

/** The same for what stat(2) has said of a file. */
export const identityOfStats = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  `${dev}:${ino}:${size}:${inSeconds(mtimeNs)}:${inSeconds(ctimeNs)}`;

/** Nanoseconds as stat prints them: seconds with nine decimals. */
function inSeconds(ns: bigint): string {
  const digits = String(ns).padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

/** How long after a change a second one may carry the same time: the file systems' clock tick, generously. */
const settledAfterMs = 100;

/**
 * Whether an identity can be relied on: a file that has it later is unchanged. One that was changed just now may change
 * again and look the same. What is no identity cannot be relied on.
 */
export function isSettled(identity: string): boolean {
  const changedMs = Number(identity.slice(identity.lastIndexOf(':') + 1)) * 1000;
  return Date.now() - changedMs > settledAfterMs;
}
