import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { Sampler } from '../../../core/run/sampling/sampler.ts';
import { Namespace } from '../../support/namespace.ts';
import { nfsNode } from '../../support/nfs-node.ts';
import { startRpcbind } from '../../support/rpcbind.ts';

const fine = { status: 0, output: '' };
const since = String.raw`\d{4}-\d\d-\d\dT[\d:.]+Z`;

test('under netlink a check calls the service itself, and says what rpcinfo would, and since when', async () => {
  const namespace = await Namespace.make();
  await startRpcbind(namespace);
  const node = nfsNode();
  node.plant('base/nfs-checks.d/00.portmapper.check', 'family="tcp udp tcp6 udp6"\n');
  expect(await node.raiseIn(namespace, 'monitor')).toEqual(fine);

  node.plant('base/nfs-checks.d/20.nfs.check', 'version=3\n');
  const { status, output } = await node.raiseIn(namespace, 'monitor');
  expect(status).toBe(1);
  expect(output).toMatch(
    new RegExp(
      '^ERROR: nfs failed RPC check:\nrpcinfo: RPC: Program not registered\n' + `failing since ${since}\n$`,
    ),
  );
  expect(node.calls().filter((call) => call.startsWith('rpcinfo'))).toEqual([]);
});

test('while its samples are fresh monitor starts no process, where callout and statd want none', async () => {
  const namespace = await Namespace.make();
  await startRpcbind(namespace);
  const node = nfsNode();
  node.plant('state/operations', 'monitor-list-shares\n');
  node.plant('state/shares', `${node.path('var')}\n`);
  node.plant('base/nfs-checks.d/00.portmapper.check', 'version="2 3 4"\nfamily="tcp udp"\n');
  expect(await node.raiseIn(namespace, 'monitor', { RAISE_AGAIN: 'yes' })).toEqual(fine);
  expect(node.calls()).toEqual([
    'nfs-linux-kernel-callout register',
    'nfs-linux-kernel-callout monitor-list-shares',
  ]);
});

test('words that only rpcinfo knows an answer to are left to rpcinfo', async () => {
  const namespace = await Namespace.make();
  const node = nfsNode();
  node.plant('base/nfs-checks.d/20.nfs.check', 'version=x\n');
  await node.raiseIn(namespace, 'monitor');
  expect(node.calls()).toContain('rpcinfo -T tcp 127.0.0.1 nfs x');
});

/** A file system whose server never answers, in a mount namespace that this process's children can be put in. */
async function hangingMount(path: string): Promise<(command: string) => string> {
  const mount = `exec 3<>/dev/fuse; mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 none ${path}`;
  const holder = spawn('unshare', ['--mount', 'bash', '-c', `${mount} && echo up && exec sleep 300`]);
  onTestFinished(async () => {
    holder.kill('SIGKILL');
    await once(holder, 'exit');
  });
  await once(holder.stdout, 'data');
  return (command) => `nsenter --target ${holder.pid} --mount ${command}`;
}

test('a share on a mount that is dead is warned of, holds up no other, and fails only after its time', async () => {
  const node = nfsNode();
  using sampler = new Sampler();
  const monitor = () => node.raiseWith({ networkName: 'netlink', sampling: sampler }, 'monitor');
  for (const name of ['srv/a', 'srv/dead', 'srv/b']) node.makeDirectory(name);
  const inside = await hangingMount(node.path('srv/dead'));
  node.plantExecutable('stubs/sh', `#!/bin/sh\nexec ${inside('/bin/sh')} "$@"\n`);
  node.plant('state/shares', ['a', 'dead', 'b'].map((name) => `${node.path(`srv/${name}`)}\n`).join(''));

  const warning = new RegExp(
    `^WARNING: nfs directory "${node.path('srv/dead')}" does not answer since ${since}\n$`,
  );
  const first = await monitor();
  expect(first).toEqual({ status: 0, output: expect.stringMatching(warning) as string });
  // Known to be dead it is waited for no longer than a second, and told since when.
  expect(await monitor()).toEqual(first);

  node.options('CTDB_HOOK_SHARE_STUCK_AFTER=0');
  const { status, output } = await monitor();
  expect(status).toBe(1);
  expect(output).toMatch(
    new RegExp(`^ERROR: nfs directory "${node.path('srv/dead')}" not available\nno answer since ${since}\n$`),
  );
});
