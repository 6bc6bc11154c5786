import { expect, test } from 'vitest';
import type { EmulatedMachine } from './emulated-machine.ts';
import { addressesOn, expectOurs, waitUntilOk, waitUntilServed } from './node-machine.ts';
import { publicAddresses } from './service-scenarios.ts';

const eventd = '/usr/libexec/ctdb/ctdb-eventd';

/** What `dpkg --verify` and dpkg-divert have to say about CTDB's helper directory. */
const packageState = 'dpkg --verify ctdb | grep /usr/libexec || true; dpkg-divert --list "/usr/libexec/*"';

/** How switching is taken by systemd; ours is switched on before and after. */
export function testSwitch(get: () => EmulatedMachine): void {
  const served = async (): Promise<void> => {
    await waitUntilOk(get());
    await waitUntilServed(get(), 'p0', publicAddresses);
  };

  test('where somebody has put CTDB’s own back, before-start puts ours in its place again', async () => {
    const machine = get();
    await machine.run(`cp -a ${eventd}.stock ${eventd} && systemctl restart ctdb`);
    await served();
    await expectOurs(machine);
    const journal = await machine.run('journalctl -b --no-pager -o cat -u ctdb');
    expect(journal.split('\n').filter((line) => line.startsWith('Put a starter of '))).toEqual([
      `Put a starter of /usr/local/lib/node_modules/ctdb-hook/bin/ctdb-eventd at ${eventd}, where a copy of ${eventd}.stock is`,
    ]);
  });

  test('switch off --restart has systemd start CTDB’s own with no setting of ours, which stops with its addresses taken off', async () => {
    const machine = get();
    const kept = await machine.run(`stat -c '%i %a %U:%G %Y' ${eventd}.stock`);
    await machine.run('ctdb-hook switch off --restart');
    await served();
    // The plugin stands beside the script, and does not run under CTDB's own.
    expect(await machine.attempt('ctdb-hook list')).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/^Event daemon: CTDB’s own/) as string,
    });
    expect(await machine.run(`stat -c '%i %a %U:%G %Y' ${eventd}`)).toBe(kept);
    expect(await machine.run(`readlink /proc/$(pgrep -x ctdb-eventd)/exe`)).toBe(eventd);
    expect(await machine.run(packageState)).toBe('');
    expect(await machine.run('systemctl show -P DropInPaths ctdb')).toBe('');
    await machine.run('systemctl stop ctdb');
    expect(await addressesOn(machine, 'p0')).toEqual([]);
    expect(await machine.run('systemctl show -P Result ctdb')).toBe('success');
  });

  test('switch on --restart starts ctdb with ours', async () => {
    const machine = get();
    await machine.run('systemctl start ctdb');
    await served();
    await machine.run('ctdb-hook switch on --restart');
    await served();
    await expectOurs(machine);
  });
}
