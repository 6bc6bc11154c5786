import { basename, dirname } from 'node:path';
import { isVersionFolder, versionLink } from '../package/installed-root.ts';
import { packageRoot } from '../package/package-root.ts';

/** Whether a path is in this package, in the link between versions, or in a version beside this one. */
export function isBesideThis(path: string): boolean {
  if (path.startsWith(`${packageRoot}/`)) return true;
  if (versionLink === undefined) return false;
  const folder = `${dirname(versionLink)}/`;
  const [name = ''] = path.startsWith(folder) ? path.slice(folder.length).split('/') : [];
  return name === basename(versionLink) || isVersionFolder(name);
}
