import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rootsDirectory } from './releases.ts';

/** Where they are, named after the processes that have them. */
const disks = join(rootsDirectory, 'disks');

/**
 * A directory on the real computer's disk for one machine: what it serves by NFS cannot be in memory. It is removed when
 * disposed, or by the next of these, if the process that made it was killed.
 */
export class Disk implements Disposable {
  readonly path: string;

  constructor() {
    mkdirSync(disks, { recursive: true });
    for (const name of readdirSync(disks))
      if (!existsSync(`/proc/${name.replace(/-.*/, '')}`)) remove(join(disks, name));
    this.path = mkdtempSync(join(disks, `${process.pid}-`));
  }

  [Symbol.dispose](): void {
    remove(this.path);
  }
}

const remove = (path: string): void => {
  rmSync(path, { recursive: true, force: true });
};
