import { expect, test } from 'vitest';
import { devices, pull } from './devices.ts';
import type { EmulatedMachine } from './emulated-machine.ts';
import { addressesOn, outputOf, raise, runStock } from './node-machine.ts';

/** The lines of public_addresses for a node that has all these devices. */
export const deviceAddresses = devices.map((device, index) => `10.98.${index + 1}.1/24 ${device}`);

/** What is wrong whatever cable is plugged in. */
const always = {
  bEmpty: 'No active slaves for bond device bEmpty',
  brEmpty: 'No link on the public network interface brEmpty',
  gone: 'Monitored interface gone does not exist',
};

/** What is wrong with a bond of mode active-backup, balance-tlb or under ARP monitoring that has no slave left. */
const noSlaves = (bond: string): string => `No active slaves for bond device ${bond}`;

/** What is wrong with other bonds that have none, or fewer than min_links. */
const isDown = (bond: string): string => `public network interface ${bond} is down`;

const noLink = (iface: string): string => `No link on the public network interface ${iface}`;

/** What monitor says of real devices, compared with the script of the release, and how addresses are put on them. */
export function testLinks(get: () => EmulatedMachine): void {
  test('with all cables plugged in, all devices are good but an empty bond, an empty bridge and one that is gone', async () => {
    await get().run('ip link del gone');
    await expectTheSame(get(), always);
  });

  test('with one cable of two a bond is good, even one that wants two and is down; its slave is bad in its own right', async () => {
    const machine = get();
    await pull(machine, ['ab0', 'lacp0', 'min0', 'team1', 'arp0']);
    await settle(machine, 'bAb', /Currently Active Slave: ab1/);
    await settle(machine, 'bArp', /Currently Active Slave: arp1/);
    await settle(machine, 'bMin', /^MII Status: down/m);
    await settle(machine, 'bLacp', /^MII Status: up[^]*^MII Status: down/m);
    await expectTheSame(machine, {
      ...always,
      ab0: noLink('ab0'),
    });
  });

  test('with no cable at all nothing is good, and what stands over a bond has the words of the bond', async () => {
    const machine = get();
    await pull(machine, 'all');
    for (const bond of ['bAb', 'bArp', 'bPort', 'bTlb'])
      await settle(machine, bond, /Currently Active Slave: None/);
    for (const bond of ['bLacp', 'bMin', 'bAlone', 'bRr', 'bXor'])
      await settle(machine, bond, /^MII Status: down/m);
    await expectTheSame(machine, {
      ...Object.fromEntries(devices.map((device) => [device, noLink(device)])),
      ...Object.fromEntries(['bAb', 'bArp', 'bPort', 'bTlb'].map((bond) => [bond, noSlaves(bond)])),
      ...Object.fromEntries(['bLacp', 'bMin', 'bAlone', 'bRr', 'bXor'].map((bond) => [bond, isDown(bond)])),
      ...Object.fromEntries(['vBond', 'bAb.8', 'mBond'].map((device) => [device, noSlaves('bAb')])),
      vLacp: isDown('bLacp'),
      vMin: isDown('bMin'),
      ...always,
    });
  });

  test('with a target that does not answer, ARP monitoring ends the bond though the cables are good', async () => {
    const machine = get();
    await pull(machine, []);
    await settle(machine, 'bArp', /Currently Active Slave: arp/);
    await machine.run('ip -n other addr del 10.97.0.1/24 dev arpSwitch');
    await settle(machine, 'bArp', /Currently Active Slave: None/);
    await settle(machine, 'bMin', /^MII Status: up/m);
    await settle(machine, 'bLacp', /^MII Status: up/m);
    await expectTheSame(machine, { ...always, bArp: noSlaves('bArp') });
    await machine.run('ip -n other addr add 10.97.0.1/24 dev arpSwitch');
  });

  test('monitor brings up again what somebody has set down, but not a bond, whose driver does not mind', async () => {
    const machine = get();
    const down = ['bRr', 'vCard', 'bridge', 'team', 'vTeam'];
    for (const monitor of Object.values(monitors)) {
      await machine.run(down.map((device) => `ip link set ${device} down`).join('; '));
      await monitor(machine);
      const up = await machine.run('ip -o link show up');
      expect(down.filter((device) => !new RegExp(`: ${device}[:@]`).test(up))).toEqual(['bRr']);
    }
    await machine.run('ip link set bRr up');
  });

  test('takeip and releaseip put an address on each device and take it off', async () => {
    const machine = get();
    for (const device of [
      'bAb',
      'bLacp',
      'vCard',
      'vBond',
      'bAb.8',
      'vTwice',
      'mBond',
      'bridge',
      'brBond',
      'team',
    ]) {
      const address = ['10.98.0.9', '24'];
      expect(await raise(machine, 'takeip', device, ...address), device).toMatchObject({ code: 0 });
      expect(await addressesOn(machine, device)).toContain('10.98.0.9/24');
      expect(await raise(machine, 'releaseip', device, ...address), device).toMatchObject({ code: 0 });
      expect(await addressesOn(machine, device)).not.toContain('10.98.0.9/24');
    }
  });
}

/** Waits until the bonding driver says so of a bond. */
async function settle(machine: EmulatedMachine, bond: string, says: RegExp): Promise<void> {
  await machine.waitUntil(`${bond} has settled`, `cat /proc/net/bonding/${bond}`, ({ stdout }) =>
    says.test(stdout),
  );
}

/** What monitor prints: by CTDB's script, by the event daemon through netlink, and by a process through commands. */
const monitors = {
  script: async (machine: EmulatedMachine) => (await runStock(machine, '10.interface', 'monitor')).stdout,
  netlink: async (machine: EmulatedMachine) => {
    await raise(machine, 'monitor');
    return outputOf(machine, 'monitor');
  },
  commands: async (machine: EmulatedMachine) => {
    await machine.run(
      'mkdir -p /run/commands && ln -sf /usr/local/bin/ctdb-hook /run/commands/10.interface.script',
    );
    const { stdout } = await machine.attempt(
      'CTDB_BASE=/etc/ctdb CTDB_HOOK_NETWORK=commands /run/commands/10.interface.script monitor',
    );
    return stdout;
  },
};

/** Expects that all three say so of these devices, tell ctdbd so, and find no fault with the others. */
async function expectTheSame(
  machine: EmulatedMachine,
  faults: Readonly<Record<string, string>>,
): Promise<void> {
  const expected = devices.flatMap((device) => {
    const fault = faults[device];
    return fault === undefined ? [] : [`ERROR: ${fault}`];
  });
  for (const [by, monitor] of Object.entries(monitors)) {
    const lines = (await monitor(machine)).split('\n');
    expect({ by, lines: lines.sort() }).toEqual({ by, lines: expected.sort() });
    const told = [...(await machine.run('ctdb -X ifaces')).matchAll(/^\|([^|]+)\|([01])\|/gm)];
    const bad = told.filter(([, , up]) => up === '0').map(([, device]) => device ?? '');
    expect({ by, bad: bad.sort() }).toEqual({ by, bad: Object.keys(faults).sort() });
  }
}
