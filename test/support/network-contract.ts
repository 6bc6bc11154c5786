import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { NetworkName } from '../../core/network/network.ts';
import type { DrivenNetwork } from './driven-network.ts';
import { NetworkPair } from './network-pair.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { describeTraffic } from './traffic-contract.ts';

/** What every implementation of the network does, seen by `ip`, `ss` and two nodes that talk. */
export function describeNetworkContract(name: NetworkName): void {
  const start = async (): Promise<{ pair: NetworkPair; network: DrivenNetwork }> => {
    const pair = await NetworkPair.make();
    return { pair, network: await pair.drive(name) };
  };
  describe(`the network of ${name}`, () => {
    describeAddresses(start);
    describeLinks(start);
    describeKernelTexts(name, start);
    describeTraffic(start);
  });
}

/** Makes two nodes, real or fake, and a network on one of them. */
export type StartPair = () => Promise<{
  pair: PairOfNodes;
  network: Pick<DrivenNetwork, 'call' | 'said'>;
}>;

/** What is asked of two nodes where the network is seen by addresses and links alone. */
export interface PairOfNodes {
  readonly node: Pick<NetworkPair['node'], 'exec'>;
  readonly client: Pick<NetworkPair['client'], 'exec'>;
  readonly whereIs: NetworkPair['whereIs'];
}

/** What is asked of two real nodes. */
type Start = () => Promise<{ pair: NetworkPair; network: DrivenNetwork }>;

const address = { iface: 'v0', ip: '10.0.0.1', maskBits: 24 };
const hosted = { ...address, device: 'v0' };
const address6 = { iface: 'v0', ip: 'fd00::1', maskBits: 64 };

const shown = (pair: NetworkPair, ip: string): string =>
  pair.node
    .exec('ip', '-o', 'addr', 'show', 'to', ip)
    .replaceAll(/^\d+: |\s+valid_lft.*$/gm, '')
    .trim();

