import { lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkTrust } from './trust.ts';

/** The directory of compiled code. It is never a temporary directory, where others could place code. */
const systemCache = '/var/cache/ctdb-hook';

let isLeftAsItIs = false;

/** From now on this process reads the cache, and writes nothing to it, but for what V8 keeps of this program itself. */
export function leaveCacheAsItIs(): void {
  isLeftAsItIs = true;
}

/** Whether this process may write to the cache. */
export const mayWriteCache = (): boolean => !isLeftAsItIs;

let known: { readonly path: string | undefined } | undefined;

/**
 * The cache directory (0700). It is made when it is needed. Undefined if there is none to which nobody else can write. In
 * CTDB's test mode it is below CTDB_BASE, like everything.
 */
export function cacheDirectory(): string | undefined {
  known ??= { path: findCacheDirectory(process.env) };
  return known.path;
}

/** Where the cache directory is, whether or not it is there or can be used. */
export function cachePath(environment: NodeJS.ProcessEnv): string {
  const inTest = environment['CTDB_TEST_MODE'] !== undefined && environment['CTDB_BASE'] !== undefined;
  return inTest ? `${environment['CTDB_BASE'] ?? ''}/var/cache/ctdb-hook` : systemCache;
}

function findCacheDirectory(environment: NodeJS.ProcessEnv): string | undefined {
  const path = cachePath(environment);
  try {
    if (mayWriteCache()) makeIfMissing(path);
    return isOursAlone(path) ? path : undefined;
  } catch {
    return undefined; // Everything works without a cache, only slower.
  }
}

/**
 * Whether only this user can have put anything there. Its content is checked too: the directory may have belonged to
 * somebody else until an administrator corrected that.
 *
 * @throws Untrusted if somebody else may change the way to it.
 */
function isOursAlone(path: string): boolean {
  const found = lstatSync(path);
  if (!found.isDirectory() || (found.mode & 0o077) !== 0) return false;
  checkTrust(path);
  const all = [path, ...readdirSync(path).map((name) => join(path, name))];
  return all.every((each) => lstatSync(each).uid === process.geteuid?.());
}

/** Makes the directory. Its parent is not made: that is up to the administrator. */
function makeIfMissing(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new Error(`No cache in ${dirname(path)}`, { cause: error });
  }
}
