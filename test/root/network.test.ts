import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NetworkPair } from '../support/network-pair.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const fine = { status: 0, output: '' };
const take = ['takeip', 'v0', '10.0.0.1', '24'];
const release = ['releaseip', 'v0', '10.0.0.1', '24'];
const take6 = ['takeip', 'v0', 'fd00::1', '64'];
const release6 = ['releaseip', 'v0', 'fd00::1', '64'];

const rules = (pair: NetworkPair, tool = 'iptables'): string => pair.node.exec(tool, '-S', 'INPUT');

test('an address that is taken can be connected to, and is gone when it is released', async () => {
  const pair = await NetworkPair.make();
  await pair.serve(2049);
  expect(await pair.raise(take)).toEqual(fine);
  expect(pair.whereIs('10.0.0.1')).toBe('v0 10.0.0.1/24');
  const client = await pair.connected('10.0.0.1', 2049);
  expect(await pair.raise(release)).toEqual({
    status: 0,
    output: 'Killed 1/1 TCP connections to released IP 10.0.0.1\n',
  });
  await client.says('client ECONNRESET');
  expect(pair.whereIs('10.0.0.1')).toBe('');
  expect(rules(pair)).toBe('-P INPUT ACCEPT\n');
});

test('ctdb_killtcp removes the server end of SMB connections, and tells no client', async () => {
  const pair = await NetworkPair.make();
  const server = await pair.serve(445);
  await pair.raise(take);
  await pair.connected('10.0.0.1', 445);
  expect((await pair.raise(release)).output).toBe('Killed 1/1 TCP connections to released IP 10.0.0.1\n');
  await server.says('server ECONNRESET');
  expect(pair.client.exec('ss', '-tnH', 'state', 'established')).toContain('10.0.0.1:445');
});

test.each(['yes', 'try'])('CTDB_KILLTCP_USE_SS_KILL=%s resets both ends', async (value) => {
  const pair = await NetworkPair.make({ CTDB_KILLTCP_USE_SS_KILL: value });
  const server = await pair.serve(445);
  await pair.raise(take);
  const client = await pair.connected('10.0.0.1', 445);
  expect(await pair.raise(release)).toEqual({
    status: 0,
    output: 'Killed 1/1 TCP connections to released IP 10.0.0.1, using ss -K\n',
  });
  await client.says('client ECONNRESET');
  await server.says('server ECONNABORTED');
  expect(rules(pair)).toBe('-P INPUT ACCEPT\n');
});

test.each([
  ['no', 'Killed 1/1 TCP connections to released IP fd00::1\n'],
  ['yes', 'Killed 1/1 TCP connections to released IP fd00::1, using ss -K\n'],
])('with CTDB_KILLTCP_USE_SS_KILL=%s IPv6 connections are reset', async (value, output) => {
  const pair = await NetworkPair.make({ CTDB_KILLTCP_USE_SS_KILL: value });
  await pair.serve(2049);
  expect(await pair.raise(take6)).toEqual(fine);
  const client = await pair.connected('fd00::1', 2049);
  expect(await pair.raise(release6)).toEqual({ status: 0, output });
  await client.says('client ECONNRESET');
  expect(pair.whereIs('fd00::1')).toBe('');
  expect(rules(pair, 'ip6tables')).toBe('-P INPUT ACCEPT\n');
});

test('an IPv6 address can be used as soon as it is taken', async () => {
  const pair = await NetworkPair.make();
  await pair.raise(take6);
  expect(pair.node.exec('ip', 'addr', 'show', 'to', 'fd00::1')).not.toContain('tentative');
});

test('an IPv6 address that somebody else has is not taken', async () => {
  const pair = await NetworkPair.make();
  pair.client.exec('ip', 'addr', 'add', 'fd00::1/64', 'dev', 'v1', 'nodad');
  expect(await pair.raise(take6)).toEqual({ status: 1, output: 'Failed to add fd00::1/64 on dev v0\n' });
  expect(pair.whereIs('fd00::1')).toBe('');
});

test('an address that is there already is not taken again', async () => {
  const pair = await NetworkPair.make();
  pair.node.exec('ip', 'addr', 'add', '10.0.0.1/24', 'dev', 'v0');
  const { status, output } = await pair.raise(take);
  expect(status).toBe(1);
  expect(output).toMatch(/^.+\nFailed to add 10\.0\.0\.1\/24 on dev v0\n$/);
});

test('an address on another interface with another mask is released there, its connections reset', async () => {
  const pair = await NetworkPair.make();
  await pair.serve(2049);
  pair.node.exec('ip', 'addr', 'add', '10.0.0.1/32', 'dev', 'w0');
  const client = await pair.connected('10.0.0.1', 2049);
  const { status, output } = await pair.raise(release);
  expect(status).toBe(0);
  expect(output).toContain('WARNING: Public IP 10.0.0.1 hosted on interface w0 but VNN says v0\n');
  expect(output).toContain('WARNING: Public IP 10.0.0.1 has 32 bit netmask but VNN says 24\n');
  expect(output).toContain('Killed 1/1 TCP connections to released IP 10.0.0.1\n');
  await client.says('client ECONNRESET');
  expect(pair.whereIs('10.0.0.1')).toBe('');
});