/** What every implementation does with addresses, that of the test kit too. */
export function describeAddresses(start: StartPair): void {
  test('an address that is there already is not added again, and that is said', async () => {
    const { pair, network } = await start();
    await network.call('addAddress', address);
    expect(await network.call('addAddress', address)).toBe(false);
    expect(network.said).toMatch(
      /^(Error: ipv4: Address already assigned\.|RTNETLINK answers: File exists)\n$/,
    );
    expect(pair.whereIs('10.0.0.1')).toBe('v0 10.0.0.1/24');
  });

  test('an address is not added to an interface that is not there, and that is said', async () => {
    const { network } = await start();
    expect(await network.call('addAddress', { ...address, iface: 'nope0' })).toBe(false);
    expect(network.said).toBe('Cannot find device "nope0"\n');
  });

  test('an address that was deleted is gone, and cannot be deleted again, which is said unless it is to be quiet', async () => {
    const { pair, network } = await start();
    await network.call('addAddress', address);
    expect(await network.call('deleteAddress', hosted)).toBe(true);
    expect(network.said).toBe('');
    expect(pair.whereIs('10.0.0.1')).toBe('');
    expect(await network.call('deleteAddress', hosted)).toBe(false);
    expect(network.said).toMatch(
      /^(Error: ipv4: Address not found\.|RTNETLINK answers: Cannot assign requested address)\n$/,
    );
    expect(await network.call('deleteAddress', hosted, { quiet: true })).toBe(false);
    expect(network.said).toBe('');
  });

  test('an address of IPv6 is deleted', async () => {
    const { pair, network } = await start();
    await network.call('addAddress', address6);
    expect(await network.call('deleteAddress', { ...address6, device: 'v0' })).toBe(true);
    expect(pair.whereIs('fd00::1')).toBe('');
  });

  test('to delete the first address of a subnet leaves the others', async () => {
    const { pair, network } = await start();
    pair.node.exec('ip', 'addr', 'flush', 'dev', 'v0');
    for (const last of [1, 2, 3]) await network.call('addAddress', { ...address, ip: `10.0.0.${last}` });
    await network.call('deleteAddress', hosted);
    expect(pair.node.exec('ip', '-br', '-4', 'addr', 'show', 'dev', 'v0')).toMatch(
      /10\.0\.0\.2\/24 10\.0\.0\.3\/24/,
    );
  });

  test('an address is found with its interface and mask, one that is nowhere is not', async () => {
    const { pair, network } = await start();
    pair.node.exec('ip', 'addr', 'add', '10.0.0.1/32', 'dev', 'w0');
    pair.node.exec('ip', 'addr', 'add', 'fd00::1/56', 'dev', 'w0', 'nodad');
    const found = { iface: 'w0', device: 'w0' };
    expect(await network.call('findAddress', '10.0.0.1', 'v0')).toEqual({
      ...found,
      ip: '10.0.0.1',
      maskBits: 32,
    });
    expect(await network.call('findAddress', 'fd00::1')).toEqual({ ...found, ip: 'fd00::1', maskBits: 56 });
    expect(await network.call('findAddress', '10.0.0.2', 'v0')).toBeUndefined();
    expect(await network.call('findAddress', '10.0.0.10')).toBeUndefined();
    expect(await network.call('findAddress', 'fd00::2')).toBeUndefined();
  });

  test('an address that is on two interfaces is found on the one expected', async () => {
    const { pair, network } = await start();
    for (const iface of ['v0', 'w0']) pair.node.exec('ip', 'addr', 'add', '10.0.0.1/24', 'dev', iface);
    expect((await network.call('findAddress', '10.0.0.1', 'w0'))?.device).toBe('w0');
    expect((await network.call('findAddress', '10.0.0.1', 'v0'))?.device).toBe('v0');
  });

  test.each(['public0', 'an-altname-longer-than-a-name'])(
    'an interface may be given by its altname %s, which stays its name',
    async (altname) => {
      const { pair, network } = await start();
      pair.node.exec('ip', 'link', 'property', 'add', 'dev', 'v0', 'altname', altname);
      expect(await network.call('addAddress', { ...address, iface: altname })).toBe(true);
      const found = { ...hosted, iface: altname };
      expect(await network.call('findAddress', '10.0.0.1', altname)).toEqual(found);
      expect(await network.call('findAddress', '10.0.0.1', 'w0')).toEqual(hosted);
      expect(await network.call('findLink', altname)).toMatchObject({ device: 'v0' });
      expect(await network.call('findAddresses', altname)).toContainEqual({
        ...address,
        altnames: [altname],
      });
      expect(await network.call('deleteAddress', found)).toBe(true);
      expect(pair.whereIs('10.0.0.1')).toBe('');
    },
  );

  test('all addresses are listed, of one interface and of all, up or down', async () => {
    const { pair, network } = await start();
    pair.node.exec('ip', 'addr', 'add', '10.0.0.1/24', 'dev', 'v0', 'label', 'v0:public');
    pair.node.exec('ip', 'addr', 'add', '10.9.0.1', 'peer', '10.9.0.2/32', 'dev', 'w0');
    pair.node.exec('ip', 'link', 'set', 'w0', 'down');
    pair.node.exec('ip', 'addr', 'add', 'fd00::1/64', 'dev', 'v0', 'nodad');
    const held = [{ ...address, ip: '10.0.0.100' }, address, address6];
    const isOurs = ({ ip }: { readonly ip: string }): boolean => !ip.startsWith('fe80:');
    expect((await network.call('findAddresses', 'v0')).filter(isOurs)).toEqual(held);
    expect(await network.call('findAddresses', 'nope0')).toEqual([]);
    const all = (await network.call('findAllAddresses')).filter(isOurs);
    expect(all.length).toBe(6);
    expect(all).toEqual(
      expect.arrayContaining([
        { iface: 'lo', ip: '127.0.0.1', maskBits: 8 },
        { iface: 'lo', ip: '::1', maskBits: 128 },
        { iface: 'w0', ip: '10.9.0.1', maskBits: 32 },
        ...held,
      ]),
    );
  });

  test('an address of IPv6 becomes usable, unless somebody else has it', async () => {
    const { pair, network } = await start();
    await network.call('addAddress', address6);
    expect(await network.call('findAddressState', 'fd00::1', 10_000)).toBe('usable');
    pair.client.exec('ip', 'addr', 'add', 'fd00::2/64', 'dev', 'v1', 'nodad');
    await network.call('addAddress', { ...address6, ip: 'fd00::2' });
    expect(await network.call('findAddressState', 'fd00::2', 10_000)).toBe('duplicate');
    expect(await network.call('findAddressState', 'fd00::3', 0)).toBe('missing');
  });

  test('route caches are flushed without a word', async () => {
    const { network } = await start();
    await network.call('flushRoutes');
    expect(network.said).toBe('');
  });
}

