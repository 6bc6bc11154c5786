import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { aboutStatus } from '../../core/eventd-protocol/about.ts';
import { results } from '../../core/eventd-protocol/messages.ts';
import { listen } from '../../core/eventd-protocol/server.ts';
import { packageRoot } from '../../core/package/package-root.ts';
import { stockEventd, SwitchNode } from '../support/switch-node.ts';
import { script } from '../support/temporary-directory.ts';
import { treeState } from '../support/tree-state.ts';

/** A node with CTDB's own event daemon, some of its scripts enabled, and a plugin of its administrator's. */
function nodeWithScripts(more: ConstructorParameters<typeof SwitchNode>[0] = {}): SwitchNode {
  const node = new SwitchNode(
    {
      'helpers/ctdb-eventd': { ...stockEventd, mode: 0o751 },
      'events/legacy/00.ctdb.script': script(''),
      'events/legacy/10.interface.script': script(''),
      'events/legacy/50.samba.script': { text: '#!/bin/sh\n', mode: 0o644 },
      'events/legacy/70.web.ts': { text: 'export {};\n', mode: 0o755 },
      ...more,
    },
    () => ({ PATH: '/nonexistent' }),
  );
  return node;
}

/** Everything that the node has, without the caches that every command makes. */
const stateOf = ({ base }: SwitchNode): readonly string[] =>
  treeState(base, (path) => path === 'run/ctdb-hook' || path === 'var/cache/ctdb-hook');

const source = (name: string): string => `${packageRoot}/plugins/${name}/plugin.ts`;

const daemonSteps = `Enable the plugin 00.ctdb: BASE/events/legacy/00.ctdb.ts
Enable the plugin 10.interface: BASE/events/legacy/10.interface.ts
Keep CTDB’s own event daemon as BASE/helpers/ctdb-eventd.stock
Put a starter of ${packageRoot}/bin/ctdb-eventd at BASE/helpers/ctdb-eventd
Have systemd prepare each start of ctdb, and take addresses off after each end: BASE/etc/systemd/system/ctdb.service.d/ctdb-hook.conf
Check that BASE/helpers/ctdb-eventd starts
`;

const linkSteps = `Put a starter of ctdb-hook, which outlives its package, at BASE/ctdb-hook/bin/ctdb-hook
Keep CTDB’s own 10.interface.script as BASE/events/legacy/10.interface.script.stock
Put a link to ctdb-hook at BASE/events/legacy/10.interface.script
`;

