import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { results } from '../../core/eventd-protocol/messages.ts';
import { LedgerAccess } from '../../core/run/state/ledger-access.ts';
import { EventdNode } from '../support/eventd-node.ts';
import { hook, pluginText } from '../support/hook-node.ts';
import { plant, script } from '../support/temporary-directory.ts';

/** 127.0.0.1 is the one address that every machine holds, and 10.255.0.1 one that this one does not. */
const held = { iface: 'lo', ip: '127.0.0.1', maskBits: 8 };
const notHeld = { iface: 'lo', ip: '10.255.0.1', maskBits: 24 };

const failing = pluginText(`
  takeip({ ip }) { throw new Failure(\`no \${ip}\`); },
  releaseip({ ip }) { throw new Failure(\`no \${ip}\`); },
  ipreallocated({ changes }, { log }) { log(JSON.stringify(changes)); },`);

/** A node whose only entry fails all events of addresses. */
function failingNode(): EventdNode {
  const node = new EventdNode();
  plant(node.base, { public_addresses: '127.0.0.1/8 lo\n10.255.0.1/24 lo\n' });
  node.plugin('60.x', failing);
  return node;
}

const environmentOf = ({ base }: EventdNode) => ({
  CTDB_TEST_MODE: '1',
  CTDB_BASE: base,
  CTDB_TEST_HELPER_BINDIR: '/nonexistent',
});

/** What the ledger has as held. */
async function ledgerOf(node: EventdNode) {
  const book = new LedgerAccess(environmentOf(node), (message) => expect.unreachable(message), {
    listAddresses: () => Promise.resolve([]),
  });
  return (await book.findWords([])).ledger;
}

/** Raises an event, and gives whether it succeeded. */
type Raise = (event: string, ...words: readonly string[]) => Promise<boolean>;

const calling = (node: EventdNode, ...command: [string, ...string[]]): Raise => {
  const [file, ...first] = command;
  return async (...words) => {
    const env = environmentOf(node);
    const { exitCode } = await execa(file, [...first, ...words], { env, reject: false, stdin: 'ignore' });
    return exitCode === 0;
  };
};

const ways: Readonly<Record<string, (node: EventdNode) => Promise<Raise>>> = {
  async 'the daemon'(node) {
    const daemon = await node.start();
    return async (event, ...words) => (await daemon.run(event, { args: words.join(' ') })) === 0;
  },
  'a link'(node) {
    const link = join(node.events, '60.x.script');
    symlinkSync(hook, link);
    return Promise.resolve(calling(node, link));
  },
  run: (node) => Promise.resolve(calling(node, hook, 'run')),
};

const wordsOf = ({ iface, ip, maskBits }: typeof held) => [iface, ip, String(maskBits)];

test.each(Object.entries(ways))(
  'after an event of an address that failed the ledger has the kernel’s word on it: %s',
  async (_way, start) => {
    const node = failingNode();
    const raise = await start(node);
    for (const event of ['takeip', 'releaseip']) {
      for (const address of [notHeld, held]) expect(await raise(event, ...wordsOf(address))).toBe(false);
      await expect.poll(() => ledgerOf(node)).toEqual([held]);
    }
  },
);

test('a script that fails an event of an address is as a plugin that does', async () => {
  const node = failingNode();
  plant(node.events, { '10.a.script': script('case $1 in takeip|releaseip) exit 1; esac') });
  const daemon = await node.start();
  for (const address of [notHeld, held])
    expect(await daemon.run('takeip', { args: wordsOf(address).join(' ') })).not.toBe(0);
  await expect.poll(() => ledgerOf(node)).toEqual([held]);
});

test('the look after one that failed undoes nothing of the event that follows at once', async () => {
  const node = failingNode();
  node.plugin(
    '60.x',
    failing
      .replace('export default', 'let count = 0;\nexport default')
      .replace('throw', 'if (count++ === 0) throw'),
  );
  const daemon = await node.start();
  const args = wordsOf(notHeld).join(' ');
  const both = await Promise.all([daemon.run('takeip', { args }), daemon.run('takeip', { args })]);
  expect(both).toEqual([results.failed, results.ok]);
  expect(await daemon.run('setup')).toBe(results.ok);
  expect(await ledgerOf(node)).toEqual([notHeld]);
});
