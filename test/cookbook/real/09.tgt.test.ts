import { expect, test } from 'vitest';
import { ServiceMachine } from './service-machine.ts';

const start = (): Promise<ServiceMachine> =>
  ServiceMachine.start('09.tgt', {
    files: {
      '/etc/ctdb/iscsi-targets/10.0.0.1.conf':
        '<target iqn.2026-01.example:one>\n  backing-store /srv/one\n</target>\n',
      '/etc/ctdb/iscsi-targets/10.0.0.2.conf':
        '<target iqn.2026-01.example:two>\n  backing-store /srv/two\n</target>\n',
    },
    prepare: 'for name in one two; do truncate -s 8M /srv/$name; done',
  });

/** The targets that an initiator finds by a public address. */
const targetsAt = (node: ServiceMachine, ip: string): Promise<string> =>
  node
    .client('iscsi-ls', `iscsi://${ip}/`)
    .then(({ stdout }) => stdout.replaceAll(/Target:iqn.2026-01.example:| Portal:.*/g, ''));

const isBusy = (node: ServiceMachine): Promise<string> =>
  node.shell('tgtadm --lld iscsi --op show --mode target');

test('a target is where its public address is, and nowhere else', async () => {
  const node = await start();
  await node.succeed('init', 'startup', 'monitor');
  await node.take('10.0.0.1');
  await node.succeed('monitor');
  expect(await targetsAt(node, '10.0.0.1')).toBe('one');
  await node.take('10.0.0.2');
  await node.succeed('ipreallocated', 'monitor');
  expect((await targetsAt(node, '10.0.0.2')).split('\n').sort()).toEqual(['one', 'two']);
  await node.succeed('releaseip eth0 10.0.0.1 24', 'ipreallocated', 'monitor');
  expect(await targetsAt(node, '10.0.0.2')).toBe('two');
  await node.succeed('shutdown', 'shutdown');
  expect(node.machine.pidsOf(/tgtd/)).toEqual([]);
});

test('a target that an initiator works with goes with its address, and the initiator is cut off', async () => {
  const node = await start();
  await node.succeed('startup');
  await node.take('10.0.0.1');
  const reader = node.startClient('iscsi-perf', '-t', '60', 'iscsi://10.0.0.1/iqn.2026-01.example:one/1');
  await reader.says('iops');
  expect(await isBusy(node)).toContain('Initiator: iqn.2010-11.libiscsi:iscsi-perf');
  await node.succeed('releaseip eth0 10.0.0.1 24');
  expect(await isBusy(node)).toBe('');
  await node.succeed('ipreallocated', 'monitor');
});

test('the targets that a killed ctdbd has left are gone after init, and come again with their address', async () => {
  const node = await start();
  await node.succeed('startup');
  await node.take('10.0.0.1');
  await node.succeed('init');
  expect(await isBusy(node)).toBe('');
  await node.take('10.0.0.1');
  expect(await targetsAt(node, '10.0.0.1')).toBe('one');
});

test('a target that somebody removed makes the node unhealthy, and so does a daemon that has died', async () => {
  const node = await start();
  await node.succeed('startup');
  await node.take('10.0.0.1');
  await node.shell('tgt-admin --force --delete iqn.2026-01.example:one');
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output: 'ERROR: tgtd is without iqn.2026-01.example:one\n',
  });
  await node.kill(/tgtd/);
  expect(await node.raise('monitor')).toEqual({ status: 1, output: 'ERROR: tgtd does not answer\n' });
  await node.succeed('releaseip eth0 10.0.0.1 24', 'ipreallocated');
});
