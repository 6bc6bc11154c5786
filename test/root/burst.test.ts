import { expect, test } from 'vitest';
import type { DrivenNetwork } from '../support/driven-network.ts';
import type { Namespace, Talker } from '../support/namespace.ts';
import { NetworkPair } from '../support/network-pair.ts';

const ips = ['10.0.0.1', '10.0.0.2', '10.0.0.3', 'fd00::1'];
const maskBits = (ip: string): number => (ip.includes(':') ? 64 : 24);
const hosted = (ip: string) => ({ iface: 'v0', device: 'v0', ip, maskBits: maskBits(ip) });
const block = (ip: string) => ({ iface: 'v0', ip, packets: 'new connections' }) as const;
const target = (ip: string) => ({ iface: 'v0', ip, useSsKill: 'no' }) as const;

/** A node with a server, and with these addresses, that is told of a burst. */
async function node(
  there: readonly string[],
  event: 'takeip' | 'releaseip',
): Promise<{ readonly pair: NetworkPair; readonly network: DrivenNetwork }> {
  const pair = await NetworkPair.make();
  for (const ip of there)
    pair.node.exec(
      'ip',
      'addr',
      'add',
      `${ip}/${maskBits(ip)}`,
      'dev',
      'v0',
      ...(ip.includes(':') ? ['nodad'] : []),
    );
  await pair.serve(2049);
  return { pair, network: await pair.drive('netlink', { BURST: [event, ...ips].join(' ') }) };
}

/** Releases an address as 10.interface does, and answers what was told of its connections. */
async function release(network: DrivenNetwork, ip: string): Promise<readonly unknown[]> {
  const found = await network.call('findAddress', ip, 'v0');
  if (found === undefined) return ['not found'];
  expect(found).toEqual(hosted(ip));
  expect(await network.call('block', block(ip))).toBe(true);
  const outcomes = await network.call('resetConnections', target(ip));
  expect(await network.call('deleteAddress', found)).toBe(true);
  const late = await network.call('resetStragglers', target(ip));
  await network.call('unblock', block(ip));
  return late === undefined ? outcomes : [...outcomes, late];
}

const blockedOn = (pair: NetworkPair): string =>
  pair.node
    .exec('nft', 'list', 'table', 'inet', 'ctdb_hook')
    .match(/elements = \{[^}]*\}/g)
    ?.join() ?? '';

const socketsOf = (pair: NetworkPair, ip: string): string =>
  pair.node.exec(
    'ss',
    '-tanH',
    'state',
    'connected',
    'exclude',
    'time-wait',
    'src',
    ip.includes(':') ? `[${ip}]` : ip,
  );

test('addresses released in a burst lose all their connections, each its own, and none stays blocked', async () => {
  const { pair, network } = await node(ips, 'releaseip');
  const clients = await Promise.all(
    ['10.0.0.2', '10.0.0.2', 'fd00::1'].map((ip) => pair.connected(ip, 2049)),
  );
  const counted = (total: number) => [{ kind: 'counted', killed: total, total, remaining: [] }];
  expect(await release(network, '10.0.0.1')).toEqual([]);
  expect(blockedOn(pair)).toMatch(/10\.0\.0\.2.*10\.0\.0\.3.*fd00::1/s);
  expect(await release(network, '10.0.0.2')).toEqual(counted(2));
  expect(await release(network, '10.0.0.3')).toEqual([]);
  expect(await release(network, 'fd00::1')).toEqual(counted(1));
  for (const client of clients) await client.says('client ECONNRESET');
  for (const ip of ips) expect([pair.whereIs(ip), socketsOf(pair, ip)]).toEqual(['', '']);
  expect(blockedOn(pair)).toBe('');
});

test('an address that is not there is not blocked, and one that was released before is not there', async () => {
  const { pair, network } = await node(['10.0.0.1', '10.0.0.3'], 'releaseip');
  expect(await release(network, '10.0.0.1')).toEqual([]);
  expect(blockedOn(pair)).not.toContain('10.0.0.2');
  expect(await release(network, '10.0.0.2')).toEqual(['not found']);
  expect(await release(network, '10.0.0.1')).toEqual(['not found']);
  expect(await release(network, '10.0.0.3')).toEqual([]);
  expect(blockedOn(pair)).toBe('');
});

test('no connection begins to an address that is released next; what is found once does not hold for long', async () => {
  const { pair, network } = await node(ips, 'releaseip');
  expect(await release(network, '10.0.0.1')).toEqual([]);
  await pair.connect('10.0.0.2', 2049).says('client not answered'); // That takes two seconds.
  await network.call('unblock', block('10.0.0.3'));
  const client = await pair.connected('10.0.0.3', 2049);
  expect(await release(network, '10.0.0.3')).toEqual([
    { kind: 'counted', killed: 1, total: 1, remaining: [] },
  ]);
  await client.says('client ECONNRESET');
  expect(await release(network, '10.0.0.2')).toEqual([]);
  expect(await release(network, 'fd00::1')).toEqual([]);
  expect(blockedOn(pair)).toBe('');
});

