import { lstatSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { checkTrust } from './entries/trust.ts';

/** Where compiled code is kept: never a temporary directory, where others could plant some. */
const systemCache = '/var/cache/ctdb-hook';

let known: { readonly path: string | undefined } | undefined;

/**
 * The cache directory, made at need (0700), or undefined if there is none that nobody else can write to. In CTDB's
 * test mode it is below CTDB_BASE, like everything.
 */
export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  known ??= { path: findCacheDirectory(environment) };
  return known.path;
}

function findCacheDirectory(environment: NodeJS.ProcessEnv): string | undefined {
  const inTest = environment['CTDB_TEST_MODE'] !== undefined && environment['CTDB_BASE'] !== undefined;
  const path = inTest ? `${environment['CTDB_BASE'] ?? ''}/var/cache/ctdb-hook` : systemCache;
  try {
    makeIfMissing(path);
    const found = lstatSync(path);
    if (!found.isDirectory() || found.uid !== process.geteuid?.() || (found.mode & 0o077) !== 0)
      return undefined;
    checkTrust(path);
    return path;
  } catch {
    return undefined; // Without a cache everything works, only slower.
  }
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
