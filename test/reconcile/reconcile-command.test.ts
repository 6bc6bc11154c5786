import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { EventdNode } from '../support/eventd-node.ts';
import { hook, pluginText } from '../support/hook-node.ts';
import { plant, script } from '../support/temporary-directory.ts';

/** Puts what it is told of into a file. */
const listener = pluginText(`
  async ipreallocated({ changes }, { edit, paths, files }) {
    const path = \`\${paths.base}/told\`;
    await edit.write(path, ((await files.read(path)) ?? '') + JSON.stringify(changes) + '\\n');
  },`);

/** `pnn`, `ip` and `takeover` in its directory are what it says and does. */
const ctdb = script(`
cd "\${0%/*}" || exit 1
echo "$*" >>calls
case "$*" in
pnn) cat pnn ;;
'-X ip') echo '|Public IP|Node|' && cat ip ;;
ipreallocate) sh ./takeover ;;
*) exit 1 ;;
esac`);

/** A node whose one public address is that of its loopback interface, with a stand-in for ctdb. */
class ReconciledNode {
  readonly node = new EventdNode();
  readonly #stub = join(this.node.base, 'stub');

  constructor(hosts = '|127.0.0.1|0|\n') {
    mkdirSync(this.#stub);
    plant(this.node.base, { public_addresses: '127.0.0.1/8 lo\n' });
    plant(this.#stub, { ctdb, pnn: '0\n', ip: hosts, takeover: ':\n' });
    this.node.plugin('70.listener', listener);
  }

  set(name: 'pnn' | 'ip' | 'takeover' | 'ctdb', text: string): void {
    writeFileSync(join(this.#stub, name), text);
  }

  calls(): readonly string[] {
    return readFileSync(join(this.#stub, 'calls'), 'utf8').trimEnd().split('\n');
  }

  /** Both streams in order, a line each. */
  async hook(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const { exitCode, all } = await this.start(words, environment);
    return { status: exitCode, lines: all.split('\n') };
  }

  start(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    return execa(hook, words, {
      env: {
        CTDB_TEST_MODE: '1',
        CTDB_BASE: this.node.base,
        CTDB: join(this.#stub, 'ctdb'),
        ...environment,
      },
      all: true,
      reject: false,
      stdin: 'ignore',
    });
  }
}

const wrong = '127.0.0.1: the ledger is wrong (ledger: not held, kernel: lo/8, ctdb: this node)';
const agreed = '1 public address, 1 on this node: ledger, kernel and ctdb agree';
const written = 'No event daemon runs: writing what the kernel has into the ledger';

test.each(['netlink', 'commands'])(
  'a wrong ledger is shown and left; --mend mends it (%s)',
  async (network) => {
    const node = new ReconciledNode();
    const environment = { CTDB_HOOK_NETWORK: network };
    const shown = { status: 2, lines: [wrong] };
    expect(await node.hook(['reconcile'], environment)).toEqual(shown);
    expect(await node.hook(['reconcile'], environment)).toEqual(shown);
    expect(await node.hook(['reconcile', '--mend'], environment)).toEqual({
      status: 0,
      lines: [wrong, written, agreed],
    });
    expect(await node.hook(['reconcile'], environment)).toEqual({ status: 0, lines: [agreed] });
    expect(await node.hook(['reconcile', '--mend'], environment)).toEqual({ status: 0, lines: [agreed] });
  },
);

test('where an event daemon runs, an ipreallocated in its turn mends the ledger, and plugins hear of it', async () => {
  const node = new ReconciledNode();
  await node.node.start();
  expect(await node.hook(['reconcile', '--mend'])).toEqual({
    status: 0,
    lines: [wrong, 'Raising ipreallocated, at which the ledger learns what the kernel has', agreed],
  });
  const told = node.node.read('told').trimEnd().split('\n');
  expect(told.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ taken: [{ iface: 'lo', ip: '127.0.0.1', maskBits: 8 }], any: true }),
  ]);
});

test('an ipreallocated that fails is told, and what is left is shown', async () => {
  const node = new ReconciledNode();
  plant(node.node.events, { '05.failing.script': script('exit 1') });
  await node.node.start();
  expect(await node.hook(['reconcile', '--mend'])).toEqual({
    status: 1,
    lines: [
      wrong,
      'Raising ipreallocated, at which the ledger learns what the kernel has',
      'ERROR: ipreallocated failed with 8: see ctdb event status legacy ipreallocated',
      wrong,
    ],
  });
});

test('told to stop while the event lasts, it ends at once and says what it did not do', async () => {
  const node = new ReconciledNode();
  plant(node.node.events, { '05.hanging.script': script(`touch ${node.node.path('hangs')}; sleep 300`) });
  await node.node.start();
  const reconciling = node.start(['reconcile', '--mend']);
  await expect.poll(() => existsSync(node.node.path('hangs'))).toBe(true);
  reconciling.kill('SIGTERM');
  const { exitCode, all } = await reconciling;
  expect(exitCode).toBe(1);
  expect(all).toContain('ERROR: No reply to RUN');
});

test('ctdbd corrects addresses: it is asked for a takeover run, and the differences that stay are shown', async () => {
  const node = new ReconciledNode('|127.0.0.1|1|\n|127.0.0.9|0|\n');
  const lines = [
    '127.0.0.1: left over on this node, the ledger is wrong (ledger: not held, kernel: lo/8, ctdb: node 1)',
    '127.0.0.9: missing on this node (ledger: not held, kernel: nowhere, ctdb: this node)',
  ];
  expect(await node.hook(['reconcile'])).toEqual({ status: 2, lines });
  expect(node.calls()).not.toContain('ipreallocate');
  const leftOver = '127.0.0.1: left over on this node (ledger: lo/8, kernel: lo/8, ctdb: node 1)';
  const asking = 'Asking ctdbd for a takeover run (ctdb ipreallocate)';
  expect(await node.hook(['reconcile', '--mend'])).toEqual({
    status: 2,
    lines: [...lines, asking, written, leftOver, lines[1]],
  });
  node.set('takeover', 'printf "|127.0.0.1|0|\\n" >ip\n');
  expect(await node.hook(['reconcile', '--mend'])).toEqual({
    status: 0,
    lines: [leftOver, lines[1], asking, agreed],
  });
  node.set('ip', '|127.0.0.1|1|\n');
  node.set('takeover', 'echo nobody leads >&2; exit 3\n');
  expect(await node.hook(['reconcile', '--mend'])).toEqual({
    status: 1,
    lines: [leftOver, asking, 'ERROR: ctdb ipreallocate exited with status 3: nobody leads', leftOver],
  });
});

test.each([
  ['exit 1', 'ctdb pnn exited with status 1'],
  [
    'echo 0; [ "$1" = pnn ] || { echo "no ctdbd"; echo really >&2; exit 2; }',
    'ctdb -X ip exited with status 2: really',
  ],
  ['echo many', 'ctdb pnn says "many\\n", expected the number of a node'],
])('where ctdb says nothing (%s) that is told, and the rest is compared', async (text, why) => {
  const node = new ReconciledNode();
  node.set('ctdb', `#!/bin/sh\n${text}\n`);
  const warning = `WARNING: not compared: ${why}`;
  const line = '127.0.0.1: the ledger is wrong (ledger: not held, kernel: lo/8)';
  expect(await node.hook(['reconcile'])).toEqual({ status: 1, lines: [line, warning] });
  expect(await node.hook(['reconcile', '--mend'])).toEqual({
    status: 1,
    lines: [line, warning, written, 'ledger and kernel agree', warning],
  });
});

test('where there is no ctdb that is told', async () => {
  const node = new ReconciledNode();
  expect((await node.hook(['reconcile'], { CTDB: 'no-such-ctdb' })).lines.at(-1)).toBe(
    'WARNING: not compared: ctdb pnn was not found: no-such-ctdb: command not found',
  );
});

const unkept =
  'not compared: the ledger, which nobody keeps: no plugin has heard of addresses since ctdbd started';
const withoutLedger = '1 public address, 1 on this node: kernel and ctdb agree';

test('a ledger that no plugin keeps is wrong about nothing: there is no plugin', async () => {
  const node = new ReconciledNode();
  chmodSync(join(node.node.events, '70.listener.ts'), 0o644);
  const shown = { status: 0, lines: [withoutLedger, unkept] };
  expect(await node.hook(['reconcile'])).toEqual(shown);
  expect(await node.hook(['reconcile', '--mend'])).toEqual(shown);
  node.set('ip', '|127.0.0.1|1|\n');
  expect(await node.hook(['reconcile'])).toEqual({
    status: 2,
    lines: ['127.0.0.1: left over on this node (kernel: lo/8, ctdb: node 1)', unkept],
  });
});

test('nor one that was kept for another ctdbd, until a plugin hears of addresses under this one', async () => {
  const node = new ReconciledNode();
  const isCtdbd = (pid: number): void => {
    plant(node.node.base, { 'run/ctdbd.pid': `${pid}\n` });
  };
  isCtdbd(process.pid);
  expect(await node.hook(['reconcile'])).toEqual({ status: 0, lines: [withoutLedger, unkept] });
  expect((await node.hook(['run', 'init'])).status).toBe(0);
  expect(await node.hook(['reconcile'])).toEqual({ status: 2, lines: [wrong] });
  isCtdbd(1);
  expect(await node.hook(['reconcile'])).toEqual({ status: 0, lines: [withoutLedger, unkept] });
  expect((await node.hook(['run', 'ipreallocated'])).status).toBe(0);
  expect(await node.hook(['reconcile'])).toEqual({ status: 0, lines: [agreed] });
});

test('what differs only in passing is not told', async () => {
  const node = new ReconciledNode();
  await node.hook(['reconcile', '--mend']);
  // The first answer is of a moment at which the address was still on its way here.
  node.set('ip', '|127.0.0.1|0|\n');
  node.set(
    'ctdb',
    `#!/bin/sh
cd "\${0%/*}" || exit 1
[ "$1" = pnn ] && { cat pnn; exit; }
echo '|Public IP|Node|'
if mkdir asked 2>/dev/null; then echo '|127.0.0.1|1|'; else cat ip; fi\n`,
  );
  expect(await node.hook(['reconcile'])).toEqual({ status: 0, lines: [agreed] });
});

test('a ledger that cannot be used is told, and kernel and ctdb are compared', async () => {
  const node = new ReconciledNode('|127.0.0.1|1|\n');
  rmSync(node.node.path('run'), { recursive: true });
  writeFileSync(node.node.path('run'), 'no directory');
  const { status, lines } = await node.hook(['reconcile']);
  expect(status).toBe(1);
  expect(lines).toContain('127.0.0.1: left over on this node (kernel: lo/8, ctdb: node 1)');
  expect(lines).toContain('WARNING: not compared: the ledger could not be read');
});

test.each([['--mended'], ['now']])('an option or a word that there is not is refused: %s', async (word) => {
  const { status, lines } = await new ReconciledNode().hook(['reconcile', word]);
  expect(status).toBe(1);
  expect(lines.join('\n')).toContain(word);
});
