import { describe, expect, test } from 'vitest';
import { nfsNode } from '../support/nfs-node.ts';
import { ServiceNode } from '../support/service-node.ts';
import { StubNode } from '../support/stub-node.ts';
import { interfaceNode } from './10.interface.node.ts';

/** What is compared with the scripts themselves in test/root/plugins/like-stock.test.ts; here, by the number of a release. */
const fine = { status: 0, output: '' };

/** A node with stubs where this release is named. */
function named<Node extends StubNode>(node: Node, release: string): Node {
  node.environment['CTDB_HOOK_RELEASE'] = release;
  return node;
}

describe('00.ctdb', () => {
  test.each([
    ['4.13.13-Debian', ['ctdb.tdb'], ['MonitorInterval=20']],
    ['4.17.12', ['ctdb.tdb'], []],
    ['4.22.11', [], []],
    ['4.25.1', [], []],
    ['4.31.0', [], []],
  ])('of %s attaches ctdb.tdb and sets tunables as its script does', async (release, attached, tunables) => {
    const node = named(new StubNode(), release);
    node.write('etc/ctdb.tunables', 'MonitorInterval=20');
    await node.raise('00.ctdb', 'setup');
    await node.raise('00.ctdb', 'startup');
    expect(node.lines('attached')).toEqual(attached);
    expect(node.lines('tunables')).toEqual(tunables);
  });

  test('of 4.25 checks no database, which 95.database does', async () => {
    const node = named(new StubNode(), '4.25.1');
    expect(await node.raise('00.ctdb', 'init')).toEqual(fine);
    expect(node.calls()).toEqual([]);
  });

  test('a check that is ended with its event finds no damage, and moves nothing', async () => {
    const node = named(new StubNode(), '4.17.12');
    node.write('db/locking.tdb.0', 'whole');
    node.set('config/volatile database directory', node.path('db'));
    const raised = await node.raiseAborted('00.ctdb', 'init');
    expect(raised.status).toBe(1);
    expect(raised.output).not.toContain('corrupted');
    expect(node.list('db')).toEqual(['locking.tdb.0']);
  });

  test('without a program that checks databases it warns and goes on, where the script takes all for damaged', async () => {
    const node = named(new StubNode(), '4.17.12');
    node.environment['PATH'] = node.path('bin');
    const raised = await node.raise('00.ctdb', 'init');
    expect(raised).toEqual({
      status: 0,
      output: [
        'WARNING: Cannot check databases since neither',
        " 'tdbdump' nor 'tdbtool check' is available.",
        ' Consider installing tdbtool or at least tdbdump!',
        '',
      ].join('\n'),
    });
  });
});

describe('10.interface', () => {
  test.each([
    ['4.17.12', '1\n'],
    ['4.21.3', '1\n'],
    ['4.22.0', '0\n'],
    ['4.31.0', '0\n'],
  ])('of %s leaves arp_filter at %j', async (release, setting) => {
    const node = named(interfaceNode(), release);
    node.write('proc/sys/net/ipv4/conf/all/arp_filter', '0');
    expect(await node.raise('10.interface', 'init')).toEqual(fine);
    expect(node.read('proc/sys/net/ipv4/conf/all/arp_filter')).toBe(setting);
  });

  test.each([
    ['4.20.8', undefined],
    ['4.21.0', '10.0.0.1\n'],
  ])('of %s keeps the list of its addresses as %j', async (release, list) => {
    const node = named(interfaceNode(), release);
    await node.raise('10.interface', 'takeip', 'eth0', '10.0.0.1', '24');
    expect(node.read('var/scripts/my-public-ip-addresses')).toBe(list);
  });

  test.each([
    ['4.17.12', { status: 1, output: 'ERROR: Unable to determine interface for IP 10.0.0.1\n' }],
    ['4.24.7', { status: 1, output: 'ERROR: Unable to determine interface for IP 10.0.0.1\n' }],
    ['4.25.1', { status: 0, output: 'WARNING: Unable to determine interface for IP 10.0.0.1\n' }],
  ])('of %s ends a releaseip of an address that is nowhere as its script does', async (release, expected) => {
    const node = named(interfaceNode(), release);
    expect(await node.raise('10.interface', 'releaseip', 'eth0', '10.0.0.1', '24')).toEqual(expected);
  });

  test('of 4.24 releases an address that ctdbd knows to be on no interface, where the script fails', async () => {
    const node = named(interfaceNode(), '4.24.7');
    expect(await node.raise('10.interface', 'releaseip', '__none__', '10.0.0.1', '24')).toEqual({
      status: 0,
      output: 'WARNING: Unable to determine interface for IP 10.0.0.1\n',
    });
  });
});

describe('60.nfs', () => {
  test("is Debian's where Debian's script is installed", async () => {
    const node = nfsNode();
    node.plant(
      'base/share/events/legacy/60.nfs.script',
      'service_name="nfs-kernel-server"\nload_system_config "nfs-kernel-server"\n',
    );
    node.plant('state/shares', '/nowhere\n');
    expect(await node.raise('monitor')).toEqual({
      status: 1,
      output: 'ERROR: nfs-kernel-server directory "/nowhere" not available\n',
    });
    await node.raise('takeip', 'eth0', '10.0.0.1', '24');
    expect((await node.raise('ipreallocated')).output).toBe('Reconfiguring service "nfs-kernel-server"...\n');
    expect(node.exists('var/service/nfs-kernel-server')).toBe(true);
  });

  test('of another release is what an option file names', async () => {
    const node = nfsNode();
    node.options('CTDB_HOOK_RELEASE=4.17');
    node.plant('state/public-ips', '10.0.0.1 1\n');
    node.plant('state/connections', '10.0.0.1:2049 10.1.1.1:700\n10.0.0.1:445 10.1.1.2:50000\n');
    expect(await node.raise('monitor')).toEqual(fine);
    expect(node.read('state/addtickle')).toBe('10.1.1.1:700 10.0.0.1:2049\n');
  });
});

test('a release that cannot be read is passed over: an address is released all the same', async () => {
  const node = named(interfaceNode(), 'newest');
  expect(await node.raise('10.interface', 'init')).toEqual(fine);
});

test('50.samba of 4.17 takes CTDB_SAMBA_CHECK_PORTS as it stands', async () => {
  const node = new ServiceNode('50.samba');
  node.plant('state/settings', '[global]\n\tsmb ports = 445 139\n');
  node.options('CTDB_HOOK_RELEASE=4.17', 'CTDB_SAMBA_CHECK_PORTS="1445 445"');
  node.plant('state/listening', '445\n');
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output: 'samba not listening on TCP port 1445\n',
  });
});
