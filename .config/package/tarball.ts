import { cpSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Build, sealed } from './build-of.ts';

/** Makes the tarball of a version: one folder that runs wherever it is unpacked, with its documents. @returns its path */
export async function makeTarball(build: Build): Promise<string> {
  const { tree, folderName, directory, to, version, architecture } = build;
  const stage = join(directory, 'tarball');
  const folder = join(stage, folderName);
  cpSync(tree.program, folder, { recursive: true });
  cpSync(tree.share, join(folder, 'share'), { recursive: true });
  sealed(build, folder);
  const path = join(to, `ctdb-hook-${version}-linux-${architecture.debian}.tar.xz`);
  const level = build.isQuick ? '-0' : '-9';
  await execa(
    'tar',
    [
      ...[
        '--sort=name',
        '--format=gnu',
        '--owner=0',
        '--group=0',
        '--numeric-owner',
        `--mtime=@${build.seconds}`,
      ],
      ...['-I', `xz -T1 ${level}`, '-C', stage, '-cf', `${path}.partial`, folderName],
    ],
    { env: { LC_ALL: 'C' } },
  );
  renameSync(`${path}.partial`, path);
  return path;
}
