import { readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { results } from '../../core/eventd-protocol/messages.ts';
import { EventdNode, type RunningEventd } from '../support/eventd-node.ts';
import { plant, script, temporaryDirectory } from '../support/temporary-directory.ts';
import { Namespace } from '../support/namespace.ts';

const { ok, failed } = results;

/** A daemon in a network of its own with these public addresses on v0, whose plugin hosts end as soon as they are started. */
async function withoutHosts(node: Namespace, plugins: readonly string[]): Promise<RunningEventd> {
  const eventd = new EventdNode();
  writeFileSync(eventd.path('public_addresses'), '10.0.0.1/24 v0\n10.0.0.2/24 v0\nfd00::1/64 v0\n');
  for (const name of plugins)
    symlinkSync(join(packageRoot, 'plugins', name, 'plugin.ts'), join(eventd.events, `${name}.ts`));
  const daemon = await eventd.start({ before: ['nsenter', '-t', String(node.pid), '-n'] });
  expect(await daemon.run('setup')).toBe(ok);
  const copies = readdirSync(eventd.path('run/ctdb-hook')).filter((name) => name.startsWith('program-'));
  for (const copy of copies)
    writeFileSync(eventd.path(`run/ctdb-hook/${copy}/dist/host.js`), `throw new Error('no host today');\n`);
  for (const pid of daemon.process.hosts()) process.kill(pid, 'SIGKILL');
  return daemon;
}

async function nodeWithAddresses(): Promise<Namespace> {
  const node = await Namespace.make();
  node.exec('ip', 'link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'p0');
  node.exec('ip', 'link', 'set', 'v0', 'up');
  for (const address of ['10.0.0.1/24', '10.0.0.2/24', '192.0.2.9/24'])
    node.exec('ip', 'addr', 'add', address, 'dev', 'v0');
  node.exec('ip', 'addr', 'add', 'fd00::1/64', 'dev', 'v0', 'nodad');
  return node;
}

const addresses = (node: Namespace): string[] =>
  [...node.exec('ip', '-o', 'addr', 'show', 'dev', 'v0').matchAll(/inet6? (\S+)/g)]
    .map(([, address]) => address ?? '')
    .filter((address) => !address.startsWith('fe80'))
    .sort();

test('releaseip takes its address off though no plugin host can be had, and shutdown takes all', async () => {
  const node = await nodeWithAddresses();
  const daemon = await withoutHosts(node, ['10.interface']);
  expect(await daemon.run('releaseip', { args: 'v0 10.0.0.1 24' })).toBe(ok);
  expect(addresses(node)).toEqual(['10.0.0.2/24', '192.0.2.9/24', 'fd00::1/64']);
  const output = await daemon.output('releaseip');
  expect(output).toMatch(/^ERROR: 10\.interface: the plugin host ended: .*no host today/);
  expect(output).toContain(
    'WARNING: 10.0.0.1 was taken off v0 without its plugin: no connection was reset\n',
  );
  expect(await daemon.run('shutdown')).toBe(ok);
  expect(addresses(node)).toEqual(['192.0.2.9/24']);
});

test('takeip puts its address on and updateip moves it without a plugin host, and monitor fails', async () => {
  const node = await nodeWithAddresses();
  const daemon = await withoutHosts(node, ['10.interface']);
  expect(await daemon.run('takeip', { args: 'v0 10.0.0.3 24' })).toBe(ok);
  expect(await daemon.output('takeip')).toContain('WARNING: 10.0.0.3 was put on v0 without its plugin\n');
  expect(addresses(node)).toEqual([
    '10.0.0.1/24',
    '10.0.0.2/24',
    '10.0.0.3/24',
    '192.0.2.9/24',
    'fd00::1/64',
  ]);
  expect(await daemon.run('updateip', { args: 'v0 p0 10.0.0.3 24' })).toBe(ok);
  expect(addresses(node)).not.toContain('10.0.0.3/24');
  expect(node.exec('ip', '-br', 'addr', 'show', 'dev', 'p0')).toContain('10.0.0.3/24');
  expect(await daemon.run('takeip', { args: 'nosuch0 10.0.0.4 24' })).toBe(failed);
  expect(await daemon.run('monitor')).toBe(failed);
});

test('a releaseip at which 10.interface fails succeeds when its address is off, and the entries after it run', async () => {
  const node = await nodeWithAddresses();
  const eventd = new EventdNode({ '60.last.script': script('echo last') });
  writeFileSync(eventd.path('public_addresses'), '10.0.0.1/24 v0\n');
  symlinkSync(join(packageRoot, 'plugins/10.interface/plugin.ts'), join(eventd.events, '10.interface.ts'));
  const commands = temporaryDirectory();
  plant(commands, { ip: script('echo "no $1 today"; exit 9') });
  const daemon = await eventd.start({
    before: ['nsenter', '-t', String(node.pid), '-n'],
    environment: { CTDB_HOOK_NETWORK: 'commands', PATH: `${commands}:${process.env['PATH']}` },
  });
  expect(await daemon.run('releaseip', { args: 'v0 10.0.0.1 24' })).toBe(ok);
  expect(addresses(node)).not.toContain('10.0.0.1/24');
  const output = await daemon.output('releaseip');
  expect(output).toContain(
    'WARNING: 10.0.0.1 was taken off v0 without its plugin: no connection was reset\n',
  );
  expect(output).toMatch(/^ERROR: Error: ip .* exited with status 9\n/);
  expect(output).toMatch(/last\n$/);
});

test('addresses that have to leave do so though an entry before 10.interface fails the event', async () => {
  const node = await nodeWithAddresses();
  const eventd = new EventdNode({ '05.first.script': script('echo no; exit 3') });
  writeFileSync(eventd.path('public_addresses'), '10.0.0.1/24 v0\n10.0.0.2/24 v0\n');
  symlinkSync(join(packageRoot, 'plugins/10.interface/plugin.ts'), join(eventd.events, '10.interface.ts'));
  const daemon = await eventd.start({ before: ['nsenter', '-t', String(node.pid), '-n'] });
  expect(await daemon.run('releaseip', { args: 'v0 10.0.0.1 24' })).toBe(failed);
  expect(addresses(node)).toEqual(['10.0.0.2/24', '192.0.2.9/24', 'fd00::1/64']);
  expect(await daemon.output('releaseip')).toBe(
    'no\nWARNING: 10.0.0.1 was taken off v0 without its plugin: no connection was reset\n',
  );
  expect(await daemon.run('takeip', { args: 'v0 10.0.0.1 24' })).toBe(failed);
  expect(addresses(node)).toEqual(['10.0.0.2/24', '192.0.2.9/24', 'fd00::1/64']);
  expect(await daemon.run('shutdown')).toBe(failed);
  expect(addresses(node)).toEqual(['192.0.2.9/24', 'fd00::1/64']);
});