/** A process that connects when it is told to, says what becomes of that, and writes when it is told again. */
async function connecting(
  from: Namespace,
  options: { readonly host: string; readonly port: number; readonly localAddress?: string },
): Promise<Talker> {
  const program = `process.stdin.once('data', () => {
      const socket = require('net').connect(${JSON.stringify(options)});
      process.stdin.on('data', () => socket.write('more'));
      socket.on('connect', () => console.log('connected'));
      socket.on('error', ({ code }) => console.log('gone ' + code));
    });
    console.log('prepared');`;
  const process = from.spawn([globalThis.process.execPath, '-e', program]);
  await process.says('prepared');
  return process;
}

/** A process of the node that connects to one of the client's from an address. */
async function connectingFrom(pair: NetworkPair, localAddress: string): Promise<Talker> {
  const server = `require('net').createServer().listen(7001, '10.0.0.200', () => console.log('listening'))`;
  await pair.client.spawn([process.execPath, '-e', server]).says('listening');
  return connecting(pair.node, { host: '10.0.0.200', port: 7001, localAddress });
}

test('what connects from an address meanwhile is reset with it', async () => {
  const { pair, network } = await node(ips, 'releaseip');
  const process = await connectingFrom(pair, '10.0.0.2');
  expect(await release(network, '10.0.0.1')).toEqual([]);
  process.tell('now');
  await process.says('connected');
  expect(await release(network, '10.0.0.2')).toEqual([
    { kind: 'counted', killed: 1, total: 1, remaining: [] },
  ]);
  await process.says('gone ECONNABORTED');
});

test('what connects from an address in the moment before it leaves does not outlive the burst', async () => {
  const { pair, network } = await node(ips, 'releaseip');
  const process = await connectingFrom(pair, '10.0.0.2');
  const found = await network.call('findAddress', '10.0.0.2', 'v0');
  await network.call('block', block('10.0.0.2'));
  expect(await network.call('resetConnections', target('10.0.0.2'))).toEqual([]);
  process.tell('now');
  await process.says('connected');
  await network.call('deleteAddress', found ?? hosted('10.0.0.2'));
  expect(await network.call('resetStragglers', target('10.0.0.2'))).toBeUndefined();
  await network.call('unblock', block('10.0.0.2'));
  expect(socketsOf(pair, '10.0.0.2')).not.toBe('');
  await network.endBurst();
  expect(socketsOf(pair, '10.0.0.2')).toBe('');
  await process.says('gone ECONNABORTED');
});

test('a client whose SYN was answered with a cookie is reset with its address', async () => {
  const { pair, network } = await node(ips, 'releaseip');
  pair.node.exec('sysctl', '-qw', 'net.ipv4.tcp_syncookies=2');
  pair.client.exec(
    'nft',
    'table ip lossy { chain out { type filter hook output priority 0; tcp flags & syn == 0 drop; }; }',
  );
  const client = await connecting(pair.client, { host: '10.0.0.2', port: 2049 });
  client.tell('connect');
  await client.says('connected'); // Its ACK is lost: the node knows nothing of it.
  expect(await release(network, '10.0.0.1')).toEqual([]);
  pair.client.exec('nft', 'delete', 'table', 'ip', 'lossy');
  client.tell('write');
  await expect.poll(() => socketsOf(pair, '10.0.0.2')).not.toBe('');
  await release(network, '10.0.0.2');
  await client.says('gone ECONNRESET');
  expect(socketsOf(pair, '10.0.0.2')).toBe('');
});

test('addresses that were to be released and are not are served on', async () => {
  const { pair, network } = await node(ips, 'releaseip');
  expect(await release(network, '10.0.0.1')).toEqual([]);
  expect(blockedOn(pair)).toMatch(/10\.0\.0\.2 timeout 5s/);
  await network.endBurst();
  expect(blockedOn(pair)).toBe('');
  await pair.connected('10.0.0.2', 2049);
});

test('addresses taken in a burst are brought up, freed of what is stale, and of blocks that a killed release left', async () => {
  const { pair, network } = await node(['10.0.0.2'], 'takeip');
  const server = await pair.serve(2050);
  await pair.connected('10.0.0.2', 2050);
  pair.node.exec('ip', 'addr', 'del', '10.0.0.2/24', 'dev', 'v0');
  const killed = await pair.drive('netlink');
  for (const ip of ['10.0.0.3', '10.0.0.4']) expect(await killed.call('block', block(ip))).toBe(true);
  pair.node.exec('ip', 'link', 'set', 'v0', 'down');
  for (const ip of ips) {
    await network.call('destroyStale', ip);
    expect(await network.call('bringUp', 'v0')).toBe(true);
    expect(await network.call('addAddress', { iface: 'v0', ip, maskBits: maskBits(ip) })).toBe(true);
    await network.call('unblock', block(ip));
  }
  await server.says('server ECON');
  expect(socketsOf(pair, '10.0.0.2')).toBe('');
  expect(ips.map((ip) => pair.whereIs(ip))).toEqual(ips.map((ip) => `v0 ${ip}/${maskBits(ip)}`));
  expect(blockedOn(pair)).toMatch(/10\.0\.0\.4/);
  expect(blockedOn(pair)).not.toContain('10.0.0.3');
  await pair.connected('10.0.0.3', 2049);
});
