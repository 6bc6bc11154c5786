import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileIdentity } from '../../files/file-identity.ts';

/** Files by path, each with what told it from any other when it was read; see `identityOf`. */
export type FileIdentities = ReadonlyMap<string, string>;

/** Whether one of these files is another than it was; of those that were `seen` just now it is known. */
export function isChanged(files: FileIdentities, seen?: FileIdentities): boolean {
  for (const [path, identity] of files)
    if ((seen?.get(path) ?? identityOfPath(path)) !== identity) return true;
  return false;
}

/** What tells each of these files from any other now. */
export const identitiesOf = (paths: readonly string[]): FileIdentities =>
  new Map(paths.map((path) => [path, identityOfPath(path)] as const));

/** What did not load may do so when something on the way to it has changed, or beside what it was read from. */
export function withWays(path: string, files: FileIdentities): FileIdentities {
  const places = [path, ...files.keys(), realPathOf(path)];
  const ways = places.flatMap((place) => [dirname(place), ...waysTo(place)]);
  return new Map([...identitiesOf([...places, ...ways]), ...files]);
}

/** What is not there has an identity too: it may come back. Of a way to something it matters who may change it. */
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
