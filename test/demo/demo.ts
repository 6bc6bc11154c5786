/**
 * What `npm start` shows: the life of one CTDB node, from init to shutdown, run by bin/ctdb-hook on a real network.
 *
 * Everything happens in throwaway namespaces, so nothing of this computer is touched and nothing is left behind.
 * Exit status: 0 if everything that was shown really happened, 1 if not, 128 + N when interrupted by signal N.
 */
import { findMissing } from './prerequisites.ts';
import { findEntrance, runInside } from './namespaces.ts';

const missing = findMissing();
if (missing.length > 0) endPlugin(missing);

const entrance = findEntrance();
if ('refusals' in entrance) endPlugin(entrance.refusals);

process.exitCode = await runInside(entrance, new URL('inside.ts', import.meta.url));

function endPlugin(reasons: readonly string[]): never {
  process.stderr.write(['The demo cannot start here:', ...reasons].join('\n  ') + '\n');
  process.exit(1);
}
