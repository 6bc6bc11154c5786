import { expect, test } from 'vitest';
import { noChanges } from '../../core/events/changes.ts';
import { nfsNode } from '../support/nfs-node.ts';

const callout = 'nfs-linux-kernel-callout';

test('the statd helper hears of startup before the callout, and of takeip after it', async () => {
  const node = nfsNode();
  node.plantStub('helpers/statd_callout_helper', 'statd-helper');
  expect(await node.raise('startup')).toEqual({ status: 0, output: 'statd startup\n' });
  expect(await node.raise('takeip', 'eth0', '10.0.0.31', '24')).toEqual({
    status: 0,
    output: 'statd takeip\n',
  });
  expect((await node.raise('releaseip', 'eth0', '10.0.0.31', '24')).output).toBe('');
  expect(await node.raise('monitor')).toEqual({ status: 0, output: 'statd update\n' });
  expect(node.calls()).toEqual([
    'statd_callout_helper startup',
    `${callout} register`,
    `${callout} startup`,
    `${callout} takeip eth0 10.0.0.31 24`,
    'statd_callout_helper takeip 10.0.0.31',
    `${callout} releaseip eth0 10.0.0.31 24`,
    `${callout} monitor-pre`,
    `${callout} monitor-list-shares`,
    'statd_callout_helper update',
    `${callout} monitor-post`,
  ]);
});

test('the statd helper of older CTDBs hears of update and notify only', async () => {
  const node = nfsNode();
  node.plantStub('base/statd-callout', 'statd-helper');
  await node.raise('startup');
  await node.raise('takeip', 'eth0', '10.0.0.31', '24');
  expect((await node.raise('ipreallocated')).output).toBe('Reconfiguring service "nfs"...\n');
  await expect.poll(() => node.calls()).toContain('statd-callout notify');
  await node.raise('monitor');
  expect(node.calls().filter((call) => call.startsWith('statd'))).toEqual([
    'statd-callout notify',
    'statd-callout update',
  ]);
});

test('a statd helper that cannot be executed is no helper', async () => {
  const node = nfsNode();
  node.plant('helpers/statd_callout_helper', '#!/bin/sh\n');
  expect(await node.raise('startup')).toEqual({ status: 0, output: '' });
});

test('the statd helper does not hear of an address that the callout failed to take', async () => {
  const node = nfsNode();
  node.plantStub('helpers/statd_callout_helper', 'statd-helper');
  node.plant('state/failing-operations', 'takeip\n');
  await node.raise('takeip', 'eth0', '10.0.0.31', '24');
  expect(node.calls()).toEqual([`${callout} register`, `${callout} takeip eth0 10.0.0.31 24`]);
});

test('ipreallocated notifies once for all addresses since it last did', async () => {
  const node = nfsNode();
  node.plantStub('helpers/statd_callout_helper', 'statd-helper');
  await node.raise('releaseip', 'eth0', '10.0.0.31', '24');
  await node.raise('takeip', 'eth0', '10.0.0.32', '24');
  expect(await node.raise('ipreallocated')).toEqual({
    status: 0,
    output: 'Reconfiguring service "nfs"...\n',
  });
  await expect.poll(() => node.calls()).toContain('statd_callout_helper notify');
  expect(await node.raise('ipreallocated')).toEqual({ status: 0, output: '' });
  expect(node.calls().filter((call) => call.endsWith('notify'))).toHaveLength(1);
});

test('ipreallocated says that it reconfigures even without a helper', async () => {
  const node = nfsNode();
  await node.raise('takeip', 'eth0', '10.0.0.31', '24');
  expect((await node.raise('ipreallocated')).output).toBe('Reconfiguring service "nfs"...\n');
});

test('ipreallocated has nothing to do when no address came or went', async () => {
  const node = nfsNode();
  expect(await node.raise('ipreallocated')).toEqual({ status: 0, output: '' });
  await node.raise('updateip', 'eth0', 'eth1', '10.0.0.31', '24');
  expect(await node.raise('ipreallocated')).toEqual({ status: 0, output: '' });
  expect(node.calls()).toEqual([]);
});

test('an address whose callout failed does not count', async () => {
  const node = nfsNode();
  node.plant('state/failing-operations', 'takeip\nreleaseip\n');
  await node.raise('takeip', 'eth0', '10.0.0.31', '24');
  await node.raise('releaseip', 'eth0', '10.0.0.32', '24');
  expect(await node.raise('ipreallocated')).toEqual({ status: 0, output: '' });
});

const address = { iface: 'eth0', ip: '10.0.0.31', maskBits: 24 };

test.for(['taken', 'released', 'retaken'])('an address that was %s without an event counts', async (how) => {
  const node = nfsNode();
  await node.raise('ipreallocated');
  const changes = { ...noChanges, [how]: [address], any: true };
  expect((await node.raiseWith({ changes }, 'ipreallocated')).output).toBe(
    'Reconfiguring service "nfs"...\n',
  );
});

test('an address that was heard of counts again when it changes later without an event', async () => {
  const node = nfsNode();
  await node.raise('takeip', 'eth0', '10.0.0.31', '24');
  await node.raise('ipreallocated');
  const changes = { ...noChanges, released: [address], any: true };
  expect((await node.raiseWith({ changes }, 'ipreallocated')).output).toBe(
    'Reconfiguring service "nfs"...\n',
  );
});

test('an address that moved to another interface does not count', async () => {
  const node = nfsNode();
  await node.raise('ipreallocated');
  const moved = [{ oldIface: 'eth0', newIface: 'eth1', ip: '10.0.0.31', maskBits: 24 }];
  const changes = { ...noChanges, moved, any: true };
  expect(await node.raiseWith({ changes }, 'ipreallocated')).toEqual({ status: 0, output: '' });
});

test('the addresses of a node where the plugin is new have not changed', async () => {
  const node = nfsNode();
  const changes = { ...noChanges, taken: [address], any: true };
  expect(await node.raiseWith({ changes }, 'ipreallocated')).toEqual({ status: 0, output: '' });
});

test('an address whose callout failed is not one that changed without an event', async () => {
  const node = nfsNode();
  await node.raise('ipreallocated');
  node.plant('state/failing-operations', 'takeip\n');
  await node.raise('takeip', 'eth0', '10.0.0.31', '24');
  const changes = { ...noChanges, taken: [address], any: true };
  expect(await node.raiseWith({ changes }, 'ipreallocated')).toEqual({ status: 0, output: '' });
});

test('an address counts although the callout does not want to hear of it', async () => {
  const node = nfsNode();
  node.plant('state/operations', 'startup\n');
  await node.raise('releaseip', 'eth0', '10.0.0.31', '24');
  expect((await node.raise('ipreallocated')).output).toBe('Reconfiguring service "nfs"...\n');
});
