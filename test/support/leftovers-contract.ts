import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { NetworkName } from '../../core/network/network.ts';
import { ctdb } from './installed-ctdb.ts';
import type { Talker } from './namespace.ts';
import { NetworkPair } from './network-pair.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const address = { iface: 'v0', ip: '10.0.0.1', maskBits: 24 };
const hosted = { ...address, device: 'v0' };

/** What every implementation of the network does about what others have left, or it itself before. */
export function describeLeftovers(name: NetworkName): void {
  describe(`what was left, with the network of ${name}`, () => {
    const start = async () => {
      const pair = await NetworkPair.make();
      return { pair, network: await pair.drive(name) };
    };

    test('an address is deleted with all its copies: on other interfaces, with other masks and peers', async () => {
      const { pair, network } = await start();
      const { node } = pair;
      node.exec('ip', 'addr', 'add', '10.0.0.1/24', 'dev', 'v0');
      node.exec('ip', 'addr', 'add', '10.0.0.1/32', 'dev', 'v0');
      node.exec('ip', 'addr', 'add', '10.0.0.1', 'peer', '10.0.0.200/32', 'dev', 'v0');
      node.exec('ip', 'addr', 'add', '10.0.0.1/24', 'dev', 'w0');
      node.exec('ip', 'addr', 'add', '10.0.0.11/24', 'dev', 'w0');
      const found = await network.call('findAddress', '10.0.0.1', 'v0');
      expect(found?.device).toBe('v0');
      expect(await network.call('deleteAddress', found ?? hosted)).toBe(true);
      expect(pair.whereIs('10.0.0.1')).toBe('');
      expect(pair.whereIs('10.0.0.11')).toBe('w0 10.0.0.11/24');
      const bits = network.said.replaceAll(
        /WARNING: Public IP 10\.0\.0\.1 is on interface (..) too, with (..) bit netmask: removing it there\n/g,
        '$1 $2,',
      );
      expect(bits.split(',').sort()).toEqual([
        '',
        ...(found?.maskBits === 24 ? ['v0 32', 'v0 32'] : ['v0 24', 'v0 32']),
        'w0 24',
      ]);
    });

    test('an address that has a peer is found with it, and deleted', async () => {
      const { pair, network } = await start();
      pair.node.exec('ip', 'addr', 'add', '10.7.0.1', 'peer', '10.7.0.200/32', 'dev', 'v0');
      const found = { iface: 'v0', device: 'v0', ip: '10.7.0.1', maskBits: 32, peer: '10.7.0.200' };
      expect(await network.call('findAddress', '10.7.0.1', 'v0')).toEqual(found);
      expect(await network.call('deleteAddress', found)).toBe(true);
      expect(pair.whereIs('10.7.0.1')).toBe('');
      expect(network.said).toBe('');
    });

    test('where the kernel may not be told to promote secondary addresses they are put back, which is said', async () => {
      const pair = await NetworkPair.make();
      const proc = temporaryDirectory();
      for (const which of ['all', 'v0']) {
        const directory = join(proc, 'sys/net/ipv4/conf', which);
        mkdirSync(directory, { recursive: true });
        // It is 0, and nobody may write it.
        symlinkSync('/sys/class/net/lo/dev_port', join(directory, 'promote_secondaries'));
      }
      const network = await pair.drive(name, { PROCFS_PATH: proc });
      for (const which of ['all', 'v0'])
        pair.node.exec('sysctl', '-qw', `net.ipv4.conf.${which}.promote_secondaries=0`);
      pair.node.exec('ip', 'addr', 'flush', 'dev', 'v0');
      for (const last of [1, 2, 3]) await network.call('addAddress', { ...address, ip: `10.0.0.${last}` });
      expect(await network.call('deleteAddress', hosted)).toBe(true);
      expect(network.said).toBe(
        'WARNING: promote_secondaries of v0 is 0 and cannot be set: other addresses of a subnet may leave with one\n',
      );
      expect(pair.node.exec('ip', '-br', '-4', 'addr', 'show', 'dev', 'v0')).toMatch(
        /10\.0\.0\.2\/24 10\.0\.0\.3\/24/,
      );
    });

    test.each([
      ['a rule of iptables for all packets', 'iptables -I INPUT -i w0 -d 10.0.0.1 -j DROP'],
      ['one for new connections', 'iptables -I INPUT -i v0 -d 10.0.0.1 -p tcp --syn -j DROP'],
      [
        'the same rule twice',
        'iptables -I INPUT -i v0 -d 10.0.0.1 -j DROP; iptables -I INPUT -i v0 -d 10.0.0.1 -j DROP',
      ],
      ['a block of the netlink network', nftElement('releasing4', 'timeout 60s')],
      ['a block of the commands network', nftElement('blocked4', '')],
    ])(
      'unblock lifts %s that somebody else left, and so does unblockAll, without a word',
      async (_what, leave) => {
        const { pair, network } = await start();
        await network.call('addAddress', address);
        const others =
          'iptables -A INPUT -i v0 -d 10.0.0.11 -j DROP; iptables -A INPUT -d 10.0.0.1 -p udp -j DROP';
        pair.node.exec('sh', '-c', others);
        const rules = () =>
          pair.node.exec('sh', '-c', 'iptables -S INPUT; nft list ruleset | grep -c "elements = " || true');
        const before = rules();
        for (const lift of ['unblock', 'unblockAll'] as const) {
          pair.node.exec('sh', '-c', leave);
          expect(rules()).not.toBe(before);
          if (lift === 'unblock') await network.call('unblock', { ...address, packets: 'all' });
          else await network.call('unblockAll', ['10.0.0.1']);
          expect(network.said).toBe('');
          expect(rules()).toBe(before);
        }
      },
    );

    test('unblock lifts a rule of IPv6 that somebody else left', async () => {
      const { pair, network } = await start();
      pair.node.exec('ip6tables', '-I', 'INPUT', '-i', 'v0', '-d', 'fd00::1', '-j', 'DROP');
      await network.call('unblock', { iface: 'v0', ip: 'fd00::1', packets: 'all' });
      expect(pair.node.exec('ip6tables', '-S', 'INPUT')).toBe('-P INPUT ACCEPT\n');
    });

    test('a block is a block although somebody has flushed the table', async () => {
      const { pair, network } = await start();
      await pair.serve(2049);
      await network.call('addAddress', address);
      const block = { iface: 'v0', ip: '10.0.0.1', packets: 'new connections' } as const;
      for (const flush of ['nft flush table inet ctdb_hook', 'nft flush ruleset', 'iptables -F INPUT']) {
        expect(await network.call('block', block)).toBe(true);
        pair.node.exec('sh', '-c', `${flush} || true`);
        expect(await network.call('block', block)).toBe(true);
        await pair.connect('10.0.0.1', 2049).says('client not answered');
        await network.call('unblock', block);
        await pair.connected('10.0.0.1', 2049);
      }
    });

    test('a socket that is bound to a device, as those in a VRF are, is a connection like any other: told to ctdb, and reset', async () => {
      const { pair, network } = await start();
      await network.call('addAddress', address);
      pair.node.exec('ip', 'addr', 'add', 'fd00::1/64', 'dev', 'v0', 'nodad');
      const served = { '10.0.0.1': '10.0.0.1:7001', 'fd00::1': '[fd00::1]:7002' };
      const clients: Talker[] = [];
      for (const [ip, server] of Object.entries(served)) {
        const port = server.slice(-4);
        await pair.node.spawn(['python3', '-uc', boundServer, ip, port]).says('listening');
        clients.push(await pair.connected(ip, Number(port)));
        expect(await network.call('findConnections', ip)).toMatchObject([{ server }]);
      }
      expect(pair.node.exec('ss', '-tnH', 'state', 'established')).toContain('10.0.0.1%v0:7001');
      pair.set('public-ips', '10.0.0.1 0', 'fd00::1 0');
      expect(await pair.raise(['monitor'], { CTDB_HOOK_NETWORK: name })).toEqual({ status: 0, output: '' });
      expect(pair.read('state/addtickle')).toMatch(
        /^10\.0\.0\.200:\d+ 10\.0\.0\.1:7001\nfd00::200:\d+ fd00::1:7002\n$/,
      );
      for (const ip of Object.keys(served)) {
        const outcomes = await network.call('resetConnections', { iface: 'v0', ip, useSsKill: 'no' });
        expect(outcomes).toMatchObject([{ kind: 'counted', killed: 1, total: 1, remaining: [] }]);
      }
      for (const client of clients) await client.says('client ECONNRESET');
    });

    test.each(['public0', 'an-altname-longer-than-a-name'])(
      'an address on an interface that is given by the altname %s is blocked and unblocked like every other',
      async (altname) => {
        const { pair, network } = await start();
        await pair.serve(2049);
        pair.node.exec('ip', 'link', 'property', 'add', 'dev', 'v0', 'altname', altname);
        await network.call('addAddress', { ...address, iface: altname });
        expect(await network.call('findAddress', '10.0.0.1', altname)).toMatchObject({ device: 'v0' });
        const block = { iface: altname, ip: '10.0.0.1', packets: 'new connections' } as const;
        expect(await network.call('block', block)).toBe(true);
        await pair.connect('10.0.0.1', 2049).says('client not answered');
        await network.call('unblock', block);
        await pair.connected('10.0.0.1', 2049);
        expect(network.said).toBe('');
      },
    );

    test('a device without a cable has a link when it is up, whatever its kind; for CTDB’s script it has none', async () => {
      const { pair, network } = await start();
      const { node } = pair;
      // Kernels differ in what they have.
      const isThere = (kind: string) =>
        node.exec('sh', '-c', `ip link add try0 type ${kind} 2>&1 && ip link del try0 || true`) === '';
      const kinds = ['dummy', 'ifb', 'wireguard', 'vrf table 7'].filter(isThere);
      expect(kinds).not.toEqual([]);
      pair.set('ifaces', 'x0');
      for (const kind of kinds) {
        node.exec('sh', '-c', `ip link add x0 type ${kind}`);
        expect(await network.call('findCarrier', 'x0')).toBe(false);
        const environment = { CTDB_HOOK_NETWORK: name };
        expect([kind, await pair.raise(['monitor'], environment)]).toEqual([kind, { status: 0, output: '' }]);
        expect(await network.call('findCarrier', 'x0')).toBe(true);
        expect(node.exec('sh', '-c', stockMonitor)).toBe(
          'ERROR: No link on the public network interface x0\n',
        );
        node.exec('ip', 'link', 'del', 'x0');
      }
    });

    test('a tun that nobody reads has no link, the loopback interface has one', async () => {
      const { pair, network } = await start();
      pair.node.exec('ip', 'tuntap', 'add', 'mode', 'tun', 't0');
      for (const iface of ['t0', 'lo']) {
        pair.node.exec('ip', 'link', 'set', iface, 'down');
        expect([iface, await network.call('findCarrier', iface)]).toEqual([iface, false]);
        pair.node.exec('ip', 'link', 'set', iface, 'up');
        expect([iface, await network.call('findCarrier', iface)]).toEqual([iface, iface === 'lo']);
      }
    });
  });
}

/** What CTDB's own script asks of an interface, asked of x0. */
const stockMonitor = `CTDB_BASE=${ctdb.base}; . $CTDB_BASE/functions; interface_monitor x0 2>&1 || true`;

function nftElement(set: string, timeout: string): string {
  return `nft -f - <<'E'
add table inet ctdb_hook
add set inet ctdb_hook ${set} { type ipv4_addr; ${timeout === '' ? '' : 'flags timeout;'} }
add element inet ctdb_hook ${set} { 10.0.0.1 ${timeout} }
E`;
}

/** A server of one client whose socket is bound to v0. */
const boundServer = `
import socket, sys
ip, port = sys.argv[1], int(sys.argv[2])
server = socket.socket(socket.AF_INET6 if ':' in ip else socket.AF_INET)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b'v0')
server.bind((ip, port))
server.listen()
print('listening')
accepted, _ = server.accept()
print('accepted')
import time
time.sleep(300)
`;
