import { join } from 'node:path';

/** Where the demo keeps its files: in a /run of its own, which is memory and ends with the mount namespace. */
const root = '/run/ctdb-hook-demo';

/** CTDB's configuration directory, `CTDB_BASE`. */
export const base = join(root, 'etc');

/** The event directory. */
export const eventDirectory = join(base, 'events/legacy');

/** Where scripts keep state, `CTDB_SCRIPT_VARDIR`. */
export const scriptVarDir = join(root, 'var/scripts');

/** Programs that stand in for others; the first directory in PATH. */
export const standIns = join(root, 'bin');

/** What the stand-ins were called with, a line a call. */
export const calls = join(base, 'calls');
