import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../core/package/package-root.ts';
import { agent, agentPath, agentUnit } from './agent.ts';

/** Where images are kept from one run to the next. */
export const imageCache = '/var/cache/ctdb-hook-tests/machines';

/** How long it may take to make an image, in milliseconds: a Debian is installed, on a machine that may have more to do. */
export const imageMs = 1_800_000;

/** How old an image may be, in days: the mirror has newer kernels and packages then. */
const daysMax = 30;

/** What a machine starts from. */
export interface MachineImage {
  /** Debian's kernel, and the file system in memory that it begins with. */
  readonly kernel: string;
  readonly initrd: string;
  /** An ext4 file system with all of Debian; undefined where `initrd` has it all. */
  readonly disk?: string;
}

/** The releases of Debian that there is an image of, for x64. */
export type Suite = 'bookworm' | 'trixie' | 'sid';

const packages = [
  ...['initramfs-tools', 'systemd', 'systemd-sysv', 'udev', 'dbus', 'kmod', 'procps', 'psmisc'],
  ...['iproute2', 'iptables', 'nftables', 'ethtool', 'tcpdump', 'libteam-utils', 'sudo'],
  ...['ctdb', 'nfs-kernel-server', 'nfs-common', 'rpcbind'],
  // The last one, since it makes the initrd of what is there.
  'linux-image-amd64',
];

/** Services that are the tests' to start. */
const disabled = ['ctdb', 'nfs-server', 'nfs-client.target', 'rpcbind.service', 'rpcbind.socket'];

/** What would only take time. */
const masked = ['apt-daily.timer', 'apt-daily-upgrade.timer', 'dpkg-db-backup.timer', 'e2scrub_all.timer'];

/** Files of the machine's own, by path. */
const files: Readonly<Record<string, string>> = {
  [agentPath]: agent,
  '/etc/systemd/system/ctdb-hook-agent.service': agentUnit,
  // The release of ctdb-hook that is tried, as npm install --global has put it there.
  '/etc/fstab': '/dev/vdb /usr/local ext4 ro 0 0\n',
  '/etc/hostname': 'machine\n',
  '/etc/hosts': '127.0.0.1 localhost\n127.0.1.1 machine\n::1 localhost\n',
};

const initramfsModules = 'virtio_pci\nvirtio_blk\next4\n';

/** The image of a Debian for x64, made if there is none, or an old one, or one that was made otherwise. */
export async function machineImage(suite: Suite): Promise<MachineImage> {
  const recipe = createHash('sha256')
    .update(JSON.stringify([packages, disabled, masked, files, initramfsModules]))
    .digest('hex');
  return keptImage(suite, recipe, (directory) => makeImage(suite, directory));
}

/** An image that is kept by this name, made anew when the recipe is another one or its time is over. */
export async function keptImage(
  name: string,
  recipe: string,
  make: (directory: string) => Promise<void>,
): Promise<MachineImage> {
  const kept = join(imageCache, name);
  if (!(await isFresh(join(kept, 'recipe'), recipe))) {
    console.log(`Making the machine ${name} in ${kept}, which takes minutes`);
    // What a killed run has left goes with it.
    const draft = `${kept}.partial`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true });
    try {
      await make(draft);
      await writeFile(join(draft, 'recipe'), recipe);
      await rm(kept, { recursive: true, force: true });
      await rename(draft, kept);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }
  const disk = join(kept, 'disk');
  const image = { kernel: join(kept, 'kernel'), initrd: join(kept, 'initrd') };
  return existsSync(disk) ? { ...image, disk } : image;
}

async function isFresh(stamp: string, recipe: string): Promise<boolean> {
  try {
    const ageDays = (Date.now() - (await stat(stamp)).mtimeMs) / 86_400_000;
    return ageDays < daysMax && (await readFile(stamp, 'utf8')) === recipe;
  } catch {
    return false; // There is none.
  }
}

async function makeImage(suite: Suite, directory: string): Promise<void> {
  const tree = join(directory, 'tree');
  await makeTree(suite, tree, packages.slice(0, -1));
  // Only what is needed to get to the disk: an initrd for any machine takes half a minute longer to start.
  await place(tree, '/etc/initramfs-tools/conf.d/machine', 'MODULES=list\nCOMPRESS=gzip\n');
  await place(tree, '/etc/initramfs-tools/modules', initramfsModules);
  await inTree(tree, 'apt-get', 'install', '-q', '-y', '--no-install-recommends', ...packages.slice(-1));
  await furnish(tree);
  await inTree(tree, 'systemctl', 'disable', ...disabled);
  await inTree(tree, 'systemctl', 'mask', ...masked);
  await rm(join(tree, 'usr/sbin/policy-rc.d'), { force: true });
  await rm(join(tree, 'var/cache/apt'), { recursive: true, force: true });
  await cp(await onlyOne(join(tree, 'boot'), 'vmlinuz-'), join(directory, 'kernel'));
  await cp(await onlyOne(join(tree, 'boot'), 'initrd.img-'), join(directory, 'initrd'));
  await makeDisk(tree, join(directory, 'disk'), 2048);
  await rm(tree, { recursive: true, force: true });
}

/** Makes a tree of Debian, with these packages. */
export const makeTree = (suite: string, tree: string, packageNames: readonly string[]) =>
  execa(join(packageRoot, '.config/debian-root'), [suite, tree, ...packageNames], {
    stdout: 'inherit',
    stderr: 'inherit',
    stdin: 'ignore',
  });

/** Runs a command in a tree of Debian. */
export const inTree = (tree: string, ...command: readonly string[]) =>
  execa(join(packageRoot, '.config/in-debian-root'), [tree, 'DEBIAN_FRONTEND=noninteractive', ...command], {
    stdin: 'ignore',
  });

/** Puts the files of a test machine into a tree of Debian, and has its agent start. */
export async function furnish(tree: string): Promise<void> {
  for (const [path, text] of Object.entries(files)) await place(tree, path, text);
  await chmod(join(tree, agentPath), 0o755);
  const wants = join(tree, 'etc/systemd/system/multi-user.target.wants');
  await mkdir(wants, { recursive: true });
  await symlink('../ctdb-hook-agent.service', join(wants, 'ctdb-hook-agent.service'));
}

async function place(tree: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(tree, path)), { recursive: true });
  await writeFile(join(tree, path), text);
}

/** The file in a directory whose name begins so; it is a mistake of the recipe if it is not one. */
export async function onlyOne(directory: string, beginning: string): Promise<string> {
  const [name, ...others] = (await readdir(directory)).filter((file) => file.startsWith(beginning));
  if (name === undefined || others.length > 0)
    throw new Error(
      `${directory} has ${name === undefined ? 0 : others.length + 1} files ${beginning}*, expected 1`,
    );
  return join(directory, name);
}

/** Makes an ext4 file system of a directory, with owners and modes as they are, and this much room more. */
export async function makeDisk(tree: string, disk: string, spareMib: number): Promise<void> {
  const { stdout } = await execa('du', ['-sm', '--apparent-size', tree]);
  const usedMib = Number.parseInt(stdout, 10);
  // A tenth is the file system's own.
  await execa('mke2fs', ['-q', '-t', 'ext4', '-d', tree, disk, `${Math.ceil(usedMib * 1.1) + spareMib}M`]);
}
