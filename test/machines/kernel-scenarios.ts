import { expect, test } from 'vitest';
import type { EmulatedMachine } from './emulated-machine.ts';
import { addressesOn, expectOurs, raise } from './node-machine.ts';

const node = '/usr/local/lib/node_modules/ctdb-hook/node_modules/node-linux-*/bin/node';

/** Takes connections at all addresses, and says nothing. */
const server = `require('net').createServer((c) => c.on('error', () => {})).listen(7000, '::')`;

/** Connects, says so, and then what becomes of it. */
const client = (ip: string): string =>
  `const s = require('net').connect(7000, '${ip}', () => console.log('connected'));
   s.on('error', (e) => console.log(e.code)).on('close', () => process.exit())`;

/** Has a command go on by itself, and what it says in /run. */
const inBackground = (command: string, name: string): string =>
  `{ setsid ${command} >/run/${name} 2>&1 </dev/null & }`;

/** What addresses, sockets, nftables and RCU of a kernel do for the event daemon, by netlink; on p0. `log` prints what it logged last. */
export function testKernel(get: () => EmulatedMachine, log: string): void {
  for (const [ip, bits] of [
    ['10.98.0.7', '24'],
    ['fd98::7', '64'],
  ] as const) {
    test(`${ip} is taken, and released with its connection reset and nothing left of the block`, async () => {
      const machine = get();
      await expectOurs(machine);
      await machine.run(
        `ss -Htln sport = 7000 | grep -q . || ${inBackground(`${node} -e "${server}"`, 'server')}`,
      );
      await machine.waitUntil('the server listens', 'ss -Htln sport = 7000', ({ stdout }) => stdout !== '');
      expect(await raise(machine, 'takeip', 'p0', ip, bits)).toMatchObject({ code: 0 });
      expect(await addressesOn(machine, 'p0')).toContain(`${ip}/${bits}`);
      expect(await machine.run(`ip addr show to ${ip} tentative`)).toBe('');
      await machine.run(inBackground(`ip netns exec outside ${node} -e "${client(ip)}"`, 'client'));
      await machine.waitUntil(
        'the client is connected',
        'cat /run/client',
        ({ stdout }) => stdout === 'connected',
      );
      expect(await raise(machine, 'releaseip', 'p0', ip, bits)).toMatchObject({ code: 0 });
      expect(await addressesOn(machine, 'p0')).not.toContain(`${ip}/${bits}`);
      await machine.waitUntil(
        'the client was told',
        'cat /run/client',
        ({ stdout }) => stdout !== 'connected',
      );
      expect(await machine.run('cat /run/client')).toBe('connected\nECONNRESET');
      expect(await machine.run(log)).toContain(
        `10.interface: Killed 1/1 TCP connections to released IP ${ip}`,
      );
      expect(await machine.run('nft list table inet ctdb_hook')).not.toContain(ip);
    });
  }

  test('an IPv6 address that somebody else has is not taken', async () => {
    const machine = get();
    await expectOurs(machine);
    await machine.run('ip -n outside addr add fd98::8/64 dev p0 nodad');
    expect((await raise(machine, 'takeip', 'p0', 'fd98::8', '64')).code).not.toBe(0);
    expect(await addressesOn(machine, 'p0')).not.toContain('fd98::8/64');
    await machine.run('ip -n outside addr del fd98::8/64 dev p0');
  });

  test('grace periods are expedited while addresses come, and then as before', async () => {
    const machine = get();
    await expectOurs(machine);
    const expedited = 'cat /sys/kernel/rcu_expedited';
    await machine.waitUntil('grace periods are as ever', expedited, ({ stdout }) => stdout === '0');
    await raise(machine, 'takeip', 'p0', '10.98.0.7', '24');
    expect(await machine.run(expedited)).toBe('1');
    await raise(machine, 'releaseip', 'p0', '10.98.0.7', '24');
    await machine.waitUntil('grace periods are as before', expedited, ({ stdout }) => stdout === '0');
  });
}
