import { expect, test } from 'vitest';
import type { DrivenNetwork } from './driven-network.ts';
import type { NetworkPair } from './network-pair.ts';

type Start = () => Promise<{ pair: NetworkPair; network: DrivenNetwork }>;

const address = { iface: 'v0', ip: '10.0.0.1', maskBits: 24 };
const hosted = { ...address, device: 'v0' };
const address6 = { iface: 'v0', ip: 'fd00::1', maskBits: 64 };

/** What every implementation of the network does with connections and blocks, seen by two nodes that talk. */
export function describeTraffic(start: Start): void {
  describeConnections(start);
  describeBlocks(start);
}

function describeConnections(start: Start): void {
  test('connections of both families are found by their address, also those of a socket that listens on ::', async () => {
    const { pair, network } = await start();
    await pair.serve(2049);
    await network.call('addAddress', address);
    pair.node.exec('ip', 'addr', 'add', 'fd00::1/64', 'dev', 'v0', 'nodad');
    expect(await network.call('findConnections', '10.0.0.1')).toEqual([]);
    await pair.connected('10.0.0.1', 2049);
    await pair.connected('10.0.0.100', 2049);
    await pair.connected('fd00::1', 2049);
    const port = (ip: string): string => {
      const peer =
        pair.client.exec('ss', '-tnH', 'state', 'established', `dst [${ip}]`).trim().split(/\s+/)[2] ?? '';
      return peer.slice(peer.lastIndexOf(':') + 1);
    };
    expect(await network.call('findConnections', '10.0.0.1')).toEqual([
      { server: '10.0.0.1:2049', client: `10.0.0.200:${port('10.0.0.1')}` },
    ]);
    expect(await network.call('findConnections', 'fd00::1')).toEqual([
      { server: '[fd00::1]:2049', client: `[fd00::200]:${port('fd00::1')}` },
    ]);
    expect(await network.call('findConnections', '10.0.0.2')).toEqual([]);
  });

  test.each([
    ['IPv4', address],
    ['IPv6', address6],
  ])(
    'connections of %s are reset at both ends, counted, and those of other addresses stay',
    async (_family, taken) => {
      const { pair, network } = await start();
      await pair.serve(2049);
      const { ip, maskBits, iface } = taken;
      pair.node.exec(
        'ip',
        'addr',
        'add',
        `${ip}/${maskBits}`,
        'dev',
        iface,
        ...(ip.includes(':') ? ['nodad'] : []),
      );
      const target = { iface, ip, useSsKill: 'no' } as const;
      expect(await network.call('resetConnections', target)).toEqual([]);
      const clients = [await pair.connected(ip, 2049), await pair.connected(ip, 2049)];
      const other = await pair.connected('10.0.0.100', 2049);
      expect(await network.call('resetConnections', target)).toEqual([
        { kind: 'counted', killed: 2, total: 2, remaining: [] },
      ]);
      for (const client of clients) await client.says('client ECONNRESET');
      expect(await network.call('findConnections', ip)).toEqual([]);
      await network.call('deleteAddress', { ...taken, device: iface });
      expect(await network.call('resetStragglers', target)).toBeUndefined();
      other.tell('hello');
      await other.says('client got hello');
    },
  );

  test('clients of SMB are not told: only the server loses its end', async () => {
    const { pair, network } = await start();
    const server = await pair.serve(445);
    await network.call('addAddress', address);
    const client = await pair.connected('10.0.0.1', 445);
    const target = { iface: 'v0', ip: '10.0.0.1', useSsKill: 'no' } as const;
    const outcomes = await network.call('resetConnections', target);
    await network.call('deleteAddress', hosted);
    const late = await network.call('resetStragglers', target);
    expect([...outcomes, ...(late === undefined ? [] : [late])]).toEqual([
      { kind: 'counted', killed: 1, total: 1, remaining: [] },
    ]);
    await server.says('server ECON');
    expect(client.output).toBe('client connected\n');
    expect(pair.client.exec('ss', '-tnH', 'state', 'established')).toContain('10.0.0.1:445');
  });
}

function describeBlocks(start: Start): void {
  test.each([
    ['IPv4', '10.0.0.1'],
    ['IPv6', 'fd00::1'],
  ])('a block of %s drops new connections and no others, until it is lifted', async (_family, ip) => {
    const { pair, network } = await start();
    await pair.serve(2049);
    pair.node.exec('ip', 'addr', 'add', '10.0.0.1/24', 'dev', 'v0');
    pair.node.exec('ip', 'addr', 'add', 'fd00::1/64', 'dev', 'v0', 'nodad');
    const old = await pair.connected(ip, 2049);
    const block = { iface: 'v0', ip, packets: 'new connections' } as const;
    expect(await network.call('block', block)).toBe(true);
    await pair.connect(ip, 2049).says('client not answered');
    old.tell('still here');
    await old.says('client got still here');
    await pair.connected(ip === '10.0.0.1' ? 'fd00::1' : '10.0.0.1', 2049);
    await network.call('unblock', block);
    await pair.connected(ip, 2049);
    expect(network.said).toBe('');
  });

  test('a block that was made twice is lifted at once, and one that is not there without a word', async () => {
    const { pair, network } = await start();
    await pair.serve(2049);
    await network.call('addAddress', address);
    const block = { iface: 'v0', ip: '10.0.0.1', packets: 'new connections' } as const;
    await network.call('unblock', block);
    expect(await network.call('block', block)).toBe(true);
    expect(await network.call('block', block)).toBe(true);
    await network.call('unblock', block);
    await network.call('unblock', block);
    expect(network.said).toBe('');
    await pair.connected('10.0.0.1', 2049);
  });
}
