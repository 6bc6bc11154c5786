import { symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { nfsNode } from '../support/nfs-node.ts';
import type { ServiceNode } from '../support/service-node.ts';

/** A node with these check files and nothing else to monitor, so that the calls are those of the checks. */
function checkNode(files: Readonly<Record<string, string>>): ServiceNode {
  const node = nfsNode();
  node.plant('state/operations', 'none\n');
  for (const [name, text] of Object.entries(files)) node.plant(`base/nfs-checks.d/${name}`, text);
  return node;
}

/** The same, after a first monitor in which every check succeeded, with the calls forgotten. */
async function provenNode(files: Readonly<Record<string, string>>): Promise<ServiceNode> {
  const node = checkNode(files);
  expect(await node.raise('monitor')).toEqual({ status: 0, output: '' });
  node.clearCalls();
  return node;
}

/** Raises monitor so often; what came of each. */
async function monitors(node: ServiceNode, times: number) {
  const results = [];
  for (let time = 0; time < times; time++) results.push(await node.raise('monitor'));
  return results;
}

const ok = { status: 0, output: '' };
const nfs3Down =
  'nfs failed RPC check:\nrpcinfo: RPC: Program not registered\nprogram nfs version 3 is not available\n';
const nfs3Hung = 'nfs failed RPC check:\nrpcinfo: RPC: Timed out\nprogram nfs version 3 is not available\n';

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

test('until a check has succeeded once, every failure is an error that counts and restarts nothing', async () => {
  const node = checkNode({
    '20.nfs.check':
      'version=3\nunhealthy_after=3\nrestart_every=1\nservice_stop_cmd="service nfs stop"\n' +
      'service_start_cmd="service nfs start"\n',
  });
  node.plant('state/rpc-down', 'tcp nfs 3\n');
  const error = { status: 1, output: `ERROR: ${nfs3Down}` };
  expect(await monitors(node, 4)).toEqual([error, error, error, error]);
  node.plant('state/rpc-down', '');
  expect(await node.raise('monitor')).toEqual(ok);
  expect(node.calls().filter((call) => call.startsWith('service'))).toEqual([]);
});

test('failures count from the first success on, and success resets the count', async () => {
  const node = await provenNode({ '20.nfs.check': 'version=3\nunhealthy_after=2\n' });
  const error = { status: 1, output: `ERROR: ${nfs3Down}` };
  node.plant('state/rpc-down', 'tcp nfs 3\n');
  expect(await monitors(node, 3)).toEqual([ok, error, error]);
  node.plant('state/rpc-down', '');
  expect(await node.raise('monitor')).toEqual(ok);
  node.plant('state/rpc-down', 'tcp nfs 3\n');
  expect(await monitors(node, 2)).toEqual([ok, error]);
});

test('by default the first failure is an error, and nothing is restarted', async () => {
  const node = await provenNode({ '20.nfs.check': 'version=3\n' });
  node.plant('state/rpc-down', 'tcp nfs 3\n');
  expect(await node.raise('monitor')).toEqual({ status: 1, output: `ERROR: ${nfs3Down}` });
});

test('with unhealthy_after=0 a check never fails the event once it has succeeded', async () => {
  const node = await provenNode({ '20.nfs.check': 'version=3\nunhealthy_after=0\n', '30.mountd.check': '' });
  node.plant('state/rpc-down', 'tcp nfs 3\n');
  expect(await monitors(node, 2)).toEqual([ok, ok]);
  expect(node.calls()).toContain('rpcinfo -T tcp 127.0.0.1 mountd');
});

const restarting = [
  'version=3',
  'service_stop_cmd="service nfs stop"',
  'service_start_cmd="service nfs start"',
  'service_debug_cmd="program_stack_traces nfsd 2"',
].join('\n');

test('at every restart_every-th failure the service is stopped, looked at, and started in the background', async () => {
  const node = await provenNode({ '20.nfs.check': `${restarting}\nrestart_every=2\nunhealthy_after=0\n` });
  node.plant('state/stubborn', '');
  node.plant('state/processes', 'nfsd 101\nnfsd 102\nnfsd 103\n');
  for (const pid of [101, 102, 103]) node.plant(`proc/${pid}/stack`, `[<0>] wait_${pid}\n`);
  node.plant('state/rpc-down', 'tcp nfs 3\n');
  const restart = {
    status: 0,
    output:
      `WARNING: ${nfs3Down}Trying to restart service "nfs"...\nstopping nfs\n` +
      'Stack trace for nfsd[101]:\n[<0>] wait_101\nStack trace for nfsd[102]:\n[<0>] wait_102\n',
  };
  expect(await monitors(node, 2)).toEqual([ok, restart]);
  await expect.poll(() => node.calls()).toContain('service nfs start');
  expect(await monitors(node, 2)).toEqual([ok, restart]);
  await expect
    .poll(() => node.calls().filter((call) => !call.startsWith('rpcinfo')))
    .toEqual([
      'service nfs stop',
      'pidof nfsd',
      'service nfs start',
      'service nfs stop',
      'pidof nfsd',
      'service nfs start',
    ]);
});

test('what a start in the background says goes to the log', async () => {
  const node = await provenNode({ '20.nfs.check': `${restarting}\nrestart_every=1\nunhealthy_after=0\n` });
  node.plant('state/rpc-down', 'tcp nfs 3\n');
  await node.raise('monitor');
  await expect.poll(() => node.log()).toBe('starting nfs\n');
});

test('a check that is unhealthy says so once, restarts, and ends the event', async () => {
  const node = await provenNode({
    '20.nfs.check': `${restarting}\nrestart_every=2\nunhealthy_after=2\n`,
    '30.mountd.check': '',
  });
  node.plant('state/operations', 'monitor-post\n');
  node.plant('state/rpc-down', 'tcp nfs 3\n');
  await node.raise('monitor');
  node.clearCalls();
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output: `ERROR: ${nfs3Down}Trying to restart service "nfs"...\nstopping nfs\n`,
  });
  await expect
    .poll(() => node.calls())
    .toEqual(['rpcinfo -T tcp 127.0.0.1 nfs 3', 'service nfs stop', 'pidof nfsd', 'service nfs start']);
});

