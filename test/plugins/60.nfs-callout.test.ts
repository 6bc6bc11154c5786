import { expect, test } from 'vitest';
import { nfsNode } from '../support/nfs-node.ts';

const callout = 'nfs-linux-kernel-callout';

test('the callout is asked to register once, and for its operations from then on', async () => {
  const node = nfsNode();
  expect(await node.raise('startup')).toEqual({ status: 0, output: '' });
  await node.raise('startipreallocate');
  await node.raise('shutdown');
  expect(node.calls()).toEqual([
    `${callout} register`,
    `${callout} startup`,
    `${callout} startipreallocate`,
    `${callout} shutdown`,
  ]);
});

test('the callout is called only for what it registered for', async () => {
  const node = nfsNode();
  node.plant('state/operations', 'shutdown\ntakeip\n');
  for (const event of ['startup', 'startipreallocate', 'monitor', 'shutdown']) await node.raise(event);
  await node.raise('takeip', 'eth0', '10.0.0.31', '24');
  await node.raise('releaseip', 'eth0', '10.0.0.31', '24');
  expect(node.calls()).toEqual([
    `${callout} register`,
    `${callout} shutdown`,
    `${callout} takeip eth0 10.0.0.31 24`,
  ]);
});

test('a line ALL among the registered operations means all', async () => {
  const node = nfsNode();
  node.plant('state/operations', 'ALL\n');
  await node.raise('startup');
  expect(node.calls()).toEqual([`${callout} register`, `${callout} startup`]);
});

test('the callout registers anew whenever its name changes', async () => {
  const node = nfsNode();
  node.plantStub('base/other-callout', 'nfs-callout');
  await node.raise('startup');
  node.options(`CTDB_NFS_CALLOUT=${node.path('base/other-callout')}`);
  await node.raise('startup');
  await node.raise('startup');
  node.options();
  await node.raise('startup');
  expect(node.calls()).toEqual([
    `${callout} register`,
    `${callout} startup`,
    'other-callout register',
    'other-callout startup',
    'other-callout startup',
    `${callout} register`,
    `${callout} startup`,
  ]);
});

test('a callout that fails to register says so once an event, is called for all, and is asked again', async () => {
  const node = nfsNode();
  const complaint = `/clusterfs is not mounted\nERROR: "${node.path(`base/${callout}`)} register" failed with status 1\n`;
  node.plant('state/operations', '/clusterfs is not mounted\n');
  node.plant('state/failing-operations', 'register\nstartup\n');
  expect(await node.raise('startup')).toEqual({ status: 1, output: complaint });
  expect(await node.raise('monitor')).toEqual({ status: 0, output: complaint });
  node.plant('state/operations', 'startup\nmonitor-post\n');
  node.plant('state/failing-operations', '');
  expect(await node.raise('startup')).toEqual({ status: 0, output: '' });
  expect(await node.raise('monitor')).toEqual({ status: 0, output: '' });
  expect(node.calls()).toEqual([
    `${callout} register`,
    `${callout} startup`,
    `${callout} register`,
    `${callout} monitor-pre`,
    `${callout} monitor-list-shares`,
    `${callout} monitor-post`,
    `${callout} register`,
    `${callout} startup`,
    `${callout} monitor-post`,
  ]);
});

test('a callout that has registered is not asked again when it would fail', async () => {
  const node = nfsNode();
  await node.raise('startup');
  node.plant('state/failing-operations', 'register\n');
  expect(await node.raise('releaseip', 'eth0', '10.0.0.31', '24')).toEqual({ status: 0, output: '' });
});

test('a state directory that cannot be made is a warning: the callout may do without it', async () => {
  const node = nfsNode();
  node.plant('var/service', 'a file');
  const { status, output } = await node.raise('releaseip', 'eth0', '10.0.0.31', '24');
  expect({ status, warning: output.split(':')[0] }).toEqual({ status: 0, warning: 'WARNING' });
  expect(output).toContain(`mkdir '${node.path('var/service')}'`); // Which is a file.
  expect(node.calls()).toEqual([`${callout} register`, `${callout} releaseip eth0 10.0.0.31 24`]);
});

test('a callout without a slash is looked up in PATH', async () => {
  const node = nfsNode();
  node.options('CTDB_NFS_CALLOUT=nfs-callout');
  await node.raise('shutdown');
  expect(node.calls()).toEqual(['nfs-callout register', 'nfs-callout shutdown']);
});

