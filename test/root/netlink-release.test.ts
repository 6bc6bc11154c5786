import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DrivenNetwork } from '../support/driven-network.ts';
import type { Talker } from '../support/namespace.ts';
import { NetworkPair } from '../support/network-pair.ts';
import { Storm } from '../support/storm-client.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const support = join(import.meta.dirname, '../support');
const hosted = { iface: 'v0', device: 'v0', ip: '10.0.0.1', maskBits: 24 };
const block = { iface: 'v0', ip: '10.0.0.1', packets: 'new connections' } as const;
const target = { iface: 'v0', ip: '10.0.0.1', useSsKill: 'no' } as const;

/** All steps of a release, in their order; what they told. */
async function release(network: DrivenNetwork): Promise<readonly unknown[]> {
  expect(await network.call('block', block)).toBe(true);
  const outcomes = await network.call('resetConnections', target);
  expect(await network.call('deleteAddress', hosted)).toBe(true);
  const late = await network.call('resetStragglers', target);
  await network.call('unblock', block);
  return late === undefined ? outcomes : [...outcomes, late];
}

async function nodeWithAddress(): Promise<{ pair: NetworkPair; network: DrivenNetwork }> {
  const pair = await NetworkPair.make();
  pair.node.exec('ip', 'addr', 'add', '10.0.0.1/24', 'dev', 'v0');
  return { pair, network: await pair.drive('netlink') };
}

const halfClosed = (...args: readonly string[]): string[] => [
  process.execPath,
  join(support, 'half-closed.ts'),
  ...args,
];

async function serveHalfClosed(pair: NetworkPair, port = 2049): Promise<Talker> {
  const server = pair.node.spawn(halfClosed('serve', String(port)));
  await server.says('listening');
  return server;
}

/** The states of the sockets bound to the address, but for the server's own. */
const statesOf = (pair: NetworkPair): string[] =>
  pair.node
    .exec('ss', '-tanH', 'src', '10.0.0.1')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [line.split(/\s+/)[0] ?? '']));

/** How much a connection to the address has to send that its client has not acknowledged. */
const unsentBytes = (pair: NetworkPair): number =>
  Number(pair.node.exec('ss', '-tnH', 'src', '10.0.0.1').split(/\s+/)[2]);

test.each([
  ['the client has closed its end', 'keep', ['then-end'], 'CLOSE-WAIT'],
  ['the server has closed its end', 'close', [], 'FIN-WAIT-2'],
  ['the client does not read what was sent', 'fill', [], 'ESTAB'],
])('a connection is reset when %s (%s %j): %s', async (_what, word, more, state) => {
  const { pair, network } = await nodeWithAddress();
  const server = await serveHalfClosed(pair);
  const client = pair.client.spawn(halfClosed('connect', '10.0.0.1', '2049', word, ...more));
  await client.says('client connected');
  await server.says(`server did ${word}`);
  await expect.poll(() => statesOf(pair)).toEqual([state]);
  expect(await release(network)).toEqual([{ kind: 'counted', killed: 1, total: 1, remaining: [] }]);
  expect(statesOf(pair)).toEqual([]);
  await expect.poll(() => pair.client.exec('ss', '-tanH', 'dst', '10.0.0.1')).toBe('');
});

test.each([
  ['FIN-WAIT-1', []],
  ['LAST-ACK', ['then-end']],
])(
  'what the kernel keeps of a connection whose process is gone is destroyed with it: %s',
  async (state, more) => {
    const { pair, network } = await nodeWithAddress();
    const server = await serveHalfClosed(pair);
    const client = pair.client.spawn(halfClosed('connect', '10.0.0.1', '2049', 'fill', ...more));
    await client.says('client connected');
    await server.says('server did fill');
    // Once the client's window is full, what the kernel still has to send keeps it from going on to FIN-WAIT-2.
    await expect.poll(() => unsentBytes(pair)).toBeGreaterThan(100_000);
    if (state === 'LAST-ACK') await expect.poll(() => statesOf(pair)).toEqual(['CLOSE-WAIT']);
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
    await expect.poll(() => statesOf(pair)).toEqual([state]);
    expect(await release(network)).toEqual([{ kind: 'counted', killed: 1, total: 1, remaining: [] }]);
    expect(statesOf(pair)).toEqual([]);
  },
);

