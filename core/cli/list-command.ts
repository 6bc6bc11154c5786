import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { Entry } from '../entries/entry.ts';
import { pluginFile } from '../run/entry-plugin.ts';
import { directoryOptions, readChosenDirectory } from './event-directory-option.ts';
import { sayLine } from './output.ts';

/** `ctdb-hook list`: the entries in their order, and why one does not run. */
export function listCommand(words: string[]): number {
  const { values } = parseArgs({ args: words, options: directoryOptions });
  const { path, convention, entries, ignored } = readChosenDirectory(values);
  sayLine(`${path} (convention ${convention})`);
  const width = Math.max(0, ...entries.map(({ name }) => name.length));
  for (const entry of entries) sayLine(`  ${entry.name.padEnd(width)}  ${entry.kind}  ${stateOf(entry)}`);
  if (entries.length === 0) sayLine('  no plugins or scripts');
  if (ignored.length > 0) sayLine('Not run');
  for (const { path: file, why } of ignored) sayLine(`  ${basename(file)}: ${why}`);
  return 0;
}

function stateOf(entry: Entry): string {
  const replaces = entry.replaces === undefined ? '' : `, in place of ${basename(entry.replaces)}`;
  if (entry.disabled !== undefined) return `disabled: ${entry.disabled}${replaces}`;
  const refused = entry.kind === 'plugin' ? whyRefused(entry) : undefined;
  return refused === undefined ? `enabled${replaces}` : `refused: ${refused}${replaces}`;
}

/** Why the plugin would not even be loaded. */
function whyRefused(entry: Entry): string | undefined {
  try {
    pluginFile(entry);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
