import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../../core/package/package-root.ts';
import { LedgerAccess } from '../../../core/run/state/ledger-access.ts';
import { EventdNode } from '../../support/eventd-node.ts';
import { hook, pluginText } from '../../support/hook-node.ts';
import { NetworkPair } from '../../support/network-pair.ts';
import { plant } from '../../support/temporary-directory.ts';

/** Raises an event at both plugins; gives whether it succeeded, and what was said. */
type Raise = (event: string, ...words: readonly string[]) => Promise<{ ok: boolean; said: string }>;

const environmentOf = ({ base }: EventdNode) => ({
  PATH: process.env['PATH'],
  CTDB_TEST_MODE: '1',
  CTDB_BASE: base,
  CTDB_TEST_HELPER_BINDIR: '/nonexistent',
  CTDB_SCRIPT_VARDIR: join(base, 'var/scripts'),
});

const calling = async (pair: NetworkPair, node: EventdNode, words: readonly string[]) => {
  const talker = pair.node.spawn([...words], environmentOf(node));
  return { ok: (await talker.exited) === 0, said: talker.output };
};

const ways: Readonly<Record<string, (pair: NetworkPair, node: EventdNode) => Promise<Raise>>> = {
  async 'the daemon'(pair, node) {
    const { CTDB_SCRIPT_VARDIR } = environmentOf(node);
    const before = ['nsenter', '-t', String(pair.node.pid), '-n'];
    const daemon = await node.start({ before, environment: { CTDB_SCRIPT_VARDIR } });
    return async (event, ...words) => {
      const result = await daemon.run(event, { args: words.join(' ') });
      return { ok: result === 0, said: await daemon.output(event) };
    };
  },
  links(pair, node) {
    for (const name of ['10.interface', '60.x']) symlinkSync(hook, join(node.events, `${name}.script`));
    return Promise.resolve(async (...words) => {
      const first = await calling(pair, node, [join(node.events, '10.interface.script'), ...words]);
      return first.ok ? calling(pair, node, [join(node.events, '60.x.script'), ...words]) : first;
    });
  },
  run: (pair, node) => Promise.resolve((...words) => calling(pair, node, [hook, 'run', ...words])),
};

test.each(Object.entries(ways))(
  'a takeip that failed because somebody else has its IPv6 address is not held, and no plugin hears of it: %s',
  async (_way, start) => {
    const pair = await NetworkPair.make();
    pair.client.exec('ip', 'addr', 'add', 'fd00::2/64', 'dev', 'v1', 'nodad');
    const node = new EventdNode();
    plant(node.base, { public_addresses: 'fd00::1/64 v0\nfd00::2/64 v0\n' });
    symlinkSync(join(packageRoot, 'plugins/10.interface/plugin.ts'), join(node.events, '10.interface.ts'));
    const telling =
      'ipreallocated({ changes }, { log }) { log(`taken ${changes.taken.map(({ ip }) => ip)};`); },';
    node.plugin('60.x', pluginText(telling));
    const raise = await start(pair, node);
    const book = new LedgerAccess(environmentOf(node), (message) => expect.unreachable(message), {
      listAddresses: () => Promise.resolve([]),
    });
    const ledger = async () => (await book.findWords([])).ledger?.map(({ ip }) => ip);

    expect((await raise('takeip', 'v0', 'fd00::1', '64')).ok).toBe(true);
    expect((await raise('takeip', 'v0', 'fd00::2', '64')).ok).toBe(false);
    expect(pair.whereIs('fd00::2')).toBe('');
    await expect.poll(ledger).toEqual(['fd00::1']);
    const told = await raise('ipreallocated');
    expect(told.ok).toBe(true);
    expect(told.said).toContain('taken fd00::1;');
    expect(await ledger()).toEqual(['fd00::1']);
  },
);
