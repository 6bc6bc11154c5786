import { beforeAll, expect, test } from 'vitest';
import { packageVersion } from '../../core/package/package-version.ts';
import { arm64Image } from './arm64-image.ts';
import { EmulatedMachine } from './emulated-machine.ts';
import { imageMs } from './machine-image.ts';
import { expectOurs, setUpNode, waitUntilOk, waitUntilServed } from './node-machine.ts';
import { PackageDisk } from './package-disk.ts';

const folder = `/usr/local/ctdb-hook-${packageVersion()}`;
let machine: EmulatedMachine;

beforeAll(async () => {
  const disk = await PackageDisk.withArm64();
  machine = await EmulatedMachine.boot('arm64', await arm64Image(), disk.path);
  return async () => {
    await machine[Symbol.asyncDispose]();
    disk[Symbol.dispose]();
  };
}, imageMs);

test('the tarball for arm64 has all that its event daemon needs: Node, and the library for netlink', async () => {
  await machine.run(`
    set -e
    ln -s ${folder}/bin/ctdb-hook /usr/bin/ctdb-hook
    ip link add p0 type veth peer name p1
    ip link set p1 up
    ip link set p0 up
    mkdir -p /run/ctdb /var/log/ctdb`);
  await setUpNode(machine, {
    publicAddresses: ['10.98.0.1/24 p0'],
    scripts: ['00.ctdb', '10.interface'],
    plugins: [],
    logging: 'file:/run/log.ctdb',
  });
  await machine.run(`ln -s ${folder}/plugins/10.interface/plugin.ts /etc/ctdb/events/legacy/10.interface.ts`);
  await machine.run(`CTDB_EVENTD=${folder}/bin/ctdb-eventd ctdbd`);
  await waitUntilOk(machine);
  await waitUntilServed(machine, 'p0', ['10.98.0.1/24']);
  await expectOurs(machine);
  expect(await machine.run('uname -m')).toBe('aarch64');
  expect(await machine.run('cat /run/log.ctdb')).toContain('plugins use the network: netlink');
  expect(await machine.run('readlink /proc/$(pgrep -x ctdb-eventd)/exe')).toBe(`${folder}/node/bin/node`);
});
