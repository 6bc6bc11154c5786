import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { HookNode, hook } from '../support/hook-node.ts';
import { Namespace } from '../support/namespace.ts';
import { script } from '../support/temporary-directory.ts';

/** A node in a network of its own, on which a ctdbd that is gone has left two public addresses. */
async function nodeWithAddresses(): Promise<{ readonly node: HookNode; readonly network: Namespace }> {
  const network = await Namespace.make();
  network.exec('ip', 'link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'p0');
  network.exec('ip', 'link', 'set', 'v0', 'up');
  for (const address of ['10.0.0.1/24', '192.0.2.9/24'])
    network.exec('ip', 'addr', 'add', address, 'dev', 'v0');
  network.exec('ip', 'addr', 'add', 'fd00::1/64', 'dev', 'v0', 'nodad');
  const node = new HookNode();
  node.configure('public_addresses', '10.0.0.1/24 v0\n10.0.0.2/24 v0\nfd00::1/64 v0\n');
  return { node, network };
}

const enable = ({ events }: HookNode): void => {
  symlinkSync(join(packageRoot, 'plugins/10.interface/plugin.ts'), join(events, '10.interface.ts'));
};

/** Calls it in the network of the node. */
function afterStop({ base }: HookNode, { pid }: Namespace): { status: number | null; output: string } {
  const words = ['-t', String(pid), '-n', hook, 'after-stop'];
  const { status, stdout, stderr } = spawnSync('nsenter', words, {
    env: { PATH: process.env['PATH'], CTDB_TEST_MODE: '1', CTDB_BASE: base },
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

const addresses = (network: Namespace): string[] =>
  [...network.exec('ip', '-o', 'addr', 'show', 'dev', 'v0').matchAll(/inet6? (\S+)/g)]
    .map(([, address]) => address ?? '')
    .filter((address) => !address.startsWith('fe80'))
    .sort();

const removed = `Removing public address 10.0.0.1/24 from device v0
Removing public address fd00::1/64 from device v0
`;

test('the public addresses that a ctdbd has left are taken off, and no other; then there is nothing to do', async () => {
  const { node, network } = await nodeWithAddresses();
  enable(node);
  // A socket that nobody listens on stays behind when a process is killed.
  writeFileSync(join(node.base, 'run/ctdbd.socket'), '');
  expect(afterStop(node, network)).toEqual({ status: 0, output: removed });
  expect(addresses(network)).toEqual(['192.0.2.9/24']);
  expect(afterStop(node, network)).toEqual({ status: 0, output: '' });
});

test.each([
  ['a script', '10.interface.script', script('echo script; exit 1')],
  ['a plugin that does not load', '10.interface.ts', { text: 'export default 1;', mode: 0o755 }],
])('they are taken off by the built-in plugin where 10.interface is %s', async (_what, name, file) => {
  const { node, network } = await nodeWithAddresses();
  node.plant({ [name]: file });
  expect(afterStop(node, network)).toEqual({ status: 0, output: removed });
  expect(addresses(network)).toEqual(['192.0.2.9/24']);
});

test('nothing is touched while a ctdbd listens, though it answers nothing', async () => {
  const { node, network } = await nodeWithAddresses();
  enable(node);
  const socket = join(node.base, 'run/ctdbd.socket');
  const silent = createServer().listen(socket);
  onTestFinished(() => void silent.close());
  expect(afterStop(node, network)).toEqual({
    status: 0,
    output: `ctdbd listens on ${socket}: its addresses are left to it\n`,
  });
  expect(addresses(network)).toEqual(['10.0.0.1/24', '192.0.2.9/24', 'fd00::1/64']);
});

test('where 10.interface is not enabled the addresses are somebody else’s', async () => {
  const { node, network } = await nodeWithAddresses();
  expect(afterStop(node, network)).toEqual({ status: 0, output: '' });
  expect(addresses(network)).toEqual(['10.0.0.1/24', '192.0.2.9/24', 'fd00::1/64']);
});
