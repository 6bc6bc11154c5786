import { type BigIntStats, statSync } from 'node:fs';

/**
 * The identity of a file. It differs from every other file's, and from its own before a change; nobody can set it back. It
 * is what `stat -L -c '%d:%i:%s:%.Y:%.Z'` prints.
 *
 * @throws the error of stat(2).
 */
export function fileIdentity(path: string): string {
  return identityOfStats(statSync(path, { bigint: true }));
}

/** The identity of a file that may be missing. Undefined if it is, or cannot be looked at. */
export function identityIfThere(path: string): string | undefined {
  try {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    return found && identityOfStats(found);
  } catch {
    return undefined;
  }
}

/** The identity by the result of stat(2). */
export const identityOfStats = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  `${dev}:${ino}:${size}:${inSeconds(mtimeNs)}:${inSeconds(ctimeNs)}`;

/** Nanoseconds as stat prints them: seconds with nine decimals. */
function inSeconds(ns: bigint): string {
  const digits = String(ns).padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

/**
 * How long after a change a second one may carry the same time, in milliseconds: more than the clock tick of the file
 * systems.
 */
const settledAfterMs = 100;

/**
 * Whether an identity can be relied on: a file that has it later is unchanged. A file that was changed a moment ago may
 * change again and look the same. A text that is no identity cannot be relied on.
 */
export function isSettled(identity: string): boolean {
  const changedMs = Number(identity.slice(identity.lastIndexOf(':') + 1)) * 1000;
  return Date.now() - changedMs > settledAfterMs;
}
