import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { Entry } from '../entries/entry.ts';
import { pluginFile } from '../run/entry-plugin.ts';
import { directoryOptions, ownDirectory, readChosenDirectory } from './event-directory-option.ts';
import { sayLine } from './output.ts';
import { listStatuses, reportRunning } from './running-event-daemon.ts';

/**
 * `ctdb-hook list`: which event daemon runs, the entries in their order, and why one does not run. Of another directory than
 * the node's own it shows the entries alone.
 *
 * @returns one of `listStatuses`.
 */
export async function listCommand(words: string[]): Promise<number> {
  const { values } = parseArgs({ args: words, options: directoryOptions });
  const { path, convention, entries, ignored } = readChosenDirectory(values);
  const running = path === ownDirectory() ? await reportRunning(entries) : undefined;
  if (running !== undefined) for (const line of running.lines) sayLine(line);
  sayLine(`${path} (convention ${convention})`);
  const width = Math.max(0, ...entries.map(({ name }) => name.length));
  for (const entry of entries) sayLine(`  ${entry.name.padEnd(width)}  ${entry.kind}  ${stateOf(entry)}`);
  if (entries.length === 0) sayLine('  no plugins or scripts');
  if (ignored.length > 0) sayLine('Not run');
  for (const { path: file, why } of ignored) sayLine(`  ${basename(file)}: ${why}`);
  return running?.status ?? listStatuses.asListed;
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
