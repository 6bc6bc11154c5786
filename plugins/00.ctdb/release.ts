import type { CtdbContext } from './options.ts';

/** Whether the installed script checks the databases and attaches ctdb.tdb; from CTDB 4.22 at the latest 95.database checks. */
export const looksAfterDatabases = ({ replaced }: CtdbContext): boolean =>
  replaced.says('check_persistent_databases', [4, 20]);

/** Whether the installed script attaches ctdb.tdb, which no statd helper needs where it does not. */
export const attachesCtdbTdb = ({ replaced }: CtdbContext): boolean =>
  replaced.says('attach ctdb.tdb persistent', [4, 20]);

/** Whether the installed script sets the tunables, as that of CTDB 4.13 does; later ctdbd reads them itself. */
export const setsTunables = ({ replaced }: CtdbContext): boolean => replaced.says('ctdb.tunables', [4, 13]);
