import { execa } from 'execa';
import { sharedDirectory, type Machine } from '../../cluster/machine.ts';
import { servedDirectory } from './served.ts';

const image = `${sharedDirectory}/disk`;
const imageBytes = 64 * 1024 * 1024;

/**
 * Makes the file system that all nodes serve, as they do one of a cluster. It is an ext4 whose disk is in memory: NFS-Ganesha
 * from 6.5 on exports no tmpfs. Without a journal, which the one disk of all would have them wait for.
 */
export async function makeSharedDisk(machine: Machine): Promise<void> {
  await machine.run('truncate', '-s', `${imageBytes}`, image);
  // From outside: the file systems of other releases need not have it.
  await execa('mkfs.ext4', ['-q', '-O', '^has_journal', machine.outside(image)]);
}

/** Has a machine see it; it is gone with the last machine. */
export async function mountSharedDisk(machine: Machine): Promise<void> {
  await machine.run('mkdir', '-p', servedDirectory);
  await machine.run('mount', '-n', '-o', 'loop', image, servedDirectory);
}
