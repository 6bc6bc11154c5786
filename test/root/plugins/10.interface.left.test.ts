import { expect, test } from 'vitest';
import { NetworkPair } from '../../support/network-pair.ts';

const networks = ['commands', 'netlink'] as const;

test.each(networks)(
  'a takeip that is told to stop while its IPv6 address is tentative takes that off, under %s',
  async (name) => {
    const pair = await NetworkPair.make();
    pair.node.exec('sysctl', '-qw', 'net.ipv6.conf.v0.dad_transmits=600');
    const environment = { CTDB_HOOK_NETWORK: name };
    const takeip = ['takeip', 'v0', 'fd00::1', '64'];
    const { status } = await pair.raise(takeip, { ...environment, RAISE_FOR_MS: '1500' });
    expect(status).toBe(1);
    expect(pair.whereIs('fd00::1')).toBe('');
    pair.node.exec('sysctl', '-qw', 'net.ipv6.conf.v0.dad_transmits=1');
    expect(await pair.raise(takeip, environment)).toEqual({ status: 0, output: '' });
  },
);

test.each(networks)(
  'updateip of an address that is on both interfaces leaves it on the new one, under %s',
  async (name) => {
    const pair = await NetworkPair.make();
    for (const iface of ['v0', 'w0']) pair.node.exec('ip', 'addr', 'add', '10.0.0.1/24', 'dev', iface);
    const raised = await pair.raise(['updateip', 'v0', 'w0', '10.0.0.1', '24'], { CTDB_HOOK_NETWORK: name });
    expect(raised).toEqual({ status: 0, output: '' });
    expect(pair.whereIs('10.0.0.1')).toBe('w0 10.0.0.1/24');
  },
);

test.each(networks)('releaseip, shutdown and init leave no copy of an address, under %s', async (name) => {
  const pair = await NetworkPair.make();
  const environment = { CTDB_HOOK_NETWORK: name };
  for (const event of [['releaseip', 'v0', '10.0.0.1', '24'], ['shutdown'], ['init']]) {
    for (const copy of ['10.0.0.1/24 dev v0', '10.0.0.1/32 dev w0', '10.0.0.1 peer 10.0.0.77/32 dev v0'])
      pair.node.exec('ip', 'addr', 'add', ...copy.split(' '));
    expect((await pair.raise(event, environment)).status).toBe(0);
    expect(pair.whereIs('10.0.0.1')).toBe('');
  }
});
