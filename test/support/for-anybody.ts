import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../core/package/package-root.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/**
 * What goes before a command that somebody runs who is not root. Where this checkout is in a directory that only root may enter, as
 * below /root, the command has a mount namespace in which that directory has the checkout alone, and anybody may enter it.
 */
export function forAnybody(): readonly string[] {
  const closed = closedAbove(packageRoot);
  if (closed === undefined) return [];
  const aside = join(temporaryDirectory(), 'aside');
  mkdirSync(aside);
  return ['unshare', '--mount', 'sh', '-ec', moveAside, packageRoot, closed, aside];
}

const moveAside = `
mount --bind "$0" "$2"
mount -t tmpfs -o mode=0755 tmpfs "$1"
mkdir -p "$0"
mount --move "$2" "$0"
shift 2
exec "$@"
`;

/** The first directory above a path that others may not enter. */
function closedAbove(path: string): string | undefined {
  const above = dirname(path);
  const found = above === path ? undefined : closedAbove(above);
  if (found !== undefined || above === path) return found;
  return (statSync(above).mode & 0o001) === 0 ? above : undefined;
}
