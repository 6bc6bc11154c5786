import { installedCtdb } from './installation.ts';
import type { Environment } from './paths.ts';
import { newestTried, parseRelease, type Release } from './release.ts';

/** Where another release is named than what is installed, or what cannot be found out. */
export const releaseVariable = 'CTDB_HOOK_RELEASE';

/**
 * The release of CTDB whose behaviour is wanted: the installed one, if the environment does not name another. One that
 * nobody can read counts as the newest that this was tried with.
 *
 * @throws Error for a variable that begins with no release.
 */
export function ctdbRelease(environment: Environment): Release {
  const named = environment[releaseVariable] || undefined;
  const release = parseRelease(named ?? installedCtdb().release);
  if (release === undefined && named !== undefined)
    throw new Error(`${releaseVariable} is ${JSON.stringify(named)}, expected a release such as 4.22`);
  return release ?? newestTried;
}
