import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { nfsNode } from '../../support/nfs-node.ts';

/** An rpcbind in network and mount namespaces of its own, which end with it. */
function startRpcbind(): ChildProcess {
  const script = 'ip link set lo up && mount -t tmpfs tmpfs /run && exec rpcbind -f';
  const rpcbind = spawn('unshare', ['--net', '--mount', 'sh', '-c', script], { stdio: 'ignore' });
  onTestFinished(async () => {
    rpcbind.kill('SIGKILL');
    await once(rpcbind, 'exit');
  });
  return rpcbind;
}

test('a check asks rpcbind with the real rpcinfo, of the package rpcbind, and needs root', async () => {
  const rpcbind = startRpcbind();
  const node = nfsNode();
  const enter = `nsenter --target ${rpcbind.pid} --net --mount`;
  node.plantExecutable('stubs/rpcinfo', `#!/bin/sh\nexec ${enter} /usr/sbin/rpcinfo "$@"\n`);
  node.plant('base/nfs-checks.d/00.portmapper.check', 'family="tcp udp tcp6 udp6"\n');
  await expect.poll(() => node.raise('monitor'), { timeout: 10_000 }).toEqual({ status: 0, output: '' });

  node.plant('base/nfs-checks.d/20.nfs.check', 'version=3\n');
  expect(await node.raise('monitor')).toEqual({
    status: 1,
    output: 'ERROR: nfs failed RPC check:\nrpcinfo: RPC: Program not registered\n',
  });
});
