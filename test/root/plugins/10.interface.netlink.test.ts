import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NetworkPair } from '../../support/network-pair.ts';
import { plant, temporaryDirectory } from '../../support/temporary-directory.ts';

const fine = { status: 0, output: '' };
const take = ['takeip', 'v0', '10.0.0.1', '24'];
const release = ['releaseip', 'v0', '10.0.0.1', '24'];

/** A pair whose node uses netlink, and has no command in PATH that could do the work instead. */
async function netlinkPair(options: Readonly<Record<string, string>> = {}): Promise<{
  pair: NetworkPair;
  raise: (event: readonly string[], more?: NodeJS.ProcessEnv) => ReturnType<NetworkPair['raise']>;
}> {
  const pair = await NetworkPair.make(options);
  const bin = join(temporaryDirectory(), 'bin');
  mkdirSync(bin);
  symlinkSync('/bin/cat', join(bin, 'cat'));
  const environment = { CTDB_HOOK_NETWORK: 'netlink', PATH: bin };
  return { pair, raise: (event, more = {}) => pair.raise(event, { ...environment, ...more }) };
}

const blocked = (pair: NetworkPair): boolean => pair.node.exec('nft', 'list', 'ruleset').includes('elements');

test.each(['no', 'try', 'yes'])(
  'with CTDB_KILLTCP_USE_SS_KILL=%s sockets are destroyed, and the count has no suffix',
  async (value) => {
    const { pair, raise } = await netlinkPair({ CTDB_KILLTCP_USE_SS_KILL: value });
    await pair.serve(2049);
    expect(await raise(take)).toEqual(fine);
    expect(pair.whereIs('10.0.0.1')).toBe('v0 10.0.0.1/24');
    expect(pair.read('scripts/my-public-ip-addresses')).toBe('10.0.0.1\n');
    const client = await pair.connected('10.0.0.1', 2049);
    expect(await raise(release)).toEqual({
      status: 0,
      output: 'Killed 1/1 TCP connections to released IP 10.0.0.1\n',
    });
    await client.says('client ECONNRESET');
    expect(pair.whereIs('10.0.0.1')).toBe('');
    expect(pair.read('scripts/my-public-ip-addresses')).toBe('');
    expect(blocked(pair)).toBe(false);
  },
);

test('an address without connections is taken and released without a word', async () => {
  const { pair, raise } = await netlinkPair();
  expect(await raise(take)).toEqual(fine);
  expect(await raise(release)).toEqual(fine);
  expect(pair.whereIs('10.0.0.1')).toBe('');
});

test('clients of SMB are not told, and are counted all the same', async () => {
  const { pair, raise } = await netlinkPair();
  const server = await pair.serve(445);
  await raise(take);
  const client = await pair.connected('10.0.0.1', 445);
  expect((await raise(release)).output).toBe('Killed 1/1 TCP connections to released IP 10.0.0.1\n');
  await server.says('server ECON');
  expect(client.output).toBe('client connected\n');
});

test('an address of IPv6 is taken when nobody else has it, and released with its connections', async () => {
  const { pair, raise } = await netlinkPair();
  await pair.serve(2049);
  expect(await raise(['takeip', 'v0', 'fd00::1', '64'])).toEqual(fine);
  expect(pair.node.exec('ip', 'addr', 'show', 'to', 'fd00::1')).not.toContain('tentative');
  const client = await pair.connected('fd00::1', 2049);
  expect((await raise(['releaseip', 'v0', 'fd00::1', '64'])).output).toBe(
    'Killed 1/1 TCP connections to released IP fd00::1\n',
  );
  await client.says('client ECONNRESET');
  expect(pair.whereIs('fd00::1')).toBe('');
});

test('an address of IPv6 that somebody else has is not taken', async () => {
  const { pair, raise } = await netlinkPair();
  pair.client.exec('ip', 'addr', 'add', 'fd00::1/64', 'dev', 'v1', 'nodad');
  expect(await raise(['takeip', 'v0', 'fd00::1', '64'])).toEqual({
    status: 1,
    output: 'Failed to add fd00::1/64 on dev v0\n',
  });
  expect(pair.whereIs('fd00::1')).toBe('');
});

test('what the kernel says comes before the error of takeip', async () => {
  const { pair, raise } = await netlinkPair();
  pair.node.exec('ip', 'addr', 'add', '10.0.0.1/24', 'dev', 'v0');
  expect(await raise(take)).toEqual({
    status: 1,
    output: 'Error: ipv4: Address already assigned.\nFailed to add 10.0.0.1/24 on dev v0\n',
  });
  expect(await raise(['takeip', 'nope0', '10.0.0.1', '24'])).toEqual({
    status: 1,
    output: 'Cannot find device "nope0"\nFailed to bringup interface nope0\n',
  });
});

