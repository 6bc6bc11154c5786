import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npm, packRelease } from '../support/release.ts';
import { imageCache, makeDisk } from './machine-image.ts';

/** The processors that there are machines of, in the words of Node and npm. */
export type Cpu = 'x64' | 'arm64';

/**
 * A disk with what `npm install --global` makes of this checkout's release: what is in /usr/local of every machine.
 *
 * It is kept until the release is another one.
 */
export async function productDisk(cpu: Cpu): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'ctdb-hook-product-'));
  try {
    const tarball = await packRelease(directory);
    const name = `product-${cpu}-`;
    const disk = join(
      imageCache,
      name +
        createHash('sha256')
          .update(await readFile(tarball))
          .digest('hex'),
    );
    if (existsSync(disk)) return disk;
    await mkdir(imageCache, { recursive: true });
    for (const old of await readdir(imageCache))
      if (old.startsWith(name)) await rm(join(imageCache, old), { force: true });
    const prefix = join(directory, 'local');
    const target = ['--prefix', prefix, '--cpu', cpu, '--os', 'linux'];
    await npm(directory, 'install', '--global', '--ignore-scripts', ...target, tarball);
    await makeDisk(prefix, `${disk}.partial`, 64);
    await rename(`${disk}.partial`, disk);
    return disk;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