test('a callout that is not there fails the event, and registers when it is', async () => {
  const node = nfsNode();
  node.options(`CTDB_NFS_CALLOUT=${node.path('base/later')}`);
  const failed = await node.raise('startup');
  expect(failed.status).toBe(1);
  expect(failed.output).toContain(node.path('base/later'));
  node.plantStub('base/later', 'nfs-callout');
  expect(await node.raise('startup')).toEqual({ status: 0, output: '' });
  expect(node.calls()).toEqual(['later register', 'later startup']);
});

test('a callout that is not there does not fail releaseip, and that is said', async () => {
  const node = nfsNode();
  const gone = node.path('base/gone');
  node.options(`CTDB_NFS_CALLOUT=${gone}`);
  expect(await node.raise('releaseip', 'eth0', '10.0.0.31', '24')).toEqual({
    status: 0,
    output: `${gone}: command not found\nERROR: "${gone} register" was not found\n${gone}: command not found\n`,
  });
});

test.for(['startup', 'shutdown', 'startipreallocate', 'takeip', 'releaseip'])(
  'what the callout says at %s is shown in order, and its failure is the event',
  async (event) => {
    const node = nfsNode();
    node.plant('state/callout-talks', '');
    node.plant('state/failing-operations', `${event}\n`);
    expect(await node.raise(event)).toEqual({
      status: 1,
      output: `register err\n${event} out\n${event} err\n`,
    });
  },
);

test('the arguments of an event go to the callout as they are, right or wrong', async () => {
  const node = nfsNode();
  await node.raise('takeip', 'eth0', '10.0.0.31', '24');
  await node.raise('takeip', 'eth0');
  await node.raise('releaseip', 'eth 0', 'nonsense', '', 'more');
  expect(node.calls()).toEqual([
    `${callout} register`,
    `${callout} takeip eth0 10.0.0.31 24`,
    `${callout} takeip eth0`,
    `${callout} releaseip eth 0 nonsense  more`,
  ]);
});

test('the callout finds its variables in the environment, and a directory that it can make', async () => {
  const node = nfsNode();
  node.plant('state/environment-wanted', '');
  await node.raise('startup');
  const environment = node.read('state/environment').split('\n');
  expect(environment).toContain(`CTDB_NFS_CALLOUT=${node.path(`base/${callout}`)}`);
  expect(environment).toContain(`CTDB_BASE=${node.path('base')}`);
  const stateDirectory = node.path('var/service/nfs/callout-state');
  expect(environment).toContain(`CTDB_NFS_CALLOUT_STATE_DIR=${stateDirectory}`);
  expect(environment.join()).not.toMatch(/CTDB_NFS_SHARED_STATE_DIR|CTDB_NFS_EXPORTS_FILE/);
  expect(node.exists('var/service/nfs')).toBe(true);
  expect(node.exists('var/service/nfs/callout-state')).toBe(false);
});

test('the shared state directory and the exports file are handed to the callout unread', async () => {
  const node = nfsNode();
  node.plant('state/environment-wanted', '');
  node.options('CTDB_NFS_SHARED_STATE_DIR=not/absolute', 'CTDB_NFS_EXPORTS_FILE=/etc/ganesha/ganesha.conf');
  await node.raise('startup');
  expect(node.read('state/environment')).toContain('CTDB_NFS_SHARED_STATE_DIR=not/absolute\n');
  expect(node.read('state/environment')).toContain('CTDB_NFS_EXPORTS_FILE=/etc/ganesha/ganesha.conf\n');
});

test("the system's own configuration of nfs is read, and script.options after it", async () => {
  const node = nfsNode();
  node.plant('etc/default/nfs', 'CTDB_NFS_CALLOUT=nfs-callout\n');
  await node.raise('startup');
  node.plant('etc/sysconfig/nfs', 'CTDB_NFS_CALLOUT=/nonexistent\n');
  expect((await node.raise('startup')).status).toBe(1);
  node.options('CTDB_NFS_CALLOUT=nfs-callout');
  expect((await node.raise('startup')).status).toBe(0);
});

test('monitor calls the callout first and last, with its output in order, and is silent when all is well', async () => {
  const node = nfsNode();
  expect(await node.raise('monitor')).toEqual({ status: 0, output: '' });
  node.plant('state/callout-talks', '');
  expect(await node.raise('monitor')).toEqual({
    status: 0,
    output: 'monitor-pre out\nmonitor-pre err\nmonitor-list-shares err\nmonitor-post out\nmonitor-post err\n',
  });
});

test.for(['monitor-pre', 'monitor-post'])('a callout that fails %s fails monitor', async (operation) => {
  const node = nfsNode();
  node.plant('state/failing-operations', `${operation}\n`);
  expect(await node.raise('monitor')).toEqual({ status: 1, output: '' });
  expect(node.calls().at(-1)).toBe(`${callout} ${operation}`);
});