describe('install', () => {
  test('enables the built-in plugins whose scripts are enabled, and switches on', async () => {
    const node = nodeWithScripts();
    expect(await node.hook('install')).toMatchObject({
      status: 0,
      output: `${daemonSteps}It counts from the next start of ctdb on\n`,
    });
    expect(node.at('events/legacy/10.interface.ts')).toBe(`link to ${source('10.interface')}`);
    expect((await node.hook('list')).output).toMatch(/^ {2}10\.interface +plugin +enabled, in place of /m);
    const started = await node.call(node.eventd, '--help');
    expect(started.output).toContain('Usage: ctdb-eventd');
  });

  test('--dry-run says each step, and changes nothing', async () => {
    const node = nodeWithScripts();
    const before = stateOf(node);
    expect(await node.hook('install', '--dry-run')).toMatchObject({
      status: 0,
      output: daemonSteps.replaceAll(/^(?=.)/gm, 'Would: '),
    });
    const links = await node.hook('install', '--dry-run', '--links', '--plugins', '10.interface');
    expect(links.output).toBe(linkSteps.replaceAll(/^(?=.)/gm, 'Would: '));
    expect(stateOf(node)).toEqual(before);
  });

  test('--plugins says which, --links has them run under CTDB’s own event daemon at once', async () => {
    const node = nodeWithScripts();
    expect(await node.hook('install', '--links', '--plugins', '10.interface')).toMatchObject({
      status: 0,
      output: `${linkSteps}It counts from the next event on\n`,
    });
    expect(node.at('helpers/ctdb-eventd')).toContain('stock');
    const called = await node.call(join(node.events, '10.interface.script'), 'init');
    expect(called).toMatchObject({ status: 0, output: 'No public addresses file found\n' });
  });

  test('goes from links to the event daemon and back', async () => {
    const node = nodeWithScripts();
    await node.hook('install', '--links', '--plugins', '10.interface');
    expect((await node.hook('install', '--plugins', '10.interface')).status).toBe(0);
    expect(node.at('helpers/ctdb-eventd')).toContain(`ours='${packageRoot}/bin/ctdb-eventd'`);
    expect((await node.hook('install', '--links', '--plugins', '10.interface')).output).toMatch(
      /^Put CTDB’s own event daemon back at .*\nRemove .*ctdb-hook\.conf\nIt counts from the next event on\n$/,
    );
    expect(node.at('helpers/ctdb-eventd')).toContain('stock');
  });

  test('leaves what is so already', async () => {
    const node = nodeWithScripts();
    await node.hook('install');
    const state = stateOf(node);
    expect((await node.hook('install')).output).toBe(
      'Check that BASE/helpers/ctdb-eventd starts\nIt counts from the next start of ctdb on\n',
    );
    expect(stateOf(node)).toEqual(state);
  });

  test('has links lead to this package that led to another one, which may be gone', async () => {
    const target = '/usr/local/lib/node_modules/ctdb-hook/plugins/10.interface/plugin.ts';
    const node = nodeWithScripts({ 'events/legacy/10.interface.ts': { target } });
    expect((await node.hook('install')).status).toBe(0);
    expect(node.at('events/legacy/10.interface.ts')).toBe(`link to ${source('10.interface')}`);
  });

  test.each([
    [['--plugins', '10.interfaces'], 'there is no built-in plugin "10.interfaces": expected 00.ctdb, 10.int'],
    [['--plugins', '70.web'], 'there is no built-in plugin "70.web"'],
    [['--links', '--plugins', ''], 'install: expected plugins for --links, got none (--plugins)'],
    [['--link'], 'install: unknown option "--link": did you mean --links?'],
    [['all'], "Unexpected argument 'all'"],
  ])('%j is refused, and nothing is changed', async (words, message) => {
    const node = nodeWithScripts();
    const before = stateOf(node);
    const { status, output } = await node.hook('install', ...words);
    expect(output).toContain(message);
    expect(status).toBe(1);
    expect(stateOf(node)).toEqual(before);
  });

  test.each(['ts', 'mjs'])('a plugin of the administrator’s own (.%s) is not replaced', async (ending) => {
    const own = `events/legacy/10.interface.${ending}`;
    const node = nodeWithScripts({ [own]: { text: 'export {};\n', mode: 0o755 } });
    const before = stateOf(node);
    const { status, output } = await node.hook('install');
    expect(output).toBe(
      `ctdb-hook: BASE/${own} is a plugin of your own, expected none where the built-in 10.interface is to run: move it away, or leave out 10.interface (--plugins)\n`,
    );
    expect(status).toBe(1);
    expect(stateOf(node)).toEqual(before);
    expect((await node.hook('install', '--plugins', '00.ctdb')).status).toBe(0);
  });

  test('a step that fails has all before it undone', async () => {
    const node = nodeWithScripts({ 'etc/systemd/system/ctdb.service.d': 'a file' });
    rmSync(join(node.base, 'etc/systemd/system'), { recursive: true });
    mkdirSync(join(node.base, 'etc/systemd'), { recursive: true });
    writeFileSync(join(node.base, 'etc/systemd/system'), 'a file, where systemd has a directory');
    const before = stateOf(node);
    const { status, output } = await node.hook('install');
    expect(output).toMatch(/ENOTDIR|EEXIST/);
    expect(status).toBe(1);
    expect(stateOf(node)).toEqual(before);
  });

  test('without CTDB nothing is put anywhere', async () => {
    const node = nodeWithScripts();
    rmSync(node.eventd);
    const before = stateOf(node);
    expect(await node.hook('install')).toMatchObject({
      status: 1,
      output: expect.stringContaining('is ctdb installed?') as string,
    });
    expect(stateOf(node)).toEqual(before);
  });
});

