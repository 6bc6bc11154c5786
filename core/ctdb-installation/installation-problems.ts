import { releaseProblem } from './ctdb-release.ts';
import { installedCtdb } from './installation.ts';
import type { Environment } from '../process/environment.ts';
import { isInTestMode } from './paths.ts';

/**
 * What people should know about the installed CTDB, in sentences: what it did not say, and what is assumed. In CTDB's test
 * mode everything is below CTDB_BASE, whatever is installed.
 */
export function installationProblems(environment: Environment): readonly string[] {
  const ofRelease = releaseProblem(environment);
  return [
    ...(isInTestMode(environment) ? [] : installedCtdb().problems),
    ...(ofRelease === undefined ? [] : [ofRelease]),
  ];
}
