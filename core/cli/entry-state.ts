import { basename } from 'node:path';
import type { Entry } from '../event-directory/entry.ts';
import { Untrusted } from '../files/trust.ts';
import { pluginFile } from '../run/plugin/entry-plugin.ts';
import { findLoadFault } from './find-load-fault.ts';

/** The state of an entry, in words. */
export interface EntryState {
  readonly state: string;
  readonly isWrong?: boolean;
}

/** Whether an entry is enabled, and if it is a plugin whether it can be run. */
export async function stateOf(entry: Entry): Promise<EntryState> {
  const replaces = entry.replaces === undefined ? '' : `, in place of ${basename(entry.replaces)}`;
  if (entry.disabled !== undefined) return { state: `disabled: ${entry.disabled}${replaces}` };
  if (entry.kind === 'script') return { state: `enabled${replaces}` };
  const refused = whyRefused(entry);
  if (refused !== undefined) return { state: `refused: ${refused}${replaces}`, isWrong: true };
  const found = await findLoadFault(entry);
  if (found === undefined) return { state: `enabled${replaces}` };
  const instead = found.isKept ? ', its last good version goes on' : '';
  return { state: `does not load${instead}: ${found.fault}${replaces}`, isWrong: true };
}

/** Why the plugin would not even be loaded. Loading it shows what else is wrong with it. */
function whyRefused(entry: Entry): string | undefined {
  try {
    pluginFile(entry);
    return undefined;
  } catch (error) {
    return error instanceof Untrusted ? error.message : undefined;
  }
}