test.for(['service_stop_cmd', 'service_start_cmd'])('a restart without %s fails the event', async (given) => {
  const missing = given === 'service_stop_cmd' ? 'service_start_cmd' : 'service_stop_cmd';
  const node = await provenNode({
    '20.nfs.check': `version=3\nrestart_every=1\nunhealthy_after=0\n${missing}="service nfs start"\n`,
  });
  node.plant('state/rpc-down', 'tcp nfs 3\n');
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output:
      `WARNING: ${nfs3Down}ERROR: Can not restart service "nfs" without corresponding ` +
      'service_start_cmd/service_stop_cmd settings\n',
  });
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

const counting = 'version=3\nservice_stats_cmd="cat $STUBS_STATE/statistics"\n';

test('a check that timed out while the statistics changed counts as good', async () => {
  const node = checkNode({ '20.nfs.check': `${counting}unhealthy_after=1\n` });
  node.plant('state/statistics', 'calls 1\n');
  expect(await node.raise('monitor')).toEqual(ok);
  node.plant('state/rpc-hung', 'tcp nfs 3\n');
  node.plant('state/statistics', 'calls 2\n');
  expect(await node.raise('monitor')).toEqual({
    status: 0,
    output: `WARNING: statistics changed but ${nfs3Hung}`,
  });
  expect(await node.raise('monitor')).toEqual({ status: 1, output: `ERROR: ${nfs3Hung}` });
});

test('before the first statistics there are none, and a check that counts as good has succeeded', async () => {
  const node = checkNode({ '20.nfs.check': `${counting}unhealthy_after=2\n` });
  node.plant('state/statistics', 'calls 1\n');
  node.plant('state/rpc-hung', 'tcp nfs 3\n');
  expect(await monitors(node, 3)).toEqual([
    { status: 0, output: `WARNING: statistics changed but ${nfs3Hung}` },
    ok,
    { status: 1, output: `ERROR: ${nfs3Hung}` },
  ]);
});

test('statistics without any text have not changed', async () => {
  const node = checkNode({ '20.nfs.check': counting });
  node.plant('state/statistics', '');
  node.plant('state/rpc-hung', 'tcp nfs 3\n');
  expect(await node.raise('monitor')).toEqual({ status: 1, output: `ERROR: ${nfs3Hung}` });
});

test('statistics excuse nothing but a timeout, and are taken each time', async () => {
  const node = checkNode({ '20.nfs.check': counting });
  node.plant('state/statistics', 'calls 1\n');
  node.plant('state/rpc-down', 'tcp nfs 3\n');
  expect(await node.raise('monitor')).toEqual({ status: 1, output: `ERROR: ${nfs3Down}` });
  node.plant('state/rpc-down', '');
  node.plant('state/rpc-hung', 'tcp nfs 3\n');
  expect(await node.raise('monitor')).toEqual({ status: 1, output: `ERROR: ${nfs3Hung}` });
});

test('a check file that is gone takes its count along', async () => {
  const check = 'version=3\nunhealthy_after=3\n';
  const node = await provenNode({ '20.nfs.check': check });
  node.plant('state/rpc-down', 'tcp nfs 3\n');
  expect(await node.raise('monitor')).toEqual(ok);
  node.remove('base/nfs-checks.d/20.nfs.check');
  expect(await node.raise('monitor')).toEqual(ok);
  node.plant('base/nfs-checks.d/20.nfs.check', check);
  expect(await node.raise('monitor')).toEqual({ status: 1, output: `ERROR: ${nfs3Down}` });
});

test('each check file has a count of its own', async () => {
  const check = 'version=3\nunhealthy_after=2\n';
  const node = await provenNode({ '20.nfs.check': check, '21.nfs.check': `${check}family=udp\n` });
  node.plant('state/rpc-down', 'tcp nfs 3\n');
  expect(await node.raise('monitor')).toEqual(ok);
  node.plant('state/rpc-down', 'udp nfs 3\n');
  expect(await node.raise('monitor')).toEqual(ok);
});

test('a check that was cancelled with its event counts nothing', async () => {
  const check =
    'echo run >>"$STUBS_STATE/calls"; tail -f "$STUBS_STATE/hang" 2>&-; test ! -e "$STUBS_STATE/bad"';
  const node = await provenNode({ '20.nfs.check': `unhealthy_after=2\nservice_check_cmd='${check}'\n` });
  node.plant('state/hang', '');
  const controller = new AbortController();
  const cancelled = node.raiseWith({ signal: controller.signal }, 'monitor');
  await expect.poll(() => node.calls()).toContain('run');
  controller.abort();
  expect((await cancelled).status).toBe(1);
  node.remove('state/hang');
  node.plant('state/bad', '');
  expect(await monitors(node, 2)).toEqual([
    ok,
    { status: 1, output: 'ERROR: monitoring service "nfs" failed\n' },
  ]);
});
