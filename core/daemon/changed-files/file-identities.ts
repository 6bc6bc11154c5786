import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileIdentity } from '../../files/file-identity.ts';

/** Files by path. Each has the identity that it had when it was read; see `identityOf`. */
export type FileIdentities = ReadonlyMap<string, string>;

/** Whether one of these files has changed. The identities in `seen` are current; the other files are looked at again. */
export function isChanged(files: FileIdentities, seen?: FileIdentities): boolean {
  for (const [path, identity] of files)
    if ((seen?.get(path) ?? identityOfPath(path)) !== identity) return true;
  return false;
}

/** Those of these files that have changed, without directories. */
export const changedAmong = (files: FileIdentities): string[] =>
  [...files]
    .filter(([path, identity]) => !path.endsWith('/') && identityOfPath(path) !== identity)
    .map(([path]) => path);

/** The identity that each of these files has now. */
export const identitiesOf = (paths: readonly string[]): FileIdentities =>
  new Map(paths.map((path) => [path, identityOfPath(path)] as const));

/**
 * Adds the directories on the way to these files. A plugin that did not load may load after one of them has changed, or a
 * file beside its own.
 */
export function withWays(path: string, files: FileIdentities): FileIdentities {
  const places = [path, ...files.keys(), realPathOf(path)];
  const ways = places.flatMap((place) => [dirname(place), ...waysTo(place)]);
  return new Map([...identitiesOf([...places, ...ways]), ...files]);
}

/**
 * The identity of a path. A missing file has one too, because it may come back. Of a directory on the way (it ends with a
 * slash) only the permissions matter: they say who may change it.
 */
export function identityOfPath(path: string): string {
  try {
    if (!path.endsWith('/')) return fileIdentity(path);
    const { ino, mode, uid, gid } = statSync(path);
    return [ino, mode, uid, gid].join(':');
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

/** The directories on the way to a path, marked by a slash at the end. */
function waysTo(path: string): string[] {
  const way = `${dirname(path)}/`;
  return way === '//' || way === './' ? ['/'] : [way, ...waysTo(dirname(path))];
}

function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
