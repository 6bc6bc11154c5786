import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { packageRoot } from './package-root.ts';

/** The name of a folder with one version of several: `ctdb-hook-0.1.0`. It begins with that of the link beside it. */
const versionFolder = /^ctdb-hook-\d[\w.+~-]*$/;

/** Whether this is the name of a folder with one version. */
export const isVersionFolder = (name: string): boolean => versionFolder.test(name);

/**
 * The link that leads to one of the versions which lie side by side, as from a package or a tarball; an upgrade renames it.
 * Undefined where this package lies alone, as npm puts it. The link need not be there, nor lead here.
 */
export const versionLink: string | undefined = isVersionFolder(basename(packageRoot))
  ? join(dirname(packageRoot), 'ctdb-hook')
  : undefined;

/** The path by which what is outside of this package calls it: the link, if it leads here; else the folder of the package. */
export const installedRoot: string =
  versionLink !== undefined && realOf(versionLink) === packageRoot ? versionLink : packageRoot;

function realOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined; // There is none.
  }
}
