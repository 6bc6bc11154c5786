import { lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkTrust } from './trust.ts';

/** Where compiled code is kept: never a temporary directory, where others could plant some. */
const systemCache = '/var/cache/ctdb-hook';

let known: { readonly path: string | undefined } | undefined;

/**
 * The cache directory, made at need (0700), or undefined if there is none that nobody else can write to. In CTDB's
 * test mode it is below CTDB_BASE, like everything.
 */
export function cacheDirectory(): string | undefined {
  known ??= { path: findCacheDirectory(process.env) };
  return known.path;
}

function findCacheDirectory(environment: NodeJS.ProcessEnv): string | undefined {
  const inTest = environment['CTDB_TEST_MODE'] !== undefined && environment['CTDB_BASE'] !== undefined;
  const path = inTest ? `${environment['CTDB_BASE'] ?? ''}/var/cache/ctdb-hook` : systemCache;
  try {
    makeIfMissing(path);
    return isOursAlone(path) ? path : undefined;
  } catch {
    return undefined; // Without a cache everything works, only slower.
  }
}

/**
 * Nobody but this user can have put anything there. What stands in it is looked at too, as the directory itself may have
 * been somebody else's until an administrator put that right.
 *
 * @throws Untrusted for the way to it.
 */
function isOursAlone(path: string): boolean {
  const found = lstatSync(path);
  if (!found.isDirectory() || (found.mode & 0o077) !== 0) return false;
  checkTrust(path);
  const all = [path, ...readdirSync(path).map((name) => join(path, name))];
  return all.every((each) => lstatSync(each).uid === process.geteuid?.());
}

/** Its parent is the administrator's to make. */
function makeIfMissing(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new Error(`No cache in ${dirname(path)}`, { cause: error });
  }
}
