import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hook, HookNode, pluginText } from '../support/hook-node.ts';
import { plant, script } from '../support/temporary-directory.ts';

/** The address that every machine holds, released and taken back here. */
const address = ['lo', '127.0.0.1', '8'];

/** A node with 60.nfs, its callout and statd helper, and another service that acts on address changes. */
function servingNode(): HookNode {
  const node = new HookNode();
  node.configure('public_addresses', '127.0.0.1/8 lo\n');
  const noted = 'case $1 in takeip | releaseip | notify) echo "$1" >>"$CTDB_BASE/told" ;; esac';
  plant(node.base, { 'nfs-linux-kernel-callout': script(noted), 'statd-callout': script(noted) });
  symlinkSync(hook, join(node.events, '60.nfs.script'));
  const reload = `['sh', '-c', 'echo reload >>"$CTDB_BASE/told"']`;
  node.plugin(
    '70.service',
    pluginText(`async ipreallocated({ changes }, { act }) { if (changes.any) await act(${reload}); }`),
  );
  return node;
}

/** What callout, statd and the other service were told so far; statd is in the background, so in no order. */
const told = (node: HookNode): readonly string[] =>
  existsSync(join(node.base, 'told')) ? node.read('told').trimEnd().split('\n').sort() : [];

/** The events around a takeover, in the orders in which ctdbd has raised them over the years. */
const orders: Readonly<Record<string, readonly string[]>> = {
  'CTDB 4.5 and later': ['startrecovery', 'recovered', 'releaseip', 'takeip', 'ipreallocated'],
  'CTDB up to 4.3': ['startrecovery', 'releaseip', 'takeip', 'ipreallocated', 'recovered'],
  'the oldest CTDB': ['startrecovery', 'releaseip', 'takeip', 'recovered'],
};

/** The two ways in which a process per event is called. */
const ways: Readonly<Record<string, (node: HookNode, ...words: string[]) => Promise<void>>> = {
  'each plugin by its link': async (node, ...words) => {
    for (const name of ['60.nfs', '70.service'])
      expect(await node.call(name, ...words)).toMatchObject({ status: 0 });
  },
  'the whole directory': async (node, ...words) => {
    expect(await node.hook('run', ...words)).toMatchObject({ status: 0 });
  },
};

describe.each(Object.entries(ways))('%s', (_way, raise) => {
  test.each(Object.entries(orders))(
    'in the order of %s each service acts once per takeover, and statd is told once',
    async (_era, events) => {
      const node = servingNode();
      // The plugins are new on this node, and learn what it holds.
      await raise(node, events.includes('ipreallocated') ? 'ipreallocated' : 'recovered');
      await expect.poll(() => told(node)).toEqual(['reload']);
      for (const takeovers of [1, 2]) {
        for (const event of events)
          await raise(node, event, ...(/^(take|release)ip$/.test(event) ? address : []));
        const once = ['notify', 'releaseip', 'reload', 'takeip'];
        const expected = once.flatMap((word) => Array<string>(takeovers).fill(word));
        await expect.poll(() => told(node)).toEqual([...expected, 'reload'].sort());
      }
    },
  );

  test('a recovery that moves no address has no service act, in either order', async () => {
    for (const events of [
      ['startrecovery', 'recovered', 'ipreallocated'],
      ['startrecovery', 'ipreallocated', 'recovered'],
    ]) {
      const node = servingNode();
      await raise(node, 'ipreallocated'); // The plugins are new on this node, and learn what it holds.
      const before = told(node);
      for (const event of events) await raise(node, event);
      expect(told(node)).toEqual(before);
    }
  });
});
