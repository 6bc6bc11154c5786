import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { Namespace } from '../support/namespace.ts';
import { NetworkPair } from '../support/network-pair.ts';

const block = { iface: 'v0', ip: '10.0.0.1', packets: 'all' } as const;
const address = { iface: 'v0', ip: '10.0.0.1', maskBits: 24 };
const target = { iface: 'v0', ip: '10.0.0.1', useSsKill: 'no' } as const;
const ruleset = (pair: NetworkPair): string => pair.node.exec('nft', 'list', 'ruleset');

test('the table of our own is what nft would have made of these words', async () => {
  const pair = await NetworkPair.make();
  const network = await pair.drive('netlink');
  await network.call('block', block);
  await network.call('unblock', block);
  const ours = ruleset(pair);
  const other = await Namespace.make();
  const words = other.spawn(['nft', '-f', '-']);
  words.tell(`table inet ctdb_hook {
    set releasing4 { type ipv4_addr; flags timeout; }
    set releasing6 { type ipv6_addr; flags timeout; }
    chain releasing {
      type filter hook input priority -10;
      ip daddr @releasing4 tcp flags & (syn|ack) == syn drop
      ip6 daddr @releasing6 tcp flags & (syn|ack) == syn drop
    }
  }\n`);
  words.tell();
  expect(await words.exited).toBe(0);
  expect(ours).toBe(other.exec('nft', 'list', 'ruleset'));
});

test('a block ends by itself: it has a timeout, which a new block of the same address begins anew', async () => {
  const pair = await NetworkPair.make();
  const network = await pair.drive('netlink');
  await network.call('block', block);
  pair.node.exec('nft', 'delete', 'element', 'inet', 'ctdb_hook', 'releasing4', '{ 10.0.0.1 }');
  pair.node.exec('nft', 'add', 'element', 'inet', 'ctdb_hook', 'releasing4', '{ 10.0.0.1 timeout 30s }');
  await network.call('block', block);
  expect(ruleset(pair)).toMatch(/10\.0\.0\.1 timeout 1m expires (5\ds|1m)/);
  await network.call('block', { ...block, ip: 'fd00::1' });
  expect(ruleset(pair)).toMatch(/fd00::1 timeout 1m expires (5\ds|1m)/);
});

test('a table that a firewall flushed is made again', async () => {
  const pair = await NetworkPair.make();
  const network = await pair.drive('netlink');
  await network.call('block', block);
  pair.node.exec('nft', 'flush', 'ruleset');
  expect(await network.call('block', block)).toBe(true);
  expect(ruleset(pair)).toContain('10.0.0.1 timeout 1m');
  pair.node.exec('nft', 'flush', 'ruleset');
  await network.call('unblock', block);
  await network.call('unblockAll', []);
  expect(network.said).toBe('');
});

test('all blocks are lifted at once, and what others have in their tables stays', async () => {
  const pair = await NetworkPair.make();
  const network = await pair.drive('netlink');
  for (const ip of ['10.0.0.1', '10.0.0.2', 'fd00::1']) await network.call('block', { ...block, ip });
  pair.node.exec('nft', 'add', 'table', 'ip', 'foreign');
  await network.call('unblockAll', []);
  expect(ruleset(pair)).not.toContain('timeout 1m');
  expect(ruleset(pair)).toContain('table ip foreign');
});

test('where the kernel has no nftables a block fails and says why, and all else goes on', async () => {
  const pair = await NetworkPair.make();
  const network = await pair.drive('netlink', { KERNEL_WITHOUT: 'nftables' });
  expect(await network.call('block', block)).toBe(false);
  expect(network.said).toBe('netlink socket: Protocol not supported\n');
  await network.call('unblock', block);
  expect(network.said).toBe('');
  expect(await network.call('addAddress', address)).toBe(true);
});

test('a kernel that destroys no sockets has ctdb_killtcp reset the connections', async () => {
  const pair = await NetworkPair.make();
  const server = await pair.serve(2049);
  const network = await pair.drive('netlink', { KERNEL_WITHOUT: 'SOCK_DESTROY' });
  await network.call('addAddress', address);
  const client = await pair.connected('10.0.0.1', 2049);
  expect(await network.call('resetConnections', target)).toEqual([
    { kind: 'counted', killed: 1, total: 1, remaining: [] },
  ]);
  await client.says('client ECONNRESET');
  await server.says('server ECONNRESET');
  expect(await network.call('deleteAddress', { ...address, device: 'v0' })).toBe(true);
  expect(await network.call('resetStragglers', target)).toBeUndefined();
});

test('a kernel that destroys no sockets has ctdb_killtcp reset the server alone, where clients are not told', async () => {
  const pair = await NetworkPair.make();
  const server = await pair.serve(445);
  const network = await pair.drive('netlink', { KERNEL_WITHOUT: 'SOCK_DESTROY' });
  await network.call('addAddress', address);
  const client = await pair.connected('10.0.0.1', 445);
  expect(await network.call('resetConnections', target)).toEqual([
    { kind: 'counted', killed: 1, total: 1, remaining: [] },
  ]);
  await server.says('server ECONNRESET');
  expect(client.output).toBe('client connected\n');
});

test('a ctdb_killtcp that fails there is a failure, not a count', async () => {
  const pair = await NetworkPair.make();
  await pair.serve(2049);
  const network = await pair.drive('netlink', {
    KERNEL_WITHOUT: 'SOCK_DESTROY',
    CTDB_HELPER_BINDIR: '/nonexistent',
  });
  await network.call('addAddress', address);
  await pair.connected('10.0.0.1', 2049);
  expect(await network.call('resetConnections', target)).toEqual([{ kind: 'failed' }]);
  expect(network.said).toContain('/nonexistent/ctdb_killtcp');
});

test('without privilege the network is that of commands, which says why', async () => {
  const pair = await NetworkPair.make();
  const network = await pair.drive('netlink', {}, ['setpriv', '--bounding-set=-all', '--inh-caps=-all']);
  expect(await network.text('name')).toBe('commands');
  expect(await network.text('why')).toBe('the kernel refuses: RTNETLINK answers: Operation not permitted');
});

test('where koffi does not load the network is that of commands, which says why', async () => {
  const pair = await NetworkPair.make();
  const modules = join(packageRoot, 'node_modules');
  const hide = `for d in ${modules}/koffi ${modules}/@koromix; do mount -t tmpfs none "$d" || exit 9; done; exec "$@"`;
  const network = await pair.drive('netlink', {}, ['unshare', '--mount', 'sh', '-c', hide, 'sh']);
  expect(await network.text('name')).toBe('commands');
  expect(await network.text('why')).toMatch(/^koffi does not load: .*koffi/);
});

test('two thousand addresses on an interface are listed and found', async () => {
  const pair = await NetworkPair.make();
  const lines = Array.from({ length: 2000 }, (_, n) => `addr add 10.1.${n >> 8}.${n & 255}/16 dev w0\n`);
  const batch = pair.node.spawn(['ip', '-batch', '-']);
  batch.tell(lines.join(''));
  batch.tell();
  expect(await batch.exited).toBe(0);
  const network = await pair.drive('netlink');
  expect((await network.call('findAddresses', 'w0')).filter(({ ip }) => ip.startsWith('10.1.')).length).toBe(
    2000,
  );
  for (const ip of ['10.1.0.0', '10.1.3.77', '10.1.7.207'])
    expect(await network.call('findAddress', ip)).toEqual({ iface: 'w0', device: 'w0', ip, maskBits: 16 });
  expect(await network.call('findAddress', '10.1.7.208')).toBeUndefined();
});
