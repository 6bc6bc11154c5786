/**
 * The program of a plugin host: `node host.js COMPONENT`. The event daemon starts it, with its links at the descriptors of
 * `messages.ts`.
 */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { cacheDirectory } from '../files/cache-directory.ts';
import { nameProcess } from '../process/name-process.ts';

nameProcess('ctdb-hook-host');
const cache = cacheDirectory();
if (cache !== undefined) enableCompileCache(join(cache, 'v8'));

const [, , component = 'legacy'] = process.argv;
const { hostMain } = await import('./host-main.ts');
await hostMain(component);
