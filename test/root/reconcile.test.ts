import { describe, expect, test } from 'vitest';
import { NetworkPair } from '../support/network-pair.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

describe.each(['netlink', 'commands'])('where the kernel is asked by %s', (network) => {
  const environment = { CTDB_HOOK_NETWORK: network };

  test('ctdb-hook reconcile shows what each says of an address, and mends the ledger', async () => {
    const pair = await NetworkPair.make();
    // A second address of the subnet, an interface that is down, and an address of the node's own.
    pair.node.exec('ip', 'addr', 'add', '10.0.0.1/24', 'dev', 'v0');
    pair.node.exec('ip', 'addr', 'add', 'fd00::1/64', 'dev', 'w0', 'nodad');
    pair.node.exec('ip', 'addr', 'add', '10.0.0.2/28', 'dev', 'w0');
    pair.node.exec('ip', 'link', 'set', 'w0', 'down');
    pair.node.exec('ip', 'addr', 'add', 'fd00::1/64', 'dev', 'v0', 'nodad');
    pair.set('public-ips', '10.0.0.1 0', '10.0.0.2 1', 'fd00::1 0');
    const leftOver = 'kernel: w0/28, ctdb: node 1';
    const lines = [
      '10.0.0.1: the ledger is wrong (ledger: not held, kernel: v0/24, ctdb: this node)',
      `10.0.0.2: left over on this node, the ledger is wrong (ledger: not held, ${leftOver})`,
      'fd00::1: the ledger is wrong (ledger: not held, kernel: v0/64, ctdb: this node)',
    ];
    expect(await pair.hook(['reconcile'], environment)).toEqual({ status: 2, lines });
    const mended = await pair.hook(['reconcile', '--mend'], environment);
    expect(mended.lines).toContain('No event daemon runs: writing what the kernel has into the ledger');
    expect(mended.lines.at(-1)).toBe(`10.0.0.2: left over on this node (ledger: w0/28, ${leftOver})`);
    // What it may not mend it leaves: the stand-in for ctdb refuses a takeover run.
    expect(mended.status).toBe(1);
    expect(pair.whereIs('10.0.0.2')).toBe('w0 10.0.0.2/28');
  });

  test('an interface has all its names', async () => {
    const pair = await NetworkPair.make();
    pair.node.exec('ip', 'link', 'property', 'add', 'dev', 'v0', 'altname', 'public0');
    pair.node.exec('ip', 'addr', 'add', '10.0.0.1/24', 'dev', 'v0');
    pair.set('public-ips', '10.0.0.1 0');
    const directory = ['--dir', temporaryDirectory(), '--convention', 'legacy'];
    const takeip = async (iface: string) => {
      expect(await pair.hook(['run', ...directory, 'takeip', iface, '10.0.0.1', '24'])).toMatchObject({
        status: 0,
      });
    };
    await takeip('public0');
    expect(await pair.hook(['reconcile'], environment)).toEqual({
      status: 0,
      lines: ['1 public addresses, 1 on this node: ledger, kernel and ctdb agree'],
    });
    await takeip('w0');
    expect(await pair.hook(['reconcile'], environment)).toEqual({
      status: 2,
      lines: ['10.0.0.1: the ledger is wrong (ledger: w0/24, kernel: v0/24, ctdb: this node)'],
    });
  });

  test('10.interface warns at ipreallocated of addresses that are not where ctdb has them', async () => {
    const pair = await NetworkPair.make();
    pair.node.exec('ip', 'addr', 'add', '10.0.0.1/24', 'dev', 'v0');
    pair.set('public-ips', '10.0.0.1 1', '10.0.0.2 0', 'fd00::1 -1');
    expect(await pair.raise(['ipreallocated'], environment)).toEqual({
      status: 0,
      output:
        'WARNING: Public IP 10.0.0.1 is on interface v0 but CTDB does not host it on this node\n' +
        'WARNING: Public IP 10.0.0.2 is on no interface but CTDB hosts it on this node\n',
    });
    pair.set('public-ips', '10.0.0.1 0', '10.0.0.2 1', 'fd00::1 -1');
    expect(await pair.raise(['ipreallocated'], environment)).toEqual({ status: 0, output: '' });
  });
});
