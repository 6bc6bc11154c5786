import { Machine } from '../../cluster/machine.ts';
import { releaseUnderTest } from '../../cluster/releases.ts';

/** The servers of a node and the libraries of its clients, by the names of their packages. */
const serverPackages = ['ctdb', 'nfs-ganesha', 'samba'];
const clientPackages = ['libnfs13', 'libsmbclient'];

/** What the figures depend on: `ctdb 2:4.17.12+dfsg-0+deb12u4, ...`. */
export interface Versions {
  /** Debian's name of the release of the nodes. */
  readonly suite: string;
  readonly servers: string;
  readonly clients: string;
}

/** Asks the package management of the nodes' file system and of this computer, where clients run. */
export async function findVersions(): Promise<Versions> {
  const { suite, root } = releaseUnderTest;
  return {
    suite,
    servers: await versionsIn(root, serverPackages),
    clients: await versionsIn(undefined, clientPackages),
  };
}

async function versionsIn(root: string | undefined, packages: readonly string[]): Promise<string> {
  const machine = await Machine.start('versions', { root });
  try {
    const lines = await machine.run('dpkg-query', '-W', '-f', '${Package} ${Version}\\n', ...packages);
    return lines.trim().replaceAll('\n', ', ');
  } finally {
    await machine.powerOff();
  }
}
