import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { options as ofInterface } from '../../plugins/10.interface/options.ts';
import { options as ofSamba } from '../../plugins/50.samba/options.ts';
import { options as ofNfs } from '../../plugins/60.nfs/options.ts';

/** The second column of the table of options, by the first. */
function documented(plugin: string): Readonly<Record<string, string>> {
  const readme = readFileSync(join(packageRoot, 'plugins', plugin, 'README.md'), 'utf8');
  const part = /^## Options\n(.*?)^## /ms.exec(readme)?.[1] ?? '';
  const rows = [...part.matchAll(/^\| `(\w+)` +\| (.*?) +\|/gm)];
  return Object.fromEntries(rows.map(([, name = '', value = '']) => [name, value]));
}

/** A default as an administrator would set it. */
const asSet = (value: unknown): string =>
  typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value).replace('/etc/ctdb', '$CTDB_BASE');

/** What stands for no value. */
const inWords: unknown = expect.stringMatching(/./);

test.each([
  ['10.interface', ofInterface],
  ['50.samba', ofSamba],
  ['60.nfs', ofNfs],
] as const)('the README of %s has every option that the plugin reads, and its default', (plugin, options) => {
  const defaults: Readonly<Record<string, unknown>> = options.parse({});
  const rows = documented(plugin);
  expect(Object.keys(rows).sort()).toEqual(Object.keys(options.shape).sort());
  for (const [name, row] of Object.entries(rows)) {
    const value = defaults[name] ?? '';
    expect({ name, row }).toEqual({ name, row: value === '' ? inWords : `\`${asSet(value)}\`` });
  }
});
