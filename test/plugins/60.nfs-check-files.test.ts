import { symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkNode, provenNode } from '../support/nfs-checks.ts';

const ok = { status: 0, output: '' };
const nfs3Down =
  'nfs failed RPC check:\nrpcinfo: RPC: Program not registered\nprogram nfs version 3 is not available\n';

test('checks run in the order of their names; other files are no checks', async () => {
  const node = checkNode({
    '20.nfs.check': '',
    '00.portmapper.check': '',
    '10.status.check~': '',
    '10.status.check.rpmsave': '',
    README: 'not shell',
    '5.x.check': '',
  });
  expect(await node.raise('monitor')).toEqual(ok);
  expect(node.calls().slice(1)).toEqual([
    'rpcinfo -T tcp 127.0.0.1 portmapper',
    'rpcinfo -T tcp 127.0.0.1 nfs',
  ]);
});

test('a check file that leads nowhere is no check', async () => {
  const node = checkNode({ '20.nfs.check': '' });
  symlinkSync('/nonexistent', node.path('base/nfs-checks.d/10.status.check'));
  expect(await node.raise('monitor')).toEqual(ok);
  expect(node.calls().slice(1)).toEqual(['rpcinfo -T tcp 127.0.0.1 nfs']);
});

test('a variable that a check file does not set is its default for the commands', async () => {
  const node = checkNode({
    '20.x.check': 'service_check_cmd="echo $family, $version, $unhealthy_after, $restart_every"\n',
  });
  expect(await node.raise('monitor')).toEqual({ status: 0, output: 'tcp, , 1, 0\n' });
});

test('CTDB_NFS_CHECKS_DIR says where the check files are', async () => {
  const node = checkNode({ '20.nfs.check': '' });
  node.plant('elsewhere/30.mountd.check', '');
  node.options(`CTDB_NFS_CHECKS_DIR=${node.path('elsewhere')}`);
  await node.raise('monitor');
  expect(node.calls().slice(1)).toEqual(['rpcinfo -T tcp 127.0.0.1 mountd']);
});

test('a check calls each family and version, on the loopback address of the family', async () => {
  const node = checkNode({ '20.nfs.check': 'family="tcp udp tcp6 udp6"\nversion="3 4"\n' });
  expect(await node.raise('monitor')).toEqual(ok);
  expect(node.calls().slice(1)).toEqual([
    'rpcinfo -T tcp 127.0.0.1 nfs 3',
    'rpcinfo -T tcp 127.0.0.1 nfs 4',
    'rpcinfo -T udp 127.0.0.1 nfs 3',
    'rpcinfo -T udp 127.0.0.1 nfs 4',
    'rpcinfo -T tcp6 ::1 nfs 3',
    'rpcinfo -T tcp6 ::1 nfs 4',
    'rpcinfo -T udp6 ::1 nfs 3',
    'rpcinfo -T udp6 ::1 nfs 4',
  ]);
});

test('CTDB_RPCINFO_LOCALHOST and CTDB_RPCINFO_LOCALHOST6 are asked instead', async () => {
  const node = checkNode({ '20.nfs.check': 'family="udp tcp6"\n' });
  node.options('CTDB_RPCINFO_LOCALHOST=10.1.1.1', 'CTDB_RPCINFO_LOCALHOST6=fd00::1');
  await node.raise('monitor');
  expect(node.calls().slice(1)).toEqual(['rpcinfo -T udp 10.1.1.1 nfs', 'rpcinfo -T tcp6 fd00::1 nfs']);
});

test('the first call that fails ends the check, and the event', async () => {
  const node = checkNode({ '20.nfs.check': 'version="3 4"\n', '30.mountd.check': '' });
  node.plant('state/rpc-down', 'tcp nfs 3\n');
  expect(await node.raise('monitor')).toEqual({ status: 1, output: `ERROR: ${nfs3Down}` });
  expect(node.calls().slice(1)).toEqual(['rpcinfo -T tcp 127.0.0.1 nfs 3']);
});

test('comments and blank lines are skipped, values use variables, and the last line needs no end', async () => {
  const node = checkNode({
    '20.nfs.check': '# comment\n\n   \n  # indented\n  family=udp\nversion="$NFS_VERSION"',
  });
  node.options('NFS_VERSION="3 4"');
  expect(await node.raise('monitor')).toEqual(ok);
  expect(node.calls().slice(1)).toEqual(['rpcinfo -T udp 127.0.0.1 nfs 3', 'rpcinfo -T udp 127.0.0.1 nfs 4']);
});

test('an unknown variable fails the event with its line', async () => {
  const node = checkNode({
    '20.nfs.check': 'version=3\n  unhealthy-after=2 # soon\n',
    '30.mountd.check': '',
  });
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output: 'ERROR: Unknown variable for nfs: unhealthy-after=2 # soon\n',
  });
  expect(node.calls().filter((call) => call.startsWith('rpcinfo'))).toEqual([]);
});

test('a count that is no number fails the event and says where', async () => {
  const node = checkNode({ '20.nfs.check': 'unhealthy_after=soon\n' });
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output: `ERROR: ${node.path('base/nfs-checks.d/20.nfs.check')}: unhealthy_after is "soon", expected a whole number\n`,
  });
});

test('a line that is not shell fails the event with what the shell says', async () => {
  const node = checkNode({ '20.nfs.check': 'version="3\n' });
  const { status, output } = await node.raise('monitor');
  expect(status).toBe(1);
  expect(output).toContain('20.nfs.check');
});

test('a check command replaces the RPC call, its output is shown, and its failure is named', async () => {
  const check = 'echo checking; echo err >&2; test ! -e "$STUBS_STATE/bad"';
  const node = checkNode({ '40.ganesha.check': `version=3\nservice_check_cmd='${check}'\n` });
  expect(await node.raise('monitor')).toEqual({ status: 0, output: 'checking\nerr\n' });
  node.plant('state/bad', '');
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output: 'checking\nerr\nERROR: monitoring service "ganesha" failed\n',
  });
  expect(node.calls().filter((call) => call.startsWith('rpcinfo'))).toEqual([]);
});

test('a check command may be a pipeline that uses variables of the file, of the options and CTDB', async () => {
  const node = checkNode({
    '40.ganesha.check':
      'version=3\nservice_check_cmd=\'echo "$version $WANTED $CTDB_NFS_CALLOUT" | grep "^3 7 /"; false\'\n',
  });
  node.options('WANTED=7');
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output: `3 7 ${node.path('base/nfs-linux-kernel-callout')}\nERROR: monitoring service "ganesha" failed\n`,
  });
  expect(node.calls().filter((call) => call.startsWith('rpcinfo'))).toEqual([]);
});

test('quotes in a command are kept for the shell that runs it', async () => {
  const node = checkNode({ '40.x.check': `service_check_cmd="echo 'a  b' | tr b c; false"\n` });
  expect((await node.raise('monitor')).output).toBe('a  c\nERROR: monitoring service "x" failed\n');
});

test('the commands of a check file run the callout by its variable', async () => {
  const node = await provenNode({
    '20.nfs.check':
      'version=3\nrestart_every=1\nunhealthy_after=0\nservice_stop_cmd="$CTDB_NFS_CALLOUT stop nfs"\n' +
      'service_start_cmd="$CTDB_NFS_CALLOUT start nfs"\n',
  });
  node.plant('state/rpc-down', 'tcp nfs 3\n');
  await node.raise('monitor');
  await expect
    .poll(() => node.calls().slice(1))
    .toEqual(['nfs-linux-kernel-callout stop nfs', 'nfs-linux-kernel-callout start nfs']);
});
