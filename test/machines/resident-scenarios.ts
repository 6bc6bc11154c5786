import { expect, test } from 'vitest';
import type { EmulatedMachine } from './emulated-machine.ts';
import { addressesOn, processesOf, startNode, waitUntilOk, waitUntilServed } from './node-machine.ts';
import { publicAddresses } from './service-scenarios.ts';

/** How systemd takes the resident host of links, under CTDB's own event daemon; ctdb.service runs before and after. */
export function testResidentHost(get: () => EmulatedMachine): void {
  const host = (): Promise<string> =>
    get().waitUntil('the resident host of links runs', 'pgrep -x ctdb-hook-links', ({ code }) => code === 0);

  test('the resident host of links is of ctdb.service, and stop ends it with the rest, with all addresses taken off', async () => {
    const machine = get();
    expect(await machine.run(`cat /proc/${(await host()).trim()}/cgroup`)).toBe(
      '0::/system.slice/ctdb.service',
    );
    await machine.run('systemctl stop ctdb');
    expect(await addressesOn(machine, 'p0')).toEqual([]);
    expect(await machine.run('pgrep -x ctdb-hook-links || true')).toBe('');
    expect(await processesOf(machine)).toBe('');
    expect(await machine.run('systemctl show -P Result ctdb')).toBe('success');
    await startNode(machine);
    await waitUntilServed(machine, 'p0', publicAddresses);
  });

  test('ctdb-hook run by hand leaves the host to ctdb.service', async () => {
    const machine = get();
    const before = await host();
    expect(await machine.attempt('ctdb-hook run monitor')).toMatchObject({ code: 0 });
    expect(await host()).toBe(before);
    await waitUntilOk(machine);
  });
}