test('a client whose acknowledgements are lost is reset all the same, since only new connections are blocked', async () => {
  const { pair, network } = await nodeWithAddress();
  const server = await pair.serve(2049);
  const client = await pair.connected('10.0.0.1', 2049);
  // The server's answer is lost on its way, so the reset is the first thing that arrives with a higher number.
  pair.client.exec('nft', 'add', 'table', 'ip', 'lossy');
  pair.client.exec('nft', 'add', 'chain', 'ip', 'lossy', 'in', '{ type filter hook input priority 0; }');
  pair.client.exec('nft', 'add', 'rule', 'ip', 'lossy', 'in', 'tcp', 'flags', '&', 'rst', '==', '0', 'drop');
  client.tell('lost');
  await expect.poll(() => pair.node.exec('ss', '-tnH', 'src', '10.0.0.1')).toMatch(/^ESTAB\s+0\s+[1-9]/);
  await release(network);
  pair.client.exec('nft', 'delete', 'table', 'ip', 'lossy');
  await client.says('client ECONNRESET');
  await server.says('server ECON');
});

/** How many connections one storm has under way at a time; `storm.ts` has it too. */
const inFlightMax = 256;

/** What three storms of new clients report after a release that is held up just before the delete, while they go on. */
async function stormsDuringRelease(isBlocked: boolean): Promise<readonly string[]> {
  const pair = await NetworkPair.make();
  pair.node.exec('ip', 'addr', 'add', '10.0.0.1/24', 'dev', 'v0');
  const pause = join(temporaryDirectory(), 'delete');
  const network = await pair.drive('netlink', { KERNEL_PAUSES_AT: pause });
  // Of a client that finds the listener's queue full the server knows nothing, although the client is connected.
  pair.node.exec('sysctl', '-qw', 'net.core.somaxconn=65535');
  await pair.serve(2049);
  const storms = [1, 2, 3].map(() => new Storm(pair));
  for (const storm of storms) await storm.began();

  if (isBlocked) await network.call('block', block);
  const [outcome] = await network.call('resetConnections', target);
  const deleted = network.call('deleteAddress', hosted);
  await expect.poll(() => existsSync(`${pause}.reached`)).toBe(true);
  await (isBlocked ? allAreHeldUp(pair, storms) : Promise.all(storms.map((storm) => storm.goesOn())));
  writeFileSync(`${pause}.go`, '');
  expect(await deleted).toBe(true);
  await network.call('resetStragglers', target);
  await network.call('unblock', block);

  expect(pair.node.exec('nstat', '-asz', 'TcpExtListenOverflows')).toMatch(/TcpExtListenOverflows +0 /);
  expect(outcome).toMatchObject({ kind: 'counted' });
  expect(statesOf(pair).filter((state) => state !== 'TIME-WAIT')).toEqual([]);
  return Promise.all(storms.map((storm) => storm.settled()));
}

/**
 * Waits until every storm waits for all its connections, and has asked for each a second time: a listener that cannot follow
 * drops the first packet of a connection as well, but not for as long as that.
 */
async function allAreHeldUp(pair: NetworkPair, storms: readonly Storm[]): Promise<void> {
  const askedAgain = () =>
    pair.client.exec('ss', '-tnoH', 'state', 'syn-sent').match(/timer:\(on,[^,]*,[1-9]\d*\)/g)?.length;
  await expect.poll(askedAgain).toBe(storms.length * inFlightMax);
}

test('a storm of new clients leaves no dead socket and no client without a reset', async () => {
  const allReset = expect.stringMatching(/^storm [1-9]\d\d+ connected, 0 without a reset$/) as string;
  expect(await stormsDuringRelease(true)).toEqual([allReset, allReset, allReset]);
});

