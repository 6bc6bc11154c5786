import { beforeAll, describe, expect, test } from 'vitest';
import { EmulatedMachine } from './emulated-machine.ts';
import { testKernel } from './kernel-scenarios.ts';
import { imageMs, machineImage, type Suite } from './machine-image.ts';
import { plugIn, setUpNode, startNode, switchOn } from './node-machine.ts';
import { productDisk } from './product-disk.ts';
import { publicAddresses, testService } from './service-scenarios.ts';

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

  describe('ctdb.service with our event daemon', () => {
    beforeAll(async () => {
      await plugIn(get());
      await setUpNode(get(), {
        publicAddresses: publicAddresses.map((address) => `${address} p0`),
        scripts: ['00.ctdb', '10.interface'],
        plugins: ['10.interface'],
      });
      await switchOn(get(), suite);
      await startNode(get());
    });

    testService(get);
    testKernel(get);
  });
}
