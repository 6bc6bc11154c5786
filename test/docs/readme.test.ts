import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventTableMarkdown } from '../../core/cli/event-table.ts';
import { compareViews } from '../../core/reconcile/compare.ts';
import { describeDifference } from '../../core/reconcile/describe.ts';
import { HookNode } from '../support/hook-node.ts';
import { plant, script } from '../support/temporary-directory.ts';
import { environmentVariables } from '../../core/help/environment-variables.ts';
import { metricTable } from '../../core/metrics/metric-table.ts';
import { ownFiles } from '../../core/help/own-files.ts';
import { shownCommands } from '../../core/commands/commands.ts';
import { codeBlocks, generatedPart, readme } from './readme.ts';

/** The plugin of plugins/README.md verbatim in an empty directory outside the repository, with nothing of npm's near it. */
function readmeNode() {
  const node = new HookNode();
  const [plugin = ''] = codeBlocks('ts', 'plugins/README.md');
  node.plugin('70.web', plugin);
  const stubs = join(node.base, 'stubs');
  mkdirSync(stubs);
  plant(stubs, { service: script('echo "service $*"'), pidof: script('[ "$1" = nginx ]') });
  return {
    node,
    with: (more = {}) => node.with({ PATH: `${stubs}:/usr/bin:/bin:/usr/sbin:/sbin`, ...more }),
  };
}

test('the README’s plugin runs by its link', async () => {
  const { node, with: run } = readmeNode();
  expect(await run().call('70.web', 'startup')).toMatchObject({ status: 0, output: 'service nginx start\n' });
  expect(await run().call('70.web', 'monitor')).toMatchObject({ status: 0, output: '' });
  node.configure('script.options', 'WEB_SERVICE=apache2\n');
  expect(await run().call('70.web', 'monitor')).toMatchObject({
    status: 1,
    output: 'ERROR: apache2 is not running\n',
  });
  node.plant({ '70.web.options': 'WEB_CHECK_PROCESS=no\n' });
  expect(await run().call('70.web', 'monitor')).toMatchObject({ status: 0, output: '' });
});

test('the README’s plugin acts once per takeover, by its link and in a run', async () => {
  const { node, with: run } = readmeNode();
  node.configure('public_addresses', '127.0.0.1/8 lo\n');
  const once = 'Serving 1 addresses more, 0 fewer\nservice nginx reload\n';
  expect(await run().call('70.web', 'ipreallocated')).toMatchObject({ status: 0, output: once });
  expect(await run().hook('run', 'ipreallocated')).toMatchObject({ status: 0, output: '' });
  chmodSync(join(node.events, '70.web.ts'), 0o755);
  await run().call('70.web', 'init');
  expect(await run().hook('run', 'ipreallocated')).toMatchObject({ status: 0, output: once });
});

test('the README’s event table is the one that ctdb-hook prints', async () => {
  const words = (table: string) => table.replaceAll(/ +|-{3,}/g, ' ');
  expect(words(generatedPart('events', 'plugins/README.md')).trim()).toBe(words(eventTableMarkdown()).trim());
  expect((await new HookNode().hook('events', '--markdown')).output).toBe(eventTableMarkdown());
});

test('the README’s difference is as ctdb-hook reconcile shows it', () => {
  const kernel = [{ ip: '10.0.0.2', iface: 'eth0', maskBits: 24 }];
  const ctdb = { pnn: 0, hosts: new Map([['10.0.0.2', 1]]) };
  const [difference] = compareViews({ ledger: [], kernel, ctdb });
  expect(difference && describeDifference(difference)).toBe(
    codeBlocks('text', 'bin/README.md')[0]?.trimEnd(),
  );
});

test('ctdb-hook events has a paragraph for each event', async () => {
  const { status, output } = await new HookNode().hook('events');
  expect(output).toContain('takeip INTERFACE IP MASKBITS\n');
  expect(output).toContain('updateip OLD-INTERFACE INTERFACE IP MASKBITS\n');
  expect(output.match(/^ {2}Raised/gm)).toHaveLength(12);
  expect(status).toBe(0);
});

