import { type BigIntStats, statSync } from 'node:fs';

/**
 * What tells a file from any other and from itself before a change, which nobody can put back: what
 * `stat -L -c '%d:%i:%s:%.Y:%.Z'` prints.
 *
 * @throws the error of stat(2).
 */
export function fileIdentity(path: string): string {
  return identityOf(statSync(path, { bigint: true }));
}

/** The same for a file that need not be there: undefined if it is not, or cannot be looked at. */
export function identityIfThere(path: string): string | undefined {
  try {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    return found && identityOf(found);
  } catch {
    return undefined;
  }
}

/** When a file with this identity was changed last, in milliseconds since 1970; NaN if it is none. */
export const changedMs = (identity: string): number =>
  Number(identity.slice(identity.lastIndexOf(':') + 1)) * 1000;

const identityOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  [dev, ino, size, inSeconds(mtimeNs), inSeconds(ctimeNs)].join(':');

/** Nanoseconds as stat prints them: seconds with nine decimals. */
function inSeconds(ns: bigint): string {
  const digits = String(ns).padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
