import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../cache-directory.ts';

/**
 * Notes for bin/ctdb-hook which events a plugin handles: the file it was called for, the events, and each file the
 * plugin consists of with the identity that `stat -L -c '%d:%i:%s:%.Y:%.Z %n'` prints.
 */
export function noteEvents(
  name: string,
  file: string,
  events: readonly string[],
  files: readonly string[],
): void {
  const cache = cacheDirectory();
  const paths = [file, ...files];
  if (cache === undefined || paths.some((path) => path.includes('\n') || path.includes('\\'))) return;
  try {
    const text = [file, events.join(' '), ...paths.map((path) => `${identityOf(path)} ${path}`), ''].join(
      '\n',
    );
    const note = join(cache, 'events', name);
    if (existsSync(note) && readFileSync(note, 'utf8') === text) return;
    mkdirSync(join(cache, 'events'), { mode: 0o700, recursive: true });
    writeFileSync(`${note}.${process.pid}`, text, { mode: 0o600 });
    renameSync(`${note}.${process.pid}`, note);
  } catch {
    return; // Without a note the next event starts Node, as this one did.
  }
}

function identityOf(path: string): string {
  const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
  return [dev, ino, size, inSeconds(mtimeNs), inSeconds(ctimeNs)].join(':');
}

/** Nanoseconds as stat prints them: seconds with nine decimals. */
function inSeconds(ns: bigint): string {
  const digits = String(ns).padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
