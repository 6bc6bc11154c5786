import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { HookNode, pluginText } from '../support/hook-node.ts';

const web = pluginText(
  `options: z.object({ WEB_PORT: option.wholeNumber(80, { min: 1, max: 65535 }), CTDB_WEB_LOG_LEVEL: option.text('') }),
  monitor: () => healthy,`,
  'definePlugin, healthy, option',
).replace("'ctdb-hook';", "'ctdb-hook';\nimport * as z from 'zod';");

/** A node with a plugin of an author and a built-in one, and these options. */
function nodeWith(options: Readonly<Record<string, string>>): HookNode {
  return new HookNode({
    '70.web.ts': { text: web, mode: 0o755 },
    '10.interface.ts': { target: join(packageRoot, 'plugins/10.interface/plugin.ts') },
    ...options,
  });
}

/** What `list` says of the entries. */
async function entriesOf(node: HookNode): Promise<string> {
  const { output } = await node.hook('list');
  return output.slice(output.indexOf('  10.interface'));
}

test('list says nothing of options that are right', async () => {
  const node = nodeWith({
    '70.web.options': 'WEB_PORT=8080\nSOMETHING_ELSE=1\nCTDB_WEB_OTHER=2\n',
    '10.interface.options': 'CTDB_PARTIALLY_ONLINE_INTERFACES=yes\n',
  });
  expect(await entriesOf(node)).toBe('  10.interface  plugin  enabled\n  70.web        plugin  enabled\n');
});

test('list says which options are wrong, before anything runs with them: file, line, value, what is expected', async () => {
  const node = nodeWith({
    '70.web.options': '# the web\nWEB_PORT=http\n',
    '10.interface.options': 'CTDB_PARTIALLY_ONLINE_INTERFACES=ja\n',
  });
  expect(await entriesOf(node)).toBe(`\
  10.interface  plugin  enabled
    ${node.events}/10.interface.options:1: CTDB_PARTIALLY_ONLINE_INTERFACES is "ja", expected yes or no
  70.web        plugin  enabled
    ${node.events}/70.web.options:2: WEB_PORT is "http", expected a whole number from 1 to 65535
`);
});

test('list says of a misspelt option of a plugin what it is likely to mean', async () => {
  const node = nodeWith({
    '70.web.options': 'CTDB_WEB_LOGLEVEL=debug\nCTDB_WEB_LOG_LEVLE=debug\n',
    '10.interface.options': 'CTDB_PARTIALY_ONLINE_INTERFACES=yes\n',
  });
  const base = node.events;
  expect(await entriesOf(node)).toBe(`\
  10.interface  plugin  enabled
    ${base}/10.interface.options:1: CTDB_PARTIALY_ONLINE_INTERFACES is no option of 10.interface: did you mean CTDB_PARTIALLY_ONLINE_INTERFACES?
  70.web        plugin  enabled
    ${base}/70.web.options:1: CTDB_WEB_LOGLEVEL is no option of 70.web: did you mean CTDB_WEB_LOG_LEVEL?
    ${base}/70.web.options:2: CTDB_WEB_LOG_LEVLE is no option of 70.web: did you mean CTDB_WEB_LOG_LEVEL?
`);
});

test('list says which options file cannot be read', async () => {
  const node = nodeWith({ '70.web.options': 'if true; then\n' });
  expect(await entriesOf(node)).toMatch(/^ {2}70\.web +plugin {2}enabled\n {4}\S*70\.web\.options\b.+\n/m);
});