/** What every implementation does with links, that of the test kit too. */
export function describeLinks(start: StartPair): void {
  test('a link is known by its name, what it is virtual over, and that there is none', async () => {
    const { pair, network } = await start();
    pair.node.exec('ip', 'link', 'add', 'mac0', 'link', 'v0', 'type', 'macvlan');
    expect(await network.call('findLink', 'mac0')).toEqual({ device: 'mac0', over: 'v0' });
    expect(await network.call('findLink', 'lo')).toEqual({ device: 'lo' });
    expect(await network.call('findLink', 'nope0')).toBeUndefined();
    expect(await network.call('findLink', 'a-name-that-no-interface-has')).toBeUndefined();
    expect(network.said).toBe('');
  });

  test('a carrier needs an interface that is up and another one at its other end', async () => {
    const { pair, network } = await start();
    expect(await network.call('findCarrier', 'v0')).toBe(true);
    pair.client.exec('ip', 'link', 'set', 'v1', 'down');
    expect(await network.call('findCarrier', 'v0')).toBe(false);
    pair.client.exec('ip', 'link', 'set', 'v1', 'up');
    pair.node.exec('ip', 'link', 'set', 'v0', 'down');
    expect(await network.call('findCarrier', 'v0')).toBe(false);
    expect(await network.call('findCarrier', 'nope0')).toBe(false);
  });

  test('an interface is brought up, be it up already or not; one that is not there is said', async () => {
    const { pair, network } = await start();
    pair.node.exec('ip', 'link', 'set', 'v0', 'down');
    expect(await network.call('bringUp', 'v0')).toBe(true);
    expect(await network.call('bringUp', 'v0')).toBe(true);
    expect(pair.node.exec('ip', '-o', 'link', 'show', 'v0')).toMatch(/<\S*\bUP\b\S*>/);
    expect(network.said).toBe('');
    expect(await network.call('bringUp', 'nope0')).toBe(false);
    expect(network.said).toBe('Cannot find device "nope0"\n');
  });
}

/** What only a kernel's own words and settings show. */
function describeKernelTexts(name: NetworkName, start: Start): void {
  test.each([
    ['10.0.0.1', 24, 'brd 10.0.0.255 scope global secondary v0'],
    ['10.7.0.1', 8, 'brd 10.255.255.255 scope global v0'],
    ['10.1.0.1', 30, 'brd 10.1.0.3 scope global v0'],
    ['10.1.0.1', 31, 'scope global v0'],
    ['10.1.0.1', 32, 'scope global v0'],
  ])('adds %s/%i as ip does: %s', async (ip, maskBits, rest) => {
    const { pair, network } = await start();
    expect(await network.call('addAddress', { iface: 'v0', ip, maskBits })).toBe(true);
    expect(network.said).toBe('');
    expect(shown(pair, ip).replaceAll(/\s+/g, ' ')).toMatch(`v0 inet ${ip}/${maskBits} ${rest}`);
  });

  test('an address of IPv6 stays tentative for as long as it is looked for, and no longer', async () => {
    const { pair, network } = await start();
    pair.node.exec('sysctl', '-qw', 'net.ipv6.conf.v0.dad_transmits=600');
    await network.call('addAddress', address6);
    expect(await network.call('findAddressState', 'fd00::1', 300)).toBe('tentative');
  });

  test('a bond is what the driver says of it', async () => {
    const proc = temporaryDirectory();
    mkdirSync(join(proc, 'net/bonding'), { recursive: true });
    writeFileSync(join(proc, 'net/bonding/bond0'), 'Currently Active Slave: None\nMII Status: down\n');
    const pair = await NetworkPair.make();
    const network = await pair.drive(name, { PROCFS_PATH: proc });
    expect(await network.call('findBond', 'bond0')).toEqual({
      noActiveSlave: true,
      anyUp: false,
      is8023ad: false,
      anySlaveUp: false,
    });
    expect(await network.call('findBond', 'v0')).toBeUndefined();
  });
}
