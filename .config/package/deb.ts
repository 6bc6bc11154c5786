import { chmodSync, cpSync, mkdirSync, lstatSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Build, sealed } from './build-of.ts';
import { checksums } from './checksums.ts';
import { neededLibraries } from './needed-libraries.ts';
import { pathsBelow } from './paths-below.ts';
import { seal } from './seal.ts';

const scripts = join(import.meta.dirname, 'debian');

/**
 * Makes the Debian package. dpkg-deb packs links last. At an upgrade dpkg renames what it has unpacked in that order, and removes the old
 * version's folder after that, so that the link leads to a whole version at every moment.
 *
 * @returns its path
 */
export async function makeDeb(build: Build): Promise<string> {
  const { tree, folderName, directory, to, version, architecture } = build;
  const stage = join(directory, 'deb');
  const folder = join(stage, 'usr/lib', folderName);
  mkdirSync(join(stage, 'DEBIAN'), { recursive: true });
  cpSync(tree.program, folder, { recursive: true });
  sealed(build, folder);
  cpSync(tree.share, join(stage, 'usr/share'), { recursive: true });
  symlinkSync(folderName, join(stage, 'usr/lib/ctdb-hook'));
  mkdirSync(join(stage, 'usr/bin'));
  symlinkSync('../lib/ctdb-hook/bin/ctdb-hook', join(stage, 'usr/bin/ctdb-hook'));
  for (const name of readdirSync(scripts)) {
    cpSync(join(scripts, name), join(stage, 'DEBIAN', name));
    chmodSync(join(stage, 'DEBIAN', name), 0o755);
  }
  writeFileSync(join(stage, 'DEBIAN/md5sums'), checksums(stage, 'md5', 'usr'));
  writeFileSync(join(stage, 'DEBIAN/control'), await control(build, stage));
  seal(stage, build.seconds);
  const path = join(to, `ctdb-hook_${version}_${architecture.debian}.deb`);
  const packing = build.isQuick ? ['-Zzstd', '-z1'] : ['-Zxz', '-z9'];
  await execa('dpkg-deb', ['--root-owner-group', '--threads-max=1', ...packing, '--build', stage, path], {
    env: { SOURCE_DATE_EPOCH: `${build.seconds}`, LC_ALL: 'C' },
  });
  return path;
}

async function control({ tree, architecture, version }: Build, stage: string): Promise<string> {
  // As dpkg-gencontrol adds them up: each file in whole KiB, and one for everything else.
  const kib = pathsBelow(join(stage, 'usr')).reduce((sum, path) => {
    const stats = lstatSync(join(stage, 'usr', path));
    return sum + (stats.isFile() ? Math.ceil(stats.size / 1024) : 1);
  }, 0);
  return `Package: ctdb-hook
Version: ${version}
Architecture: ${architecture.debian}
Maintainer: the maintainers of ctdb-hook <root@localhost>
Installed-Size: ${kib}
Depends: ${await neededLibraries(tree.binaries, architecture)}
Suggests: ctdb
Section: net
Priority: optional
Description: event scripts of CTDB as TypeScript plugins
 Runs the events of a CTDB cluster node: TypeScript plugins and legacy
 shell scripts in one order, as a replacement of CTDB's event daemon or by
 links in its event directory.
 .
 Nothing of CTDB changes by this package: "ctdb-hook install" switches it on.
 Node.js is included.
`;
}
