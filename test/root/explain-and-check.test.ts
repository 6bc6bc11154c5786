import { chownSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { hook, HookNode, pluginText } from '../support/hook-node.ts';
import { Namespace } from '../support/namespace.ts';
import { script } from '../support/temporary-directory.ts';

const talkers = new URL('../support/talkers.ts', import.meta.url).pathname;

/** A node in a network of its own with this address on v0, where 10.interface moves addresses. */
async function nodeWith(address: string): Promise<{ kernel: Namespace; node: HookNode }> {
  const kernel = await Namespace.make();
  kernel.exec('ip', 'link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'p0');
  for (const iface of ['v0', 'p0']) kernel.exec('ip', 'link', 'set', iface, 'up');
  kernel.exec('ip', 'addr', 'add', address, 'dev', 'v0');
  const node = new HookNode();
  symlinkSync(join(packageRoot, 'plugins/10.interface/plugin.ts'), join(node.events, '10.interface.ts'));
  node.configure('public_addresses', '10.0.0.1/24 v0\n10.0.0.2/24 v0\nfd00::2/64 v0\n');
  node.configure('nodes', '127.0.0.1\n192.0.2.1\n');
  return { kernel, node };
}

/** Runs ctdb-hook in that network. */
async function run(kernel: Namespace, node: HookNode, ...words: string[]) {
  const { exitCode, all } = await execa(
    'nsenter',
    ['--target', String(kernel.pid), '--net', hook, ...words],
    {
      env: {
        CTDB_TEST_MODE: '1',
        CTDB_BASE: node.base,
        CTDB_TEST_HELPER_BINDIR: '/nonexistent',
        CTDB_HOOK_RESIDENT: 'no',
        CTDB_HOOK_RELEASE: '4.22',
      },
      all: true,
      reject: false,
      stdin: 'ignore',
      timeout: 60_000,
    },
  );
  return { exitCode, all: all.replaceAll(node.base, 'BASE') };
}

/** What the kernel has of addresses, rules and connections. */
const stateOf = (kernel: Namespace): string =>
  [
    kernel.exec('ip', '-o', 'addr', 'show', 'dev', 'v0'),
    kernel.exec('nft', 'list', 'ruleset'),
    kernel.exec('ss', '-Htn', 'state', 'established'),
  ].join('\n');

test('explain shows what a release would do to the connections of an address, and leaves address, connections and firewall alone', async () => {
  const { kernel, node } = await nodeWith('10.0.0.1/24');
  const server = kernel.spawn([process.execPath, talkers, 'serve', '445']);
  await server.says('listening');
  const client = kernel.spawn([process.execPath, talkers, 'connect', '10.0.0.1', '445']);
  await client.says('connected');
  const before = stateOf(kernel);
  const { exitCode, all } = await run(kernel, node, 'explain', 'releaseip', 'v0', '10.0.0.1', '24');
  expect(
    all
      .split('\n')
      .filter((line) => /would run {2}|unknown/.test(line))
      .map((line) => line.trim()),
  ).toEqual([
    'would run  block all packets to 10.0.0.1 through v0',
    'unknown from here (needs the result of block all packets to 10.0.0.1 through v0); if it succeeds:',
    'would run  reset 2 connections to 10.0.0.1',
    'unknown from here (needs the result of reset 2 connections to 10.0.0.1); if none is left:',
    'would run  make directory BASE/var/scripts',
    'would run  make BASE/var/scripts/my-public-ip-addresses',
    'would run  ip addr del 10.0.0.1/24 dev v0',
    'unknown from here (needs the result of ip addr del 10.0.0.1/24 dev v0); if it succeeds:',
    'would run  unblock 10.0.0.1, if it is blocked',
    'would run  sysctl net.ipv4.route.flush=1 net.ipv6.route.flush=1',
  ]);
  expect(exitCode).toBe(0);
  expect(stateOf(kernel)).toBe(before);
  client.tell('still there\n');
  await client.says('client got still there');
});

test('explain takes an IPv6 address for free only if nobody else has it, and says so', async () => {
  const { kernel, node } = await nodeWith('10.0.0.1/24');
  const { all } = await run(kernel, node, 'explain', 'takeip', 'v0', 'fd00::2', '64');
  expect(all).toContain(`\
    would run  ip addr add fd00::2/64 dev v0
    unknown from here (needs the result of ip addr add fd00::2/64 dev v0); if it succeeds:
    unknown from here (needs the result of duplicate address detection of fd00::2); if no other machine has it:
`);
});

test('check tries the kernel, and looks at interfaces, addresses, owners and ACLs of this machine', async () => {
  const { kernel, node } = await nodeWith('10.0.0.1/24');
  node.plant({
    '60.mine.ts': { text: pluginText('monitor: () => healthy,'), mode: 0o755 },
    '61.theirs.ts': { text: pluginText('monitor: () => healthy,'), mode: 0o755 },
    '62.acl.ts': { text: pluginText('monitor: () => healthy,'), mode: 0o755 },
    '63.open.script': { ...script('true'), mode: 0o777 },
  });
  chownSync(join(node.events, '61.theirs.ts'), 65534, 65534);
  execFileSync('setfacl', ['-m', 'u:65534:rw', join(node.events, '62.acl.ts')]);
  execFileSync('chmod', ['a+w', join(node.events, '63.open.script')]);
  writeFileSync(join(node.base, 'public_addresses'), '10.0.0.1/24 v0\n10.0.0.2/24 v1\n');
  writeFileSync(join(node.base, 'nodes'), '127.0.0.1\n10.0.0.1\n192.0.2.1\n');
  const { exitCode, all } = await run(kernel, node, 'check');
  const lines = all.split('\n').map((line) => line.trim());
  expect(lines).toContain('kernel                ok');
  expect(lines).toContain(
    'BASE/public_addresses:2: error: there is no interface v1 on this machine: ctdbd does not start, or the node is UNHEALTHY',
  );
  expect(lines).toContain(
    'BASE/nodes:2: warning: 10.0.0.1 of node 1 is on this machine as well, which is node 0',
  );
  expect(all).toMatch(
    /61\.theirs\.ts belongs to user 65534 \(mode 0755\), expected root: 61\.theirs is refused/,
  );
  expect(all).toMatch(
    /62\.acl\.ts \(mode \d+\) can be written by user 65534 \(ACL\), expected by root alone: 62\.acl is refused/,
  );
  expect(all).toMatch(
    /warning: \S+63\.open\.script \(mode 0777\) can be written by anybody.*: CTDB runs it as root all the same/,
  );
  expect(all).not.toContain('60.mine');
  expect(exitCode).toBe(2);
});