test('which is owed to the block: without it clients of the last moment are never reset', async () => {
  const many = expect.stringMatching(/^storm [1-9]\d\d+ connected, [1-9]\d\d+ without a reset$/) as string;
  expect(await stormsDuringRelease(false)).toEqual([many, many, many]);
});

test('where new connections are not blocked, one that comes after the look is destroyed after the delete', async () => {
  const { pair, network } = await nodeWithAddress();
  await pair.serve(2049);
  expect(await network.call('resetConnections', target)).toEqual([]);
  await pair.connected('10.0.0.1', 2049);
  expect(await network.call('deleteAddress', hosted)).toBe(true);
  await network.call('resetStragglers', target);
  expect(statesOf(pair)).toEqual([]);
});

test('a thousand connections are all reset and counted', async () => {
  const { pair, network } = await nodeWithAddress();
  await pair.serve(2049);
  const storm = pair.client.spawn([process.execPath, join(support, 'storm.ts'), '10.0.0.1', '2049', '1000']);
  await expect.poll(async () => (await network.call('findConnections', '10.0.0.1'))?.length).toBe(1000);
  expect(await release(network)).toEqual([{ kind: 'counted', killed: 1000, total: 1000, remaining: [] }]);
  await storm.says('storm began');
  storm.tell('report\n');
  await expect.poll(() => storm.output).toContain('storm 1000 connected, ');
  await expect
    .poll(() => {
      storm.tell('report\n');
      return storm.output;
    })
    .toContain('storm 1000 connected, 0 without a reset');
});

test('ports of both policies are told apart: the count comes when the last is done', async () => {
  const { pair, network } = await nodeWithAddress();
  await pair.serve(2049);
  await pair.serve(445);
  const nfs = await pair.connected('10.0.0.1', 2049);
  const smb = await pair.connected('10.0.0.1', 445);
  expect(await network.call('resetConnections', target)).toEqual([]);
  await nfs.says('client ECONNRESET');
  expect(await network.call('deleteAddress', hosted)).toBe(true);
  expect(await network.call('resetStragglers', target)).toEqual({
    kind: 'counted',
    killed: 2,
    total: 2,
    remaining: [],
  });
  expect(smb.output).toBe('client connected\n');
});

test.each([
  { ip: '10.0.0.1', maskBits: 24, other: '10.0.0.9' },
  { ip: 'fd00::1', maskBits: 64, other: 'fd00::9' },
])('no reset is sent from $ip after it has left, though the node has a route to the client', async (each) => {
  const { ip, maskBits, other } = each;
  const pair = await NetworkPair.make();
  for (const address of [ip, other])
    pair.node.exec('ip', 'addr', 'add', `${address}/${maskBits}`, 'dev', 'v0', 'nodad');
  const network = await pair.drive('netlink');
  const server = await pair.serve(445);
  await pair.connected(ip, 445);
  expect(await network.call('resetConnections', { ...target, ip })).toEqual([]);
  expect(await network.call('deleteAddress', { ...hosted, ip, maskBits })).toBe(true);
  const counted = { kind: 'counted', killed: 1, total: 1, remaining: [] };
  expect(await network.call('resetStragglers', { ...target, ip })).toEqual(counted);
  await server.says('server ECON');
  expect(pair.client.exec('ss', '-tnH', 'state', 'established')).toContain(ip);
  // Nothing is left that would keep the address silent when it comes back.
  expect(pair.node.exec('nft', 'list', 'ruleset')).not.toContain('elements');
});

test('what is connected to an address that is not there is destroyed, what is connected to one that is there is not', async () => {
  const { pair, network } = await nodeWithAddress();
  const server = await pair.serve(2049);
  const client = await pair.connected('10.0.0.1', 2049);
  await network.call('destroyStale', '10.0.0.1');
  client.tell('hello');
  await client.says('client got hello');
  pair.node.exec('ip', 'addr', 'del', '10.0.0.1/24', 'dev', 'v0');
  await network.call('destroyStale', '10.0.0.1');
  await server.says('server ECON');
  expect(statesOf(pair)).toEqual([]);
});
