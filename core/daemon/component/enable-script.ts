import { chmodSync, constants, lstatSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';

import { results } from '../../eventd-protocol/messages.ts';
import { readComponent } from '../changed-files/read-component.ts';

/** The execute bits of owner, group and others. */
const executeBits = constants.S_IXUSR | constants.S_IXGRP | constants.S_IXOTH;

/** How a request to enable or disable ended. */
export interface Enabled {
  /**
   * One of `results`: `missing` if there is no entry of that name, `invalid` if the request cannot be met. CTDB's client
   * prints a line for these two results and for no other. This holds where the client asks the daemon: from 4.17 on it
   * changes files itself (`ReplacedScripts`).
   */
  readonly result: number;
  /** Why the request was refused. This is for the log, since the client gets the result only. */
  readonly refused?: string;
}

/**
 * Enables or disables an entry of a component by the execute bits of the file that runs: the plugin's, and not those of the
 * script that it replaces. A link is refused: others may use its target too, and a built-in plugin has no bits of its own
 * here.
 */
export function enableScript(directory: string, script: string, action: 'enable' | 'disable'): Enabled {
  const cannot = `cannot ${action} "${script}" in ${directory}`;
  const refuse = (why: string): Enabled => ({ result: results.invalid, refused: `${cannot}: ${why}` });
  if (!/^\d\d\../.test(script) || script.includes('/')) return refuse('expected NN.name');
  const path = pathOf(directory, script);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return { result: results.missing, refused: `${cannot}: there is no ${path}` };
  if (found.isSymbolicLink()) {
    const how = action === 'disable' ? 'remove the link to disable it' : 'it is enabled by being there';
    return refuse(`${path} is a link to ${readlinkSync(path)}: ${how}`);
  }
  if (!found.isFile()) return refuse(`${path} is no file`);
  const mode = found.mode & 0o7777;
  try {
    chmodSync(path, action === 'enable' ? mode | executeBits : mode & ~executeBits);
    return { result: results.ok };
  } catch (error) {
    return refuse(`the mode of ${path} cannot be changed: ${String((error as NodeJS.ErrnoException).code)}`);
  }
}

/** The file of the entry of this name. The name may end with `.script`, as people type it. */
function pathOf(directory: string, script: string): string {
  const name = script.replace(/\.script$/, '');
  const entry = readComponent(directory).entries.find((each) => each.name === name);
  if (entry?.kind === 'plugin' && basename(entry.path).startsWith(`${name}.`)) return entry.path;
  return entry?.path ?? join(directory, `${name}.script`);
}