describe('uninstall', () => {
  test.each([[[]], [['--links']], [['--plugins', '60.nfs']]])(
    'has everything as it was before install %j: files, modes, owners, times, links, and no directory more',
    async (words) => {
      const node = nodeWithScripts();
      const before = treeState(node.base);
      expect((await node.hook('install', ...words)).status).toBe(0);
      expect(treeState(node.base).length).toBeGreaterThan(before.length);
      const { status, output } = await node.hook('uninstall');
      expect(output).toContain('Remove BASE/var/cache/ctdb-hook\n');
      expect(status).toBe(0);
      expect(treeState(node.base)).toEqual(before);
    },
  );

  test('removes what an event has left, the history with --purge alone, and no plugin of the administrator’s', async () => {
    const node = nodeWithScripts();
    const before = treeState(node.base);
    await node.hook('install', '--links', '--plugins', '10.interface');
    await node.call(join(node.events, '10.interface.script'), 'init');
    expect(readdirSync(join(node.base, 'var/lib/ctdb-hook'))).toEqual(['history']);
    expect((await node.hook('uninstall')).output).toMatch(
      /\nBASE\/var\/lib\/ctdb-hook stays, with the history of this node\n$/,
    );
    expect((await node.hook('uninstall', '--purge')).status).toBe(0);
    rmSync(join(node.base, 'var/lib'), { recursive: true });
    expect(treeState(node.base)).toEqual(before);
  });

  test('--dry-run says each step, and changes nothing', async () => {
    const node = nodeWithScripts();
    await node.hook('install', '--plugins', '10.interface');
    const state = stateOf(node);
    expect((await node.hook('uninstall', '--dry-run')).output)
      .toBe(`Would: Put CTDB’s own event daemon back at BASE/helpers/ctdb-eventd
Would: Remove BASE/etc/systemd/system/ctdb.service.d/ctdb-hook.conf
Would: Disable the plugin 10.interface: remove BASE/events/legacy/10.interface.ts
Would: Remove BASE/var/cache/ctdb-hook
`);
    expect(stateOf(node)).toEqual(state);
  });

  test('does nothing while ctdbd runs our event daemon, and says what to do', async () => {
    const node = nodeWithScripts();
    await node.hook('install');
    const about = { version: '0.0.9', build: 'x', pid: 7, root: '/x', since: new Date() };
    await using server = await answering(node, { result: results.ok, status: aboutStatus(about) });
    expect(server).toBeDefined();
    const state = stateOf(node);
    const why =
      "ctdbd runs the event daemon of ctdb-hook 0.0.9, which has this node's addresses: switch back first (ctdb-hook switch off, then ctdb shutdown, and start ctdbd again; other nodes have its addresses meanwhile), then uninstall\n";
    expect(await node.hook('uninstall')).toMatchObject({ status: 1, output: `ctdb-hook: ${why}` });
    expect(stateOf(node)).toEqual(state);
    const dryRun = await node.hook('uninstall', '--dry-run');
    expect(dryRun.output).toMatch(/^Would: Put CTDB’s own event daemon back [^]*\nNot now: ctdbd runs/);
    expect(dryRun.status).toBe(1);
  });

  test('does nothing where it cannot be told which event daemon runs', async () => {
    const node = nodeWithScripts();
    await node.hook('install');
    await using server = await answering(node, { result: 5, status: null });
    expect(server).toBeDefined();
    expect(await node.hook('uninstall')).toMatchObject({
      status: 1,
      output: expect.stringContaining('it cannot be told which event daemon ctdbd runs: ') as string,
    });
    expect(node.at('helpers/ctdb-eventd')).toContain('ours=');
  });

  test('goes on beside CTDB’s own event daemon, and where nothing is installed', async () => {
    const node = nodeWithScripts();
    await node.hook('install', '--links', '--plugins', '10.interface');
    await using server = await answering(node, { result: results.missing, status: null });
    expect(server).toBeDefined();
    expect((await node.hook('uninstall')).status).toBe(0);
    expect(await node.hook('uninstall')).toMatchObject({
      status: 0,
      output: 'Remove BASE/var/cache/ctdb-hook\n',
    });
  });

  test('goes on where CTDB itself is gone', async () => {
    const node = nodeWithScripts();
    await node.hook('install');
    rmSync(`${node.eventd}.stock`);
    expect((await node.hook('uninstall')).status).toBe(0);
    expect(readdirSync(node.helpers)).toEqual([]);
  });
});

test('upgrade, where npm has put the package, brings up to date what is outside of it, and says what runs', async () => {
  const node = nodeWithScripts();
  expect((await node.hook('upgrade')).output).toMatch(
    /^Nothing to do: it is so already\nctdb-hook \S+ is on disk, and nothing runs it: "ctdb-hook install" has this node run plugins\n$/,
  );
  await node.hook('install');
  writeFileSync(node.dropIn, '# Put here by "ctdb-hook switch on", as it was.\n');
  const { status, output } = await node.hook('upgrade');
  expect(output).toMatch(
    /^Check that \S+ starts\nHave systemd prepare .*\nCheck that .* starts\nNo event daemon runs, ctdb-hook \S+ is on disk: it counts from the next start of ctdb on\n$/,
  );
  expect(status).toBe(0);
  expect(await node.hook('upgrade', 'x.tar.xz')).toMatchObject({
    status: 1,
    output: expect.stringContaining(
      `ctdb-hook: ${packageRoot} did not come by a tarball: another version is installed by npm\n`,
    ) as string,
  });
});

/** Something that answers every question as an event daemon does. */
async function answering(
  node: SwitchNode,
  { result, status }: { result: number; status: ReturnType<typeof aboutStatus> | null },
): Promise<AsyncDisposable> {
  const server = await listen({
    path: join(node.base, 'run/eventd.socket'),
    handle: () => Promise.resolve({ command: 'STATUS', result, status }),
    report: () => undefined,
  });
  onTestFinished(() => server.close());
  return { [Symbol.asyncDispose]: () => server.close() };
}
