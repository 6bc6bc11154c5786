/** The program that bin/ctdb-eventd starts. */
import { writeSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { cacheDirectory } from '../files/cache-directory.ts';
import { nameProcess } from '../process/name-process.ts';
import { Signals } from './signals.ts';

const signals = new Signals();
nameProcess('ctdb-eventd');

const cache = cacheDirectory();
if (cache !== undefined) enableCompileCache(join(cache, 'v8'));

const { eventdMain } = await import('./eventd-main.ts');
process.exit(await eventdMain(process.argv.slice(2), signals, (text) => writeSync(2, text)));
