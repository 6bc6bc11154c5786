/**
 * The exit status that tells bin/ctdb-hook that no plugin has run, so that CTDB's own script runs in its place: EX_SOFTWARE of
 * sysexits(3).
 */
export const notRun = 70;
