import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { agent, agentPath, agentPort } from './agent.ts';
import { inTree, keptImage, makeTree, onlyOne, type MachineImage } from './machine-image.ts';

const suite = 'trixie';

/** `?essential` is apt's name for all packages that no Debian is without. */
const packages = ['?essential', 'kmod', 'procps', 'iproute2', 'nftables', 'ctdb', 'linux-image-arm64'];

/** What the machine does without: what people read. */
const leftOut = ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'boot'];

/** What is kept of the kernel's modules: these, what they need, and all of its network. */
const modules = 'virtio_pci virtio_blk virtio_console ext4 veth';

/** A Debian of another architecture below /arm of a tree, and apt that installs there. */
const apt = [
  'apt-get',
  ...[
    ...['APT::Architecture=arm64', 'APT::Architectures::=arm64'],
    ...['Dir::State::status=/arm/status', 'Dir::State::lists=/arm/lists'],
    ...['Dir::Cache::archives=/arm/archives', 'Dir::Cache::pkgcache=', 'Dir::Cache::srcpkgcache='],
  ].flatMap((setting) => ['-o', setting]),
];

/** What the kernel starts: no systemd, only what there has to be before the agent runs commands. */
const init = `#!/bin/sh
set -e
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin HOME=/root LC_ALL=C.UTF-8
modprobe -a ${modules}
until [ -e /dev/vda ] && [ -e /sys/class/virtio-ports/vport*/name ]; do sleep 0.1; done
mkdir -p /usr/local
mount -o ro /dev/vda /usr/local
mkdir /dev/virtio-ports
for port in /sys/class/virtio-ports/*; do ln -s "../\${port##*/}" "/dev/virtio-ports/$(cat "$port/name")"; done
hostname machine
ip link set lo up
${agentPath}
echo "The agent has ended"
exec sleep infinity
`;

/**
 * The image of a Debian for arm64, all of it in memory from the start.
 *
 * Its packages are unpacked and not configured, since that would have programs of its processor run here. ctdb and the
 * kernel do without what configuring does, which is not tried.
 */
export async function arm64Image(): Promise<MachineImage> {
  const parts = JSON.stringify([
    suite,
    packages,
    leftOut,
    init,
    agent,
    agentPort,
    unpack,
    keepModules,
    archive,
  ]);
  return keptImage('arm64', createHash('sha256').update(parts).digest('hex'), makeImage);
}

async function makeImage(directory: string): Promise<void> {
  const builder = join(directory, 'builder');
  await makeTree(suite, builder, ['cpio', 'kmod']);
  await mkdir(join(builder, 'arm/lists/partial'), { recursive: true });
  await mkdir(join(builder, 'arm/archives/partial'), { recursive: true });
  await writeFile(join(builder, 'arm/status'), '');
  await inTree(builder, ...apt, 'update');
  await inTree(builder, ...apt, 'install', '-y', '--no-install-recommends', '--download-only', ...packages);
  await inTree(builder, 'sh', '-ec', unpack);
  const tree = join(builder, 'arm/root');
  await cp(await onlyOne(join(tree, 'boot'), 'vmlinuz-'), join(directory, 'kernel'));
  await inTree(builder, 'sh', '-ec', keepModules);
  for (const path of leftOut) await rm(join(tree, path), { recursive: true });
  for (const [path, text] of [
    ['init', init],
    [agentPath, agent],
  ] as const) {
    await writeFile(join(tree, path), text);
    await chmod(join(tree, path), 0o755);
  }
  await inTree(builder, 'sh', '-ec', archive);
  await cp(join(builder, 'arm/initrd'), join(directory, 'initrd'));
  await rm(builder, { recursive: true, force: true });
}

// The links in place of /bin and the like come first.
const unpack = `
cd /arm/archives
mkdir /arm/root
for package in base-files_*.deb *.deb; do dpkg-deb -x "$package" /arm/root; done
cd /arm/root
for name in passwd group; do cp usr/share/base-passwd/$name.master etc/$name; done
echo '127.0.0.1 localhost' >etc/hosts
`;

const keepModules = `
cd /arm/root
release=$(ls usr/lib/modules)
depmod -b . "$release"
all=usr/lib/modules/$release/kernel
mkdir kept
cp -a --parents $all/net $all/lib $all/crypto kept
for module in ${modules}; do
  modprobe -d /arm/root -S "$release" --show-depends $module | sed -n "s,^insmod .*/kernel/,$all/,p" |
    xargs -r cp --parents -t kept
done
rm -r $all
mv kept/$all $all
rm -r kept
depmod -b . "$release"
`;

const archive = `
cd /arm/root
find . | cpio --quiet -o -H newc | gzip -1 >/arm/initrd
`;
