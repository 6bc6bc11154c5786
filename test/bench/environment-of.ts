import { join } from 'node:path';
import { searchPath } from '../../core/try/search-path.ts';
import { stock } from './programs.ts';

/** The environment of a node in CTDB's test mode, whose files are all in this directory. */
export const environmentOf = (base: string): NodeJS.ProcessEnv => ({
  PATH: searchPath,
  CTDB: join(base, 'ctdb'),
  CTDB_TEST_MODE: 'yes',
  CTDB_BASE: base,
  CTDB_SCRIPT_VARDIR: join(base, 'var/scripts'),
  CTDB_HELPER_BINDIR: stock.helpers,
});