test('an address given by an altname of its interface is released without a warning', async () => {
  const pair = await NetworkPair.make();
  pair.node.exec('ip', 'link', 'property', 'add', 'dev', 'v0', 'altname', 'public0');
  expect(await pair.raise(['takeip', 'public0', '10.0.0.1', '24'])).toEqual(fine);
  expect(await pair.raise(['releaseip', 'public0', '10.0.0.1', '24'])).toEqual(fine);
  expect(pair.whereIs('10.0.0.1')).toBe('');
});

test('releasing the first address of a subnet leaves the others', async () => {
  const pair = await NetworkPair.make();
  pair.node.exec('ip', 'addr', 'flush', 'dev', 'v0');
  await pair.raise(take);
  await pair.raise(['takeip', 'v0', '10.0.0.2', '24']);
  expect(await pair.raise(release)).toEqual(fine);
  expect(pair.whereIs('10.0.0.2')).toBe('v0 10.0.0.2/24');
});

test.each([
  ['no', []],
  ['yes', ['-p', 'tcp', '--syn']],
])('with CTDB_KILLTCP_USE_SS_KILL=%s takeip lifts the block of a killed releaseip', async (value, match) => {
  const pair = await NetworkPair.make({ CTDB_KILLTCP_USE_SS_KILL: value });
  await pair.serve(2049);
  pair.node.exec('iptables', '-I', 'INPUT', '-i', 'v0', '-d', '10.0.0.1', ...match, '-j', 'DROP');
  expect(await pair.raise(take)).toEqual(fine);
  expect(rules(pair)).toBe('-P INPUT ACCEPT\n');
  await pair.connected('10.0.0.1', 2049);
});

test('a connection outlives the move of its address to another interface', async () => {
  const pair = await NetworkPair.make();
  await pair.serve(2049);
  await pair.raise(take);
  const client = await pair.connected('10.0.0.1', 2049);
  const { status, output } = await pair.raise(['updateip', 'v0', 'w0', '10.0.0.1', '24']);
  expect(status).toBe(0);
  expect(output).toMatch(/^(Tickle TCP connection \S+ \S+\n){2}$/);
  expect(pair.whereIs('10.0.0.1')).toBe('w0 10.0.0.1/24');
  client.tell('hello');
  await client.says('client got hello');
  expect(rules(pair)).toBe('-P INPUT ACCEPT\n');
});

test('init and shutdown drop what is held of both families', async () => {
  const pair = await NetworkPair.make();
  pair.node.exec('ip', 'addr', 'add', '10.0.0.2/16', 'dev', 'w0');
  pair.node.exec('ip', 'addr', 'add', 'fd00::1/64', 'dev', 'v0', 'nodad');
  expect((await pair.raise(['init'])).output).toBe(
    'Removing public address 10.0.0.2/16 from device w0\nRemoving public address fd00::1/64 from device v0\n',
  );
  expect(pair.whereIs('10.0.0.2')).toBe('');
  expect(await pair.raise(['shutdown'])).toEqual(fine);
});

test('monitor knows a link from none', async () => {
  const pair = await NetworkPair.make();
  expect(await pair.raise(['monitor'])).toEqual(fine);
  pair.client.exec('ip', 'link', 'set', 'w1', 'down');
  expect(await pair.raise(['monitor'])).toEqual({
    status: 1,
    output: 'ERROR: No link on the public network interface w0\n',
  });
  expect(pair.node.exec('ip', '-br', 'link', 'show', 'w0')).toContain('NO-CARRIER');
});

test('without iptables nft blocks new connections to the address, and takeip lifts that', async () => {
  const pair = await NetworkPair.make();
  const environment = { PATH: pathWithoutIptables() };
  await pair.serve(2049);
  await pair.raise(take);
  const client = await pair.connected('10.0.0.1', 2049);
  expect(await pair.raise(release, environment)).toEqual({
    status: 0,
    output: 'Killed 1/1 TCP connections to released IP 10.0.0.1\n',
  });
  await client.says('client ECONNRESET');
  expect(pair.node.exec('nft', 'list', 'set', 'inet', 'ctdb_hook', 'blocked4')).not.toContain('elements');

  pair.node.exec('ip', 'addr', 'add', '10.0.0.1/24', 'dev', 'v0');
  const old = await pair.connected('10.0.0.1', 2049);
  pair.node.exec('nft', 'add', 'element', 'inet', 'ctdb_hook', 'blocked4', '{ 10.0.0.1 }');
  await pair.connect('10.0.0.1', 2049).says('client not answered');
  old.tell('still here');
  await old.says('client got still here');

  pair.node.exec('ip', 'addr', 'del', '10.0.0.1/24', 'dev', 'v0');
  expect(await pair.raise(take, environment)).toEqual(fine);
  await pair.connected('10.0.0.1', 2049);
});

/** A directory with links to what the network needs, but for iptables. */
function pathWithoutIptables(): string {
  const directory = join(temporaryDirectory(), 'bin');
  mkdirSync(directory);
  symlinkSync('/usr/sbin/nft', join(directory, 'nft'));
  symlinkSync('/usr/sbin/ethtool', join(directory, 'ethtool'));
  return `${directory}:/usr/bin:/bin`;
}
