import { execa } from 'execa';
import { expect, test } from 'vitest';
import { hook, HookNode, pluginText } from '../support/hook-node.ts';
import { withoutKoffi } from '../support/without-koffi.ts';

/** It uses the network at `init`, `startup`, `monitor` and `ipreallocated`, and not at the others. */
const plugin = pluginText(`
  init(_event, { network }) { void network.name; },
  startup(_event, { network }) { void network.name; },
  monitor(_event, { network }) { void network.name; return healthy; },
  takeip() {},
  releaseip() {},
  ipreallocated(_event, { network }) { void network.name; },`);

const unprivileged = ['setpriv', '--bounding-set=-all', '--inh-caps=-all'];
const refused =
  'the network is commands, not netlink: the kernel refuses: RTNETLINK answers: Operation not permitted\n';

/** A node whose hook processes are started by a command, and asked to use netlink. */
function nodeStartedBy() {
  const node = new HookNode();
  for (const name of ['60.x', '70.y']) node.plugin(name, plugin);
  return async (prefix: readonly string[], ...words: readonly string[]) => {
    const [file = '', ...args] = [...prefix, ...words];
    const { all, exitCode } = await execa(file, args, {
      env: { CTDB_TEST_MODE: '1', CTDB_BASE: node.base, CTDB_HOOK_NETWORK: 'netlink' },
      all: true,
      stripFinalNewline: false,
      cwd: node.events,
    });
    expect(exitCode).toBe(0);
    return all;
  };
}

test('a hook process that does not get netlink says why, once after each init', async () => {
  const start = nodeStartedBy();
  for (let life = 0; life < 2; life++) {
    expect(await start(unprivileged, './60.x.script', 'init')).toBe('');
    expect(await start(unprivileged, './70.y.script', 'init')).toBe('');
    expect(await start(unprivileged, './60.x.script', 'takeip', 'lo', '127.0.0.1', '8')).toBe('');
    expect(await start(unprivileged, './60.x.script', 'startup')).toBe(refused);
    expect(await start(unprivileged, './70.y.script', 'startup')).toBe('');
    for (const event of ['monitor', 'ipreallocated', 'monitor'])
      expect(await start(unprivileged, './60.x.script', event)).toBe('');
  }
});

test('it says so again when the reason is another one, and nothing where it gets netlink', async () => {
  const start = nodeStartedBy();
  expect(await start([], './60.x.script', 'monitor')).toBe('');
  expect(await start(unprivileged, './60.x.script', 'monitor')).toBe(refused);
  expect(await start(withoutKoffi, './60.x.script', 'monitor')).toMatch(
    /^the network is commands, not netlink: koffi does not load: .*\n/,
  );
  expect(await start(unprivileged, './60.x.script', 'monitor')).toBe(refused);
});

test('so does a process for a whole directory', async () => {
  const start = nodeStartedBy();
  expect(await start(unprivileged, hook, 'run', 'ipreallocated')).toBe(refused);
  expect(await start(unprivileged, hook, 'run', 'ipreallocated')).toBe('');
});