test('the sample in plugins/README.md tells the third failure in a row', async () => {
  const [, , findBackup = '', backup = ''] = codeBlocks('ts', 'plugins/README.md');
  const { node, with: run } = readmeNode();
  node.plant({ 'backup/find-backup.ts': findBackup });
  node.plugin('75.backup', backup);
  plant(join(node.base, 'stubs'), { 'backup-status': script('echo "disk full"; exit 1') });
  const monitor = () => run().call('75.backup', 'monitor');
  expect([await monitor(), await monitor(), await monitor()]).toMatchObject([
    { status: 0, output: '' },
    { status: 0, output: '' },
    { status: 1, output: 'ERROR: backup failed 3 times: disk full\n' },
  ]);
});

test('an error is told as in plugins/README.md', async () => {
  const { node, with: run } = readmeNode();
  const setup = ['async setup() {', '// ...', 'await readList();', '}'].join('\n    ');
  node.plant({ 'backup/read-list.ts': readList });
  node.plugin(
    '76.list',
    `import { definePlugin } from 'ctdb-hook';\nimport { readList } from './backup/read-list.js';\nexport default definePlugin({ ${setup} });\n`,
  );
  const { output } = await run().call('76.list', 'setup');
  expect(output.replaceAll(node.events, '/etc/ctdb/events/legacy')).toBe(
    codeBlocks('text', 'plugins/README.md')[0],
  );
});

const readList = `export async function readList(): Promise<unknown> {
  try {
    const list = await Promise.resolve<any>('');

    // Text has no such function.
    return list.find('backup');
  } catch (cause) {
    throw new Error('no backup is known', { cause });
  }
}
`;

test('every command of ours that a document names exists', () => {
  const known = new Set<string>([...shownCommands.map(([name]) => name), '--help', '--version']);
  for (const document of ['README.md', 'bin/README.md', 'plugins/README.md']) {
    // In code, and not in prose: "ctdb-hook you", "ctdb-hook and".
    const text = readme(document);
    const blocks = [...text.matchAll(/```sh\n(.*?)```/gs)];
    const spans = [...text.replaceAll(/```.*?```/gs, '').matchAll(/`([^`]+)`/g)];
    const code = [...blocks, ...spans].map(([, each = '']) => each);
    const words = code.flatMap((each) =>
      [...each.matchAll(/\bctdb-hook ([a-z-]+|--\w+)\b/g)].map(([, word = '']) => word),
    );
    expect(words.length).toBeGreaterThan(0);
    expect(words.filter((word) => !known.has(word))).toEqual([]);
  }
});

/** The rows of the table in a section of bin/README.md, without marks. */
function tableOf(heading: string): string[][] {
  const [, section = ''] = readme('bin/README.md').split(`\n## ${heading}\n`);
  const lines = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(2).map((line) => line.slice(1, -1).split(' | ').map(unmarked));
}

const unmarked = (text: string): string => text.replaceAll(/[`_]/g, '').trim();

test.each([
  ['Files and directories', ownFiles],
  ['Environment', environmentVariables],
])('bin/README.md says in %s what the man page says', (heading, terms) => {
  expect(tableOf(heading)).toEqual(terms.map((row) => row.map(unmarked)));
});

test('bin/README.md has the exit statuses that the help of each command has', () => {
  const table = new Map(tableOf('Exit codes').map(([name = '', ...cells]) => [name, cells]));
  for (const [name, { statuses }] of shownCommands.filter(([each]) => each !== 'node')) {
    const said = table.get(`ctdb-hook ${name}`) ?? table.get('all others');
    expect(said).toEqual([0, 1, 2, 3].map((status) => unmarked(statuses[status] ?? '')));
  }
});

test('bin/README.md has each metric, as it is declared', () => {
  const declared = Object.entries(metricTable).map(([name, { kind, labels, what }]) =>
    [name, kind, labels.join(', '), what].map(unmarked),
  );
  const said = tableOf('Metrics and alarms').filter(([name = '']) => name.startsWith('ctdbhook'));
  expect(said).toEqual(declared);
});
