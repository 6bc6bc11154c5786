import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import type { Release } from '../cluster/release.ts';
import type { EmulatedMachine } from './emulated-machine.ts';
import { addressesOn, processesOf, startNode, waitUntilOk, waitUntilServed } from './node-machine.ts';

/** The public addresses of the node, all on p0. */
export const publicAddresses = ['10.98.0.1/24', '10.98.0.2/24', 'fd98::1/64'];

/** How `ctdb.service` of a release gets on with our event daemon; it runs before and after. */
export function testService(get: () => EmulatedMachine, release: Release): void {
  const held = (): Promise<readonly string[]> => addressesOn(get(), 'p0');
  const served = (): Promise<void> => waitUntilServed(get(), 'p0', publicAddresses);

  test('the event daemon and its hosts are of ctdb.service, and are found by their own names', async () => {
    const machine = get();
    const names =
      'for pid in $(pgrep -x "ctdb-eventd|ctdb-hook-host"); do cat /proc/$pid/comm /proc/$pid/cgroup; done';
    const seen = (await machine.run(names)).split('\n');
    expect(seen).toContain('ctdb-eventd');
    expect(seen.filter((line) => line === 'ctdb-hook-host')).toHaveLength(2);
    expect(new Set(seen.filter((line) => line.startsWith('0::')))).toEqual(
      new Set(['0::/system.slice/ctdb.service']),
    );
  });

  test('the journal has what it says below ctdb.service, under its own name', async () => {
    const journal = await get().run('journalctl -b --no-pager -o cat --output-fields=MESSAGE -t ctdb-eventd');
    expect(journal).toMatch(/^plugins use the network: netlink$/m);
    const unit = await get().run('journalctl -b --no-pager -u ctdb -t ctdb-eventd -n 1 -o short');
    expect(unit).toContain('ctdb-eventd[');
  });

  test('stop leaves no process, no address, no block and the kernel as it was', async () => {
    const machine = get();
    await served();
    await machine.run('systemctl stop ctdb');
    expect(await held()).toEqual([]);
    expect(await processesOf(machine)).toBe('');
    expect(await machine.run('nft list table inet ctdb_hook 2>/dev/null | grep -c 10.98 || true')).toBe('0');
    expect(await machine.run('cat /sys/kernel/rcu_expedited')).toBe('0');
    expect(await machine.run('systemctl show -P Result ctdb')).toBe('success');
  });

  test('start and restart take the addresses again', async () => {
    const machine = get();
    await startNode(machine);
    await served();
    const before = await machine.run('pgrep -x ctdb-eventd');
    await machine.run('systemctl restart ctdb');
    await waitUntilOk(machine);
    await served();
    expect(await machine.run('pgrep -x ctdb-eventd')).not.toBe(before);
  });

  // ctdbd dies of SIGTERM at once, and no event is raised: findings/ctdbd-sigterm.sh.
  for (const [how, kill] of [
    ['systemctl kill', 'systemctl kill ctdb'],
    ['SIGKILL to ctdbd alone', 'systemctl kill --kill-whom=main --signal=KILL ctdb'],
  ] as const)
    test(`${how} ends all processes, after-stop takes the addresses off, and the next start takes them again`, async () => {
      const machine = get();
      await served();
      await machine.run(kill);
      await waitUntilDown(machine);
      expect(await processesOf(machine)).toBe('');
      expect(await held()).toEqual([]);
      await startNode(machine);
      await served();
    });

  test('after a reboot the node is OK by itself, with our event daemon', async () => {
    const machine = get();
    await machine.run('systemctl enable ctdb');
    await machine.reboot();
    await waitUntilOk(machine);
    await served();
    expect(await machine.run('pgrep -x ctdb-eventd')).toMatch(/^\d+$/);
  });

  test('after that boot before-start has made the directories that the unit of the release does not, and no other', async () => {
    const machine = get();
    const journal = await machine.run('journalctl -b --no-pager -o cat -u ctdb');
    const made = [...journal.matchAll(/^Make (\S+), in which ctdbd listens$/gm)].map(([, path]) => path);
    expect(made).toEqual(release.addedRunDirs);
    expect(await machine.run(`stat -c '%F %U:%G' ${release.ctdbdSocket}`)).toBe('socket root:root');
    expect(await machine.run(`stat -c '%a %U:%G' ${dirname(release.ctdbdSocket)}`)).toBe('755 root:root');
  });
}

async function waitUntilDown(machine: EmulatedMachine): Promise<void> {
  await machine.waitUntil(
    'ctdb.service has ended',
    'systemctl show -P ActiveState ctdb',
    ({ stdout }) => stdout === 'failed' || stdout === 'inactive',
  );
}
