import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from './installed-places.ts';
import { newestTried, type Release } from './release.ts';
import { runDirectoryFiles } from './run-directory-files.ts';

/** Directories of CTDB's sockets and pid files: Debian's and Fedora's up to 4.24, older ones, Debian's from 4.25 on. */
const runDirs = ['/run/ctdb', '/var/run/ctdb', '/run/samba/ctdb'] as const;

/** From this release on the last of these comes first. */
const movedIn = [4, 25] as const;

/** From this release on CTDB_SOCKET counts in test mode only. The tried releases before 4.22 use it always. */
const socketStaysFrom = [4, 22] as const;

/**
 * The assumed installation of a CTDB that does not say where its files are: as Debian and Fedora install it. The run
 * directory is the one with ctdbd's pid file, or else the one that exists.
 */
export function assumedInstallation(release: Release = newestTried): Installation {
  const [first, second, last] = runDirs;
  const dirs = release.isFrom(...movedIn) ? ([last, first, second] as const) : runDirs;
  const [usual] = dirs;
  const runDir =
    dirs.find((path) => existsSync(join(path, 'ctdbd.pid'))) ??
    dirs.find((path) => existsSync(path)) ??
    usual;
  const sockets = runDirs.map((path) => join(path, 'ctdbd.socket'));
  return {
    helperDir: '/usr/libexec/ctdb',
    base: '/etc/ctdb',
    varDir: '/var/lib/ctdb',
    ...runDirectoryFiles(runDir),
    // Debian's socket has stayed in the first of these.
    ctdbdSocket: sockets.find((path) => existsSync(path)) ?? join(first, 'ctdbd.socket'),
    obeysCtdbSocket: !release.isFrom(...socketStaysFrom),
    release: release.text,
    problems: [],
  };
}
