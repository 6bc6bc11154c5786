import { beforeAll, describe, expect, test } from 'vitest';
import { releaseOf } from '../cluster/releases.ts';
import { EmulatedMachine } from './emulated-machine.ts';
import { makeDevices } from './devices.ts';
import { testKernel } from './kernel-scenarios.ts';
import { deviceAddresses, testLinks } from './link-scenarios.ts';
import { imageMs, machineImage, type Suite } from './machine-image.ts';
import { setUpNfs, testNfsd } from './nfsd-scenarios.ts';
import { plugIn, setUpNode, startNode, switchOn, waitUntilServed } from './node-machine.ts';
import { productDisk } from './product-disk.ts';
import { testResidentHost } from './resident-scenarios.ts';
import { publicAddresses, testService } from './service-scenarios.ts';
import { testSwitch } from './switch-scenarios.ts';

/** All that is tried on the machine of a release of Debian, whose kernel this has to be. */
export function testMachine(suite: Suite, kernel: RegExp): void {
  let machine: EmulatedMachine | undefined;
  const get = (): EmulatedMachine => {
    if (machine === undefined) throw new Error('The machine has not started');
    return machine;
  };

  beforeAll(async () => {
    machine = await EmulatedMachine.boot('x64', await machineImage(suite), await productDisk('x64'));
    return () => get()[Symbol.asyncDispose]();
  }, imageMs);

  test('has its kernel', () => {
    expect(get().kernel).toMatch(kernel);
  });

  const serve = async (): Promise<void> => {
    await plugIn(get());
    await setUpNode(get(), {
      publicAddresses: publicAddresses.map((address) => `${address} p0`),
      scripts: ['00.ctdb', '10.interface'],
      plugins: ['10.interface'],
    });
    await switchOn(get());
    await startNode(get());
  };

  describe('ctdb.service with our event daemon', () => {
    beforeAll(serve);

    testService(get, releaseOf(suite));
    testKernel(get, 'journalctl -b -o cat -t ctdb-eventd -n 20');
  });

  describe('bonds, VLANs, teams and bridges', () => {
    beforeAll(async () => {
      const machine = get();
      await machine.run('systemctl stop ctdb');
      await makeDevices(machine);
      await setUpNode(machine, {
        publicAddresses: deviceAddresses,
        scripts: ['00.ctdb', '10.interface'],
        plugins: ['10.interface'],
        // Which interface is good is asked here, not who gets which address.
        configuration: '[failover]\ndisabled = true\n',
      });
      await switchOn(machine);
      await machine.run('systemctl start ctdb');
      await machine.waitUntil('the node has started up', 'ctdb runstate RUNNING', ({ code }) => code === 0);
    });

    testLinks(get);
  });

  // The statd helper of later releases is another one.
  if (suite === 'bookworm')
    describe('the kernel’s NFS server', () => {
      beforeAll(async () => {
        const machine = get();
        await machine.run('systemctl stop ctdb');
        await plugIn(machine);
        await setUpNfs(machine);
        await setUpNode(machine, {
          publicAddresses: ['10.98.0.1/24 p0'],
          scripts: ['00.ctdb', '10.interface', '60.nfs'],
          plugins: ['10.interface', '60.nfs'],
        });
        await switchOn(machine);
        await startNode(machine);
        await waitUntilServed(machine, 'p0', ['10.98.0.1/24']);
      });

      testNfsd(get);
    });

  describe('switching of the event daemon under systemd', () => {
    beforeAll(async () => {
      await get().run('systemctl stop ctdb');
      await serve();
    });

    testSwitch(get);
  });

  describe('links under CTDB’s own event daemon', () => {
    beforeAll(async () => {
      const machine = get();
      await machine.run('systemctl stop ctdb');
      await plugIn(machine);
      await machine.run('ctdb-hook switch off');
      await setUpNode(machine, {
        publicAddresses: publicAddresses.map((address) => `${address} p0`),
        scripts: ['00.ctdb', '10.interface'],
        plugins: [],
      });
      await machine.run('ctdb-hook script link 10.interface');
      await startNode(machine);
      await waitUntilServed(machine, 'p0', publicAddresses);
    });

    testResidentHost(get);
  });
}
