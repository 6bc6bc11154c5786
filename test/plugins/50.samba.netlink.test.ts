import { createServer, type AddressInfo } from 'node:net';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { Sampler } from '../../core/run/sampling/sampler.ts';
import { ServiceNode } from '../support/service-node.ts';

const fine = { status: 0, output: '' };

/** A port on which something listens until the test is over, or is told to stop. */
async function listen(): Promise<{ readonly port: number; readonly stop: () => Promise<unknown> }> {
  const server = createServer().listen(0, '0.0.0.0');
  await once(server, 'listening');
  const stop = (): Promise<unknown> => {
    server.close();
    return once(server, 'close');
  };
  onTestFinished(() => {
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, stop };
}

/** A node whose Samba works, and whose `monitor` is raised as in a plugin host under netlink. */
async function sambaNode() {
  const node = new ServiceNode('50.samba');
  const { port, stop } = await listen();
  const settings = (path: string): string => `[global]\n\tsmb ports = ${port}\n[data]\n\tpath = ${path}\n`;
  node.makeDirectory('srv');
  node.plant('state/settings', settings(node.path('srv')));
  const sampler = new Sampler();
  onTestFinished(() => {
    sampler[Symbol.dispose]();
  });
  const monitor = () => node.raiseWith({ networkName: 'netlink', sampling: sampler }, 'monitor');
  return { node, port, stop, settings, monitor };
}

const noTestparm = (node: ServiceNode): void => {
  node.plant('state/testparm-fails', 'no smb.conf\n');
};

test('monitor checks ports and shares by itself, and while its samples are fresh no process is started', async () => {
  const { node, monitor } = await sambaNode();
  expect(await monitor()).toEqual(fine);
  // What would be called now would fail.
  for (const name of ['testparm', 'sh', 'timeout', 'ctdb'])
    node.plantExecutable(`stubs/${name}`, '#!/bin/dash\necho "$0" >>"$STUBS_STATE/calls"\nexit 1\n');
  expect(await monitor()).toEqual(fine);
  expect(node.calls()).toEqual([]);
});

test('a port on which nothing listens fails in the words of old', async () => {
  const { port, stop, monitor } = await sambaNode();
  expect(await monitor()).toEqual(fine);
  await stop();
  expect(await monitor()).toEqual({ status: 1, output: `samba not listening on TCP port ${port}\n` });
});

test('a missing share fails, and is good again at the next monitor after it was made', async () => {
  const { node, settings, monitor } = await sambaNode();
  node.plant('state/settings', settings(node.path('srv/new')));
  expect(await monitor()).toEqual({
    status: 1,
    output: `ERROR: samba directory "${node.path('srv/new')}" not available\n`,
  });
  node.makeDirectory('srv/new');
  expect(await monitor()).toEqual(fine);
});

test('a failure is judged by what testparm says now: a share that is no more fails nothing', async () => {
  const { node, settings, monitor } = await sambaNode();
  node.plant('state/settings', settings(node.path('gone')));
  const failed = { status: 1, output: `ERROR: samba directory "${node.path('gone')}" not available\n` };
  expect(await monitor()).toEqual(failed);
  expect(await monitor()).toEqual(failed);
  node.plant('state/settings', settings(node.path('srv')));
  expect(await monitor()).toEqual(fine);
});

test('what testparm has said since a sample is not undone by that', async () => {
  const { node, settings, monitor } = await sambaNode();
  node.plant('base/script.options', 'CTDB_HOOK_SHARE_INTERVAL=1\n');
  node.makeDirectory('srv/before');
  node.plant('state/settings', settings(node.path('srv/before')));
  expect(await monitor()).toEqual(fine);
  // The share moves in the registry, of which nothing tells.
  node.plant('state/settings', settings(node.path('srv/after')));
  node.makeDirectory('srv/after');
  node.remove('srv/before');
  const cache = (): string => node.read('var/service/samba/smb.conf.cache');
  await expect
    .poll(async () => [await monitor(), cache().includes('srv/after')], { interval: 200 })
    .toEqual([fine, true]);
  noTestparm(node);
  expect(await monitor()).toEqual(fine);
  expect(cache()).toContain('srv/after');
});

test('an smb.conf that cannot be read in time does not hold monitor up', async () => {
  const { node, monitor } = await sambaNode();
  node.makeDirectory('etc/samba');
  execFileSync('mkfifo', [node.path('etc/samba/smb.conf')]);
  expect(await monitor()).toEqual(fine);
  expect(await monitor()).toEqual(fine);
});

test('an smb.conf that cannot be looked at fails nothing by itself', async () => {
  const { node, monitor } = await sambaNode();
  node.makeDirectory('etc/samba');
  symlinkSync('smb.conf', node.path('etc/samba/smb.conf'));
  expect(await monitor()).toEqual(fine);
});

test('testparm is asked soon about an smb.conf that has changed', async () => {
  const { node, settings, monitor } = await sambaNode();
  node.plant('etc/samba/smb.conf', 'one');
  expect(await monitor()).toEqual(fine);
  node.plant('state/settings', settings(node.path('srv/new')));
  expect(await monitor()).toEqual(fine);
  node.plant('etc/samba/smb.conf', 'two');
  await expect.poll(monitor, { interval: 200 }).toEqual({
    status: 1,
    output: `ERROR: samba directory "${node.path('srv/new')}" not available\n`,
  });
});

test('a testparm that fails is covered by the last good answer, which CTDB’s own script would find too', async () => {
  const { node, monitor } = await sambaNode();
  expect(await monitor()).toEqual(fine);
  const cache = node.read('var/service/samba/smb.conf.cache');
  expect(cache).toContain('\tsmb ports = ');
  noTestparm(node);
  const other = new Sampler();
  expect(await node.raiseWith({ networkName: 'netlink', sampling: other }, 'monitor')).toEqual({
    status: 0,
    output: 'WARNING: smb.conf cache update failed - using old cache file\nno smb.conf\n',
  });
  other[Symbol.dispose]();
});

test('a testparm that fails with nothing to fall back on fails the event', async () => {
  const { node, monitor } = await sambaNode();
  noTestparm(node);
  expect(await monitor()).toEqual({
    status: 1,
    output: 'ERROR: smb.conf cache create failed - testparm failed with:\nno smb.conf\n',
  });
  node.remove('state/testparm-fails');
  expect(await monitor()).toEqual(fine);
});

test('in a process for one event the checks are made on the spot, with the same words', async () => {
  const { node, settings } = await sambaNode();
  const monitor = () => node.raiseWith({ networkName: 'netlink' }, 'monitor');
  expect(await monitor()).toEqual(fine);
  node.plant('state/settings', settings(node.path('gone')));
  expect(await monitor()).toEqual({
    status: 1,
    output: `ERROR: samba directory "${node.path('gone')}" not available\n`,
  });
});
