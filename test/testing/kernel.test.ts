import { expect, test } from 'vitest';
import { World } from '../../core/testing/index.ts';

// What test/root/fake-and-real.test.ts has found out about a real kernel, by its smallest examples.

const shown = ({ kernel }: World): readonly string[] =>
  kernel.addresses.flatMap(({ ip, maskBits, iface }) =>
    iface === 'lo' ? [] : [`${ip}/${maskBits} ${iface}`],
  );

/** Puts `IP/BITS IFACE` on. */
function add({ kernel }: World, ...texts: readonly string[]): void {
  for (const text of texts) {
    const [, ip = '', bits = '', iface = ''] = /^(.*)\/(\d+) (.*)$/.exec(text) ?? [];
    kernel.add({ ip, maskBits: Number(bits), iface });
  }
}

test('addresses are listed by their interfaces, and not by when they came', () => {
  const world = new World();
  add(world, '10.0.0.1/24 eth1', '10.0.0.1/24 eth0');
  expect(shown(world)).toEqual(['10.0.0.1/24 eth0', '10.0.0.1/24 eth1']);
  expect(world.kernel.find('10.0.0.1').map(({ device }) => device)).toEqual(['eth0', 'eth1']);
});

test('the first address of another subnet comes before the secondary ones of an earlier one', () => {
  const world = new World();
  add(world, '10.0.0.100/24 eth0', '10.0.0.2/24 eth0', '10.0.0.2/16 eth0');
  expect(shown(world)).toEqual(['10.0.0.100/24 eth0', '10.0.0.2/16 eth0', '10.0.0.2/24 eth0']);
});

test('with the first address of a subnet the others go, unless the interface promotes them', () => {
  const world = new World();
  add(world, '10.0.0.1/24 eth0', '10.0.0.2/24 eth0', '10.9.0.1/24 eth0');
  world.kernel.remove('eth0', '10.0.0.1', 24);
  expect(shown(world)).toEqual(['10.9.0.1/24 eth0']);
  add(world, '10.0.0.1/24 eth0', '10.0.0.2/24 eth0');
  world.kernel.promoteSecondaries('eth0');
  world.kernel.remove('eth0', '10.0.0.1', 24);
  expect(shown(world)).toEqual(['10.9.0.1/24 eth0', '10.0.0.2/24 eth0']);
});

test('an address may be there with another mask, or on another interface, but not twice the same', () => {
  const world = new World();
  add(
    world,
    '10.0.0.1/24 eth0',
    '10.0.0.1/32 eth0',
    '10.0.0.1/24 eth1',
    'fd00::1/64 eth0',
    'fd00::1/64 eth1',
  );
  expect(() => {
    add(world, '10.0.0.1/24 eth0');
  }).toThrow('Error: ipv4: Address already assigned.');
  expect(() => {
    add(world, 'fd00::1/56 eth0');
  }).toThrow('RTNETLINK answers: File exists');
  expect(() => {
    add(world, '10.0.0.1/24 eth7');
  }).toThrow('Cannot find device "eth7"');
});