test('an address elsewhere with another mask is released there, with the warnings', async () => {
  const { pair, raise } = await netlinkPair();
  await pair.serve(2049);
  pair.node.exec('ip', 'addr', 'add', '10.0.0.1/32', 'dev', 'w0');
  const client = await pair.connected('10.0.0.1', 2049);
  expect(await raise(release)).toEqual({
    status: 0,
    output: [
      'WARNING: Public IP 10.0.0.1 hosted on interface w0 but VNN says v0',
      'WARNING: Public IP 10.0.0.1 has 32 bit netmask but VNN says 24',
      'Killed 1/1 TCP connections to released IP 10.0.0.1',
      '',
    ].join('\n'),
  });
  await client.says('client ECONNRESET');
  expect(await raise(release)).toEqual({
    status: 0,
    output: 'WARNING: Unable to determine interface for IP 10.0.0.1\n',
  });
});

test('an altname is kept in messages', async () => {
  const { pair, raise } = await netlinkPair();
  pair.node.exec('ip', 'link', 'property', 'add', 'dev', 'v0', 'altname', 'public0');
  expect(await raise(['takeip', 'public0', '10.0.0.1', '24'])).toEqual(fine);
  expect((await raise(['releaseip', 'public0', '10.0.0.1', '16'])).output).toBe(
    'WARNING: Public IP 10.0.0.1 has 24 bit netmask but VNN says 16\n',
  );
  expect(pair.whereIs('10.0.0.1')).toBe('');
});

test('takeip destroys what is still connected from an earlier stay of its address', async () => {
  const { pair, raise } = await netlinkPair();
  const server = await pair.serve(2049);
  await raise(take);
  await pair.connected('10.0.0.1', 2049);
  pair.node.exec('ip', 'addr', 'del', '10.0.0.1/24', 'dev', 'v0');
  expect(await raise(take)).toEqual(fine);
  await server.says('server ECON');
  expect(pair.node.exec('ss', '-tnH', 'src', '10.0.0.1')).toBe('');
});

test('updateip moves an address with its connections, and tickles them', async () => {
  const { pair, raise } = await netlinkPair();
  await pair.serve(2049);
  await raise(take);
  const client = await pair.connected('10.0.0.1', 2049);
  const { status, output } = await raise(['updateip', 'v0', 'w0', '10.0.0.1', '24']);
  expect(status).toBe(0);
  expect(output).toMatch(/^(Tickle TCP connection \S+ \S+\n){2}$/);
  expect(pair.whereIs('10.0.0.1')).toBe('w0 10.0.0.1/24');
  client.tell('hello');
  await client.says('client got hello');
  expect(await raise(['updateip', 'w0', 'w0', '10.0.0.1', '24'])).toEqual({
    status: 0,
    output: 'Redundant "updateip" - 10.0.0.1 already on w0\n',
  });
  expect(blocked(pair)).toBe(false);
});

test('monitor tells ctdb the connections of the addresses that this node holds', async () => {
  const { pair, raise } = await netlinkPair();
  pair.set('public-ips', '10.0.0.1 0');
  pair.set('tickles', '10.0.0.200 700 10.0.0.1 2049');
  await pair.serve(2049);
  await raise(take);
  await pair.connected('10.0.0.1', 2049);
  expect(await raise(['monitor'])).toEqual(fine);
  expect(pair.read('state/addtickle')).toMatch(/^10\.0\.0\.200:\d+ 10\.0\.0\.1:2049\n$/);
  expect(pair.read('state/deltickle')).toBe('10.0.0.200:700 10.0.0.1:2049\n');
});

test('monitor knows a link from none, from an interface that is not there, and sets up one that is down', async () => {
  const { pair, raise } = await netlinkPair();
  pair.node.exec('ip', 'link', 'set', 'v0', 'down');
  expect(await raise(['monitor'])).toEqual(fine);
  expect(pair.read('state/links-told')).toBe('v0 up\nw0 up\n');
  pair.client.exec('ip', 'link', 'set', 'v1', 'down');
  pair.set('ifaces', 'nope0');
  expect(await raise(['monitor'])).toEqual({
    status: 1,
    output: [
      'ERROR: Monitored interface nope0 does not exist',
      'ERROR: No link on the public network interface v0',
      '',
    ].join('\n'),
  });
});

test('with CTDB_PARTIALLY_ONLINE_INTERFACES=yes one link is enough', async () => {
  const { pair, raise } = await netlinkPair({ CTDB_PARTIALLY_ONLINE_INTERFACES: 'yes' });
  pair.client.exec('ip', 'link', 'set', 'v1', 'down');
  expect(await raise(['monitor'])).toEqual({
    status: 0,
    output: 'ERROR: No link on the public network interface v0\n',
  });
});

