import { statSync } from 'node:fs';

/**
 * What tells a file from any other and from itself before a change, which nobody can put back: what
 * `stat -L -c '%d:%i:%s:%.Y:%.Z'` prints.
 *
 * @throws the error of stat(2).
 */
export function fileIdentity(path: string): string {
  const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
  return [dev, ino, size, inSeconds(mtimeNs), inSeconds(ctimeNs)].join(':');
}

/** Nanoseconds as stat prints them: seconds with nine decimals. */
function inSeconds(ns: bigint): string {
  const digits = String(ns).padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
