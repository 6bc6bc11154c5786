import { chmodSync, constants, lstatSync } from 'node:fs';
import { basename, join } from 'node:path';

import { results } from '../protocol/messages.ts';
import { readComponent } from './read-component.ts';

/** The execute bits of owner, group and others. */
const executeBits = constants.S_IXUSR | constants.S_IXGRP | constants.S_IXOTH;

/**
 * Enables or disables an entry of a component by its execute bits; a plugin that replaces a script goes before it.
 *
 * @returns one of `results`: `missing` if there is none of that name, `invalid` for a link (which is enabled and disabled by
 * `ctdb event script`, who makes and removes it), for a name that none can have, and if it cannot be changed.
 */
export function enableScript(directory: string, script: string, action: 'enable' | 'disable'): number {
  if (!/^\d\d\../.test(script) || script.includes('/')) return results.invalid;
  const path = pathOf(directory, script);
  const found = path === undefined ? undefined : lstatSync(path, { throwIfNoEntry: false });
  if (path === undefined || found === undefined) return results.missing;
  if (!found.isFile()) return results.invalid;
  try {
    chmodSync(
      path,
      action === 'enable' ? (found.mode & 0o7777) | executeBits : found.mode & 0o7777 & ~executeBits,
    );
    return results.ok;
  } catch {
    return results.invalid;
  }
}

/** The file of the entry of this name; with `.script` as well, as people type it. */
function pathOf(directory: string, script: string): string | undefined {
  const name = script.replace(/\.script$/, '');
  const entry = readComponent(directory).entries.find((each) => each.name === name);
  if (entry?.kind === 'plugin' && basename(entry.path).startsWith(`${name}.`)) return entry.path;
  return entry?.path ?? join(directory, `${name}.script`);
}