test('bonds are what their driver says, also below a virtual interface, which is named by the bond', async () => {
  const { pair, raise } = await netlinkPair();
  pair.node.exec('ip', 'link', 'add', 'bond0', 'type', 'veth', 'peer', 'name', 'slave0');
  pair.node.exec('ip', 'link', 'set', 'slave0', 'netns', String(pair.client.pid));
  pair.node.exec('ip', 'link', 'add', 'vlan7', 'link', 'bond0', 'type', 'macvlan');
  pair.set('ifaces', 'bond0', 'vlan7');
  const proc = temporaryDirectory();
  const bond = (...lines: readonly string[]): void => {
    plant(proc, { 'net/bonding/bond0': lines.map((line) => `${line}\n`).join('') });
  };
  bond('Currently Active Slave: slave0', 'MII Status: up');
  expect(await raise(['monitor'], { PROCFS_PATH: proc })).toEqual(fine);
  bond('Currently Active Slave: None', 'MII Status: up');
  expect((await raise(['monitor'], { PROCFS_PATH: proc })).output).toBe(
    'ERROR: No active slaves for bond device bond0\n'.repeat(2),
  );
  bond('Bonding Mode: IEEE 802.3ad Dynamic link aggregation', 'MII Status: up', 'MII Status: down');
  expect((await raise(['monitor'], { PROCFS_PATH: proc })).output).toBe(
    'ERROR: No active slaves for 802.ad bond device bond0\n'.repeat(2),
  );
  bond('MII Status: down');
  expect((await raise(['monitor'], { PROCFS_PATH: proc })).output).toBe(
    'ERROR: public network interface bond0 is down\n'.repeat(2),
  );
});

test('init and shutdown drop what is held, in the order of the file', async () => {
  const { pair, raise } = await netlinkPair();
  pair.node.exec('ip', 'addr', 'add', '10.0.0.2/16', 'dev', 'w0');
  pair.node.exec('ip', 'addr', 'add', 'fd00::1/64', 'dev', 'v0', 'nodad');
  const output =
    'Removing public address 10.0.0.2/16 from device w0\nRemoving public address fd00::1/64 from device v0\n';
  expect(await raise(['init'])).toEqual({ status: 0, output });
  expect(pair.whereIs('10.0.0.2')).toBe('');
  expect(await raise(['shutdown'])).toEqual(fine);
});

test.each(['init', 'shutdown'])(
  '%s resets the connections to what it drops, without a word of them',
  async (event) => {
    const { pair, raise } = await netlinkPair();
    await pair.serve(2049);
    await raise(take);
    const client = await pair.connected('10.0.0.1', 2049);
    expect(await raise([event])).toEqual({
      status: 0,
      output: 'Removing public address 10.0.0.1/24 from device v0\n',
    });
    await client.says('client ECONNRESET');
    expect(pair.whereIs('10.0.0.1')).toBe('');
    expect(blocked(pair)).toBe(false);
  },
);

const steps = ['block', 'reset', 'delete', 'kill again'] as const;
const hosted = { iface: 'v0', device: 'v0', ip: '10.0.0.1', maskBits: 24 };
const target = { iface: 'v0', ip: '10.0.0.1', useSsKill: 'no' } as const;

/** A pair on which a release was killed after this step. */
async function killedAfter(last: (typeof steps)[number]): Promise<Awaited<ReturnType<typeof netlinkPair>>> {
  const { pair, raise } = await netlinkPair();
  await pair.serve(2049);
  await raise(take);
  await pair.connected('10.0.0.1', 2049);
  const network = await pair.drive('netlink');
  const perform = {
    block: () => network.call('block', { ...target, packets: 'new connections' }),
    reset: () => network.call('resetConnections', target),
    delete: () => network.call('deleteAddress', hosted),
    'kill again': () => network.call('resetStragglers', target),
  };
  for (const step of steps.slice(0, steps.indexOf(last) + 1)) await perform[step]();
  process.kill(network.process.pid, 'SIGKILL');
  await network.process.exited;
  expect(blocked(pair)).toBe(true);
  return { pair, raise };
}

test.each(steps)('init mends what a release left that was killed after its step %s', async (last) => {
  const { pair, raise } = await killedAfter(last);
  expect((await raise(['init'])).status).toBe(0);
  expect(pair.whereIs('10.0.0.1')).toBe('');
  expect(blocked(pair)).toBe(false);
  expect(await raise(take)).toEqual(fine);
  await pair.connected('10.0.0.1', 2049);
});

test.each(steps)('another release mends what one left that was killed after its step %s', async (last) => {
  const { pair, raise } = await killedAfter(last);
  expect((await raise(release)).status).toBe(0);
  expect(pair.whereIs('10.0.0.1')).toBe('');
  expect(await raise(take)).toEqual(fine);
  expect(blocked(pair)).toBe(false);
  await pair.connected('10.0.0.1', 2049);
});
