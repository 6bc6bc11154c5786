import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { buildPackage, laterDeb } from '../support/package-files.ts';
import { makeDisk } from './machine-image.ts';

/** A disk for /usr/local of a machine, which is removed when disposed. */
export class PackageDisk implements Disposable {
  readonly #directory = mkdtempSync(join(tmpdir(), 'ctdb-hook-package-disk-'));
  readonly path = join(this.#directory, 'disk');

  /** One with Debian packages of this version and of the next one for amd64, in `packages/`. */
  static async withDebs(): Promise<PackageDisk> {
    const disk = new PackageDisk();
    const packages = join(disk.#tree, 'packages');
    await laterDeb(await buildPackage('deb', packages, 'amd64'), packages);
    await makeDisk(disk.#tree, disk.path, 64);
    return disk;
  }

  /** One on which the tarball for arm64 is unpacked. */
  static async withArm64(): Promise<PackageDisk> {
    const disk = new PackageDisk();
    const tarball = await buildPackage('tarball', join(disk.#directory, 'packed'), 'arm64');
    mkdirSync(disk.#tree);
    await execa('tar', ['-C', disk.#tree, '-xf', tarball]);
    await makeDisk(disk.#tree, disk.path, 64);
    return disk;
  }

  get #tree(): string {
    return join(this.#directory, 'tree');
  }

  [Symbol.dispose](): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
