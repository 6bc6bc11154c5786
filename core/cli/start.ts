/**
 * The program that bin/ctdb-hook starts: `node hook.js PATH_IT_WAS_CALLED_BY ARGUMENTS...`. It only makes V8 use its
 * cache for all that comes after.
 */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { cacheDirectory } from '../cache-directory.ts';

// Node exits with 0 when nothing is left to wait for, which ctdbd would read as success.
process.exitCode = 1;

const cache = cacheDirectory();
if (cache !== undefined) enableCompileCache(join(cache, 'v8'));

const { main } = await import('./main.ts');
const [, , calledAs = 'ctdb-hook', ...words] = process.argv;
// Whatever a plugin left behind, a timer or a socket, must not hold the event.
process.exit(await main(calledAs, words));
