import { expect, test } from 'vitest';
import { checkNode } from '../support/nfs-checks.ts';

const functions = `
STYLE=of-functions
script_name=\${0##*/}
echo "functions are read"
ctdb_check_thing() {
  echo "$service_name does not have $1"
  return 1
}
[ ! -x "$CTDB_BASE/rc.local" ] || . "$CTDB_BASE/rc.local"
`;

test("a check command finds the functions of CTDB, and the script's variables", async () => {
  const node = checkNode(
    {
      '20.nfs.check': 'service_check_cmd=\'echo "$_progname $script_name $STYLE"; ctdb_check_thing 2049\'\n',
    },
    functions,
  );
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output:
      'nfs 60.nfs.script of-functions\nnfs does not have 2049\nERROR: monitoring service "nfs" failed\n',
  });
});

test('the lines of a check file find them too, whether they take a shell or not', async () => {
  const node = checkNode(
    {
      '20.nfs.check': 'service_check_cmd="echo $_progname of $service_name"\n',
      '21.nfs.check': 'service_check_cmd="echo $STYLE, $(ctdb_check_thing x), $script_state_dir"\n',
    },
    functions,
  );
  expect(await node.raise('monitor')).toEqual({
    status: 0,
    output: `nfs of nfs\nof-functions, nfs does not have x, ${node.path('var/service/nfs')}\n`,
  });
});

test('the commands that stop, look at and start a service, and that count, find them as well', async () => {
  const node = checkNode(
    {
      '20.nfs.check':
        'restart_every=1\nunhealthy_after=0\nservice_check_cmd=\'test ! -e "$STUBS_STATE/bad"\'\n' +
        'service_stop_cmd=\'ctdb_check_thing stop; echo "$_failcount: $_err"\'\n' +
        "service_debug_cmd='ctdb_check_thing debug'\n" +
        "service_start_cmd='ctdb_check_thing start'\n" +
        "service_stats_cmd='ctdb_check_thing stats >&2'\n",
    },
    functions,
  );
  expect(await node.raise('monitor')).toEqual({ status: 0, output: 'nfs does not have stats\n' });
  node.plant('state/bad', '');
  expect(await node.raise('monitor')).toEqual({
    status: 0,
    output:
      'nfs does not have stats\nWARNING: monitoring service "nfs" failed\nTrying to restart service "nfs"...\n' +
      'nfs does not have stop\n1: monitoring service "nfs" failed\nnfs does not have debug\n',
  });
  await expect.poll(() => node.log()).toBe('nfs does not have start\n');
});

test('options of the files are stronger than those of rc.local, which is read with the functions', async () => {
  const node = checkNode({ '20.nfs.check': 'service_check_cmd=\'echo "$WANTED $ONLY_RC"\'\n' }, functions);
  node.plantExecutable('base/rc.local', 'WANTED=rc.local\nONLY_RC=rc.local\n');
  node.options('WANTED=options');
  expect(await node.raise('monitor')).toEqual({ status: 0, output: 'options rc.local\n' });
});

test('functions that are no shell fail the check with what the shell says', async () => {
  const node = checkNode({ '20.nfs.check': 'service_check_cmd=true\n' }, 'broken() {\n');
  const { status, output } = await node.raise('monitor');
  expect(status).toBe(1);
  expect(output).toContain('functions');
  expect(output).toContain('ERROR: monitoring service "nfs" failed\n');
});

test("the script's own checks of RPC services can be part of a check command", async () => {
  const node = checkNode({
    '20.nfs.check':
      'version="3 4"\nfamily="tcp udp6"\n' +
      'service_check_cmd=\'nfs_check_rpcinfo "$_progname" "$version" "$family" && ctdb_check_rpc mountd\'\n',
  });
  expect(await node.raise('monitor')).toEqual({ status: 0, output: '' });
  expect(node.calls().slice(1)).toEqual([
    'rpcinfo -T tcp 127.0.0.1 nfs 3',
    'rpcinfo -T tcp 127.0.0.1 nfs 4',
    'rpcinfo -T udp6 ::1 nfs 3',
    'rpcinfo -T udp6 ::1 nfs 4',
    'rpcinfo -T tcp 127.0.0.1 mountd',
  ]);
  node.plant('state/rpc-down', 'udp6 nfs 4\n');
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output:
      'nfs failed RPC check:\nrpcinfo: RPC: Program not registered\nprogram nfs version 4 is not available\n' +
      'ERROR: monitoring service "nfs" failed\n',
  });
});
