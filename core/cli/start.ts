/** The program that bin/ctdb-hook starts: `node hook.js PATH_IT_WAS_CALLED_BY ARGUMENTS...`. */
import { enableCompileCache } from 'node:module';
import { basename, join } from 'node:path';
import { cacheDirectory } from '../cache-directory.ts';

// Node exits with 0 when nothing is left to wait for, which ctdbd would read as success.
process.exitCode = 1;

const cache = cacheDirectory();
if (cache !== undefined) enableCompileCache(join(cache, 'v8'));

// Whatever a plugin left behind, a timer or a socket, must not hold the event.
process.exit(await run());

/** Each way in loads only what it needs: a process per event starts often. */
async function run(): Promise<number> {
  const [, , calledAs = 'ctdb-hook', ...words] = process.argv;
  if (/^\d\d\.|\.script$/.test(basename(calledAs))) {
    const { runAsLink } = await import('./run-as-link.ts');
    return runAsLink(calledAs, words);
  }
  const { runCommandLine } = await import('./command-line.ts');
  return runCommandLine(words);
}
