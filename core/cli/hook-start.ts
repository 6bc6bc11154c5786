/**
 * The program that bin/ctdb-hook starts: `node hook.js PATH_IT_WAS_CALLED_BY ARGUMENTS...`. It only makes V8 use its
 * cache for all that comes after.
 */
import { writeSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { cacheDirectory } from '../files/cache-directory.ts';

// Node exits with 0 when nothing is left to wait for, which ctdbd would read as success.
process.exitCode = 1;

const cache = cacheDirectory();
if (cache !== undefined) enableCompileCache(join(cache, 'v8'));

/** Tells bin/ctdb-hook that no plugin has run: EX_SOFTWARE of sysexits(3). */
const notRun = 70;

let hookMain: typeof import('./hook-main.ts').hookMain;
try {
  ({ hookMain } = await import('./hook-main.ts'));
} catch (error) {
  writeSync(2, `ERROR: ctdb-hook: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(notRun);
}
const [, , calledAs = 'ctdb-hook', ...words] = process.argv;
try {
  // Whatever a plugin left behind, a timer or a socket, must not hold the event.
  process.exit(await hookMain(calledAs, words));
} catch (error) {
  // Node itself would show the line of the bundle in which it happened, all of it.
  writeSync(
    2,
    `ERROR: ctdb-hook: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(1);
}
