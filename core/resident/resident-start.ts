/** The program of a resident host: `node resident.js DIRECTORY`. A hook process starts it when its event is over. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { cacheDirectory } from '../files/cache-directory.ts';
import { nameProcess } from '../process/name-process.ts';
import { hostName } from './is-resident-host.ts';

nameProcess(hostName);
const cache = cacheDirectory();
if (cache !== undefined) enableCompileCache(join(cache, 'v8'));

const [, , directory = ''] = process.argv;
const { residentMain } = await import('./resident-main.ts');
await residentMain(directory);
