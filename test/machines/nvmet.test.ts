import { beforeAll, expect, test } from 'vitest';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../core/package/package-root.ts';
import { EmulatedMachine } from './emulated-machine.ts';
import { imageMs, machineImage } from './machine-image.ts';
import { plugIn, setUpNode } from './node-machine.ts';
import { productDisk } from './product-disk.ts';

// The recipe 09.nvmet with the kernel's NVMe target and its own initiator, which the kernel of test/cookbook/real may not have.

const nqn = 'nqn.2026-01.example:disk';
const target = '/sys/kernel/config/nvmet';

let machine: EmulatedMachine | undefined;
const get = (): EmulatedMachine => {
  if (machine === undefined) throw new Error('The machine has not started');
  return machine;
};

beforeAll(async () => {
  machine = await EmulatedMachine.boot('x64', await machineImage('bookworm'), await productDisk('x64'));
  await plugIn(get());
  await setUpNode(get(), {
    publicAddresses: ['10.98.0.1/24 p0', 'fd98::1/64 p0'],
    scripts: ['10.interface'],
    plugins: ['10.interface'],
    options: `NVMET_SUBSYSTEMS=${nqn}\n`,
  });
  const plugin = await readFile(join(packageRoot, 'test/cookbook/09.nvmet.ts'), 'utf8');
  await get().write('/etc/ctdb/events/legacy/09.nvmet.ts', plugin, 0o755);
  await get().run(`modprobe -a configfs nvmet nvmet-tcp nvme-tcp loop
mountpoint -q /sys/kernel/config || mount -t configfs configfs /sys/kernel/config
truncate -s 8M /var/tmp/disk && losetup /dev/loop5 /var/tmp/disk
mkdir ${target}/subsystems/${nqn} && cd ${target}/subsystems/${nqn}
echo 1 >attr_allow_any_host
mkdir namespaces/1 && echo /dev/loop5 >namespaces/1/device_path && echo 1 >namespaces/1/enable`);
  return () => get()[Symbol.asyncDispose]();
}, imageMs);

const hook = (event: string): Promise<string> => get().run(`ctdb-hook run ${event} 2>&1`);

/** Connects the kernel's own initiator, which tries again by itself when it loses its target. */
const connect = (ip: string): Promise<string> =>
  get().run(
    `echo transport=tcp,traddr=${ip},trsvcid=4420,nqn=${nqn},reconnect_delay=1,ctrl_loss_tmo=60 >/dev/nvme-fabrics`,
  );

const controllers = 'cat /sys/class/nvme/*/address /sys/class/nvme/*/state';

test('a port is open while its address is there, and an initiator of the kernel finds the disk', async () => {
  await hook('startup');
  await hook('takeip p0 10.98.0.1 24');
  await hook('takeip p0 fd98::1 64');
  await hook('ipreallocated');
  await hook('monitor');
  expect(await get().run(`cat ${target}/ports/*/addr_traddr`)).toBe('10.98.0.1\nfd98::1');
  expect(await get().run('ss -Htln sport = 4420 | wc -l')).toBe('2');
  await connect('10.98.0.1');
  await get().waitUntil(
    'the disk is there',
    'cat /sys/block/nvme0n1/size',
    ({ stdout }) => stdout === '16384',
  );
  expect(await get().run(controllers)).toMatch(/traddr=10\.98\.0\.1,.*\nlive$/);
});

test('a port with an initiator closes when its address leaves, and serves it again when the address comes', async () => {
  await hook('releaseip p0 10.98.0.1 24');
  expect(await get().run(`cat ${target}/ports/*/addr_traddr`)).toBe('fd98::1');
  await get().waitUntil('the initiator has lost it', controllers, ({ stdout }) =>
    stdout.endsWith('connecting'),
  );
  await hook('ipreallocated');
  await hook('takeip p0 10.98.0.1 24');
  await hook('ipreallocated');
  await get().waitUntil('the initiator has it again', controllers, ({ stdout }) => stdout.endsWith('live'));
});

test('a subsystem that is no longer offered makes the node unhealthy, and ipreallocated offers it again', async () => {
  await get().run(`rm ${target}/ports/*/subsystems/*`);
  const { code, stdout } = await get().attempt('ctdb-hook run monitor 2>&1');
  expect([code, stdout]).toEqual([1, expect.stringContaining(`ERROR: 10.98.0.1 does not offer ${nqn}`)]);
  await hook('ipreallocated');
  await hook('monitor');
});

test('what a killed ctdbd has left is gone after init', async () => {
  await hook('init');
  expect(await get().run(`ls ${target}/ports`)).toBe('');
});
