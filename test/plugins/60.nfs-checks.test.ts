import { expect, test } from 'vitest';
import { cancelMonitor, checkNode, monitors, provenNode } from '../support/nfs-checks.ts';

const ok = { status: 0, output: '' };
const nfs3Down =
  'nfs failed RPC check:\nrpcinfo: RPC: Program not registered\nprogram nfs version 3 is not available\n';
const nfs3Hung = 'nfs failed RPC check:\nrpcinfo: RPC: Timed out\nprogram nfs version 3 is not available\n';

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

test('what the command of statistics says on standard error is shown, and is no progress', async () => {
  const complain =
    'echo x >>"$STUBS_STATE/runs"; echo "nfsstat: failed $(wc -l <"$STUBS_STATE/runs")" >&2; echo calls 1';
  const node = checkNode({ '20.nfs.check': `version=3\nservice_stats_cmd='${complain}'\n` });
  expect(await node.raise('monitor')).toEqual({ status: 0, output: 'nfsstat: failed 1\n' });
  node.plant('state/rpc-hung', 'tcp nfs 3\n');
  expect(await monitors(node, 2)).toEqual([
    { status: 1, output: `nfsstat: failed 2\nERROR: ${nfs3Hung}` },
    { status: 1, output: `nfsstat: failed 3\nERROR: ${nfs3Hung}` },
  ]);
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

test('statistics that were cut off with their event are not those of the check before', async () => {
  const node = checkNode({
    '20.nfs.check':
      'version=3\nservice_stats_cmd=\'echo run >>"$STUBS_STATE/calls"; echo calls; ' +
      'tail -f "$STUBS_STATE/hang" 2>&-; echo 1\'\n',
  });
  expect(await node.raise('monitor')).toEqual(ok);
  node.clearCalls();
  await cancelMonitor(node);
  node.plant('state/rpc-hung', 'tcp nfs 3\n');
  expect(await node.raise('monitor')).toEqual({ status: 1, output: `ERROR: ${nfs3Hung}` });
});

test('a check that was cancelled with its event counts nothing', async () => {
  const check =
    'echo run >>"$STUBS_STATE/calls"; tail -f "$STUBS_STATE/hang" 2>&-; test ! -e "$STUBS_STATE/bad"';
  const node = await provenNode({ '20.nfs.check': `unhealthy_after=2\nservice_check_cmd='${check}'\n` });
  await cancelMonitor(node);
  node.plant('state/bad', '');
  expect(await monitors(node, 2)).toEqual([
    ok,
    { status: 1, output: 'ERROR: monitoring service "nfs" failed\n' },
  ]);
});
