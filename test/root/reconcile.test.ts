import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { hook, pluginText } from '../support/hook-node.ts';
import { NetworkPair } from '../support/network-pair.ts';
import { startStockEventd } from '../support/stock-eventd.ts';
import { plant, script, temporaryDirectory } from '../support/temporary-directory.ts';

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
      lines: ['1 public address, 1 on this node: ledger, kernel and ctdb agree'],
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

test('an ipreallocated of CTDB’s own event daemon mends the ledger as well, by the links to plugins', async () => {
  const told = pluginText('ipreallocated({ changes }, { log }) { log(JSON.stringify(changes.taken)); },');
  const eventd = await startStockEventd('[logging]\n\tlocation = file:\n', {
    '60.x.ts': { text: told, mode: 0o755 },
    '60.x.script': { target: hook },
  });
  const ctdb = join(eventd.base, 'ctdb');
  plant(eventd.base, {
    public_addresses: '127.0.0.1/8 lo\n',
    ctdb: script(`[ "$1" = pnn ] && { echo 0; exit; }; echo '|Public IP|Node|'; echo '|127.0.0.1|0|'`),
  });
  const env = { CTDB_TEST_MODE: '1', CTDB_BASE: eventd.base, CTDB: ctdb };
  const { exitCode, stdout } = await execa(hook, ['reconcile', '--mend'], { env, reject: false });
  expect(stdout.split('\n')).toEqual([
    '127.0.0.1: the ledger is wrong (ledger: not held, kernel: lo/8, ctdb: this node)',
    'Raising ipreallocated, at which the ledger learns what the kernel has',
    '1 public address, 1 on this node: ledger, kernel and ctdb agree',
  ]);
  expect(exitCode).toBe(0);
  expect(await eventd.stop()).toContain('[{"iface":"lo","ip":"127.0.0.1","maskBits":8}]');
});
