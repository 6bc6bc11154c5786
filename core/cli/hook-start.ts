/**
 * The program that bin/ctdb-hook starts: `node hook.js PATH_IT_WAS_CALLED_BY ARGUMENTS...`. It has V8 use its cache for all
 * modules that are loaded after it.
 */
import { writeSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { cacheDirectory, leaveCacheAsItIs } from '../files/cache-directory.ts';
import { isLinkName } from '../links/is-link-name.ts';
import { notRun } from '../links/not-run.ts';

// Node exits with 0 when nothing is left to wait for. ctdbd would take that for success.
process.exitCode = 1;

const [, , calledAs = 'ctdb-hook', ...words] = process.argv;
if (words[0] === 'explain') leaveCacheAsItIs();
const cache = cacheDirectory();
if (cache !== undefined) enableCompileCache(join(cache, 'v8'));

let hookMain: typeof import('./hook-main.ts').hookMain;
try {
  ({ hookMain } = await program());
} catch (error) {
  writeSync(2, `ERROR: ctdb-hook: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(notRun);
}
try {
  // A timer or a socket that a plugin has left must not hold up the event.
  process.exit(await hookMain(calledAs, words));
} catch (error) {
  // Node itself would print the whole line of the bundle in which it happened.
  writeSync(
    2,
    `ERROR: ctdb-hook: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(1);
}

/** The file with what is to be done: to load one with everything takes half as long as to start Node. */
function program(): Promise<{ hookMain: (calledAs: string, words: readonly string[]) => Promise<number> }> {
  if (isLinkName(calledAs)) return import('./hook-main.ts');
  if (words.includes('--help')) return import('./commands-main.ts');
  switch (words[0]) {
    case 'run':
      return import('./hook-main.ts');
    case 'explain':
      return import('./explain-main.ts');
    case 'status':
      return import('./status-main.ts');
    default:
      return import('./commands-main.ts');
  }
}
