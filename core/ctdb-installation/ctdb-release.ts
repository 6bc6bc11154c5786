import { installedCtdb } from './installation.ts';
import type { Environment } from '../process/environment.ts';
import { newestTried, parseRelease, type Release } from './release.ts';

/** The variable that names a release other than the installed one, or one that cannot be found out. */
export const releaseVariable = 'CTDB_HOOK_RELEASE';

/**
 * The release of CTDB whose behaviour is wanted: the installed one, unless the environment names another. A release that
 * cannot be read counts as the newest that was tried.
 */
export function ctdbRelease(environment: Environment): Release {
  const named = parseRelease(environment[releaseVariable] ?? '');
  return named ?? parseRelease(installedCtdb().release) ?? newestTried;
}

/** What is wrong with the variable. A wrong one counts as unset: an address is released all the same. */
export function releaseProblem(environment: Environment): string | undefined {
  const named = environment[releaseVariable];
  if (!named || parseRelease(named) !== undefined) return undefined;
  return `${releaseVariable} is ${JSON.stringify(named)}, expected a release such as 4.22: it is passed over`;
}
