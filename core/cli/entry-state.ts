import { basename } from 'node:path';
import type { Entry } from '../event-directory/entry.ts';
import { Untrusted } from '../files/trust.ts';
import { pluginFile } from '../run/plugin/entry-plugin.ts';
import { tryToLoad } from '../check/try-to-load.ts';

/** The state of an entry, in words. */
export interface EntryState {
  readonly state: string;
  readonly isWrong?: boolean;
  /** What is wrong with its options, in lines. */
  readonly optionFaults?: readonly string[];
}

/** Whether an entry is enabled, and if it is a plugin whether it can be run. */
export async function stateOf(entry: Entry): Promise<EntryState> {
  const replaces = entry.replaces === undefined ? '' : `, in place of ${basename(entry.replaces)}`;
  if (entry.disabled !== undefined) return { state: `disabled: ${entry.disabled}${replaces}` };
  if (entry.kind === 'script') return { state: `enabled${replaces}` };
  const refused = whyRefused(entry);
  if (refused !== undefined) return { state: `refused: ${refused}${replaces}`, isWrong: true };
  const { fault, isKept, optionFaults = [] } = await tryToLoad(entry);
  if (fault !== undefined) {
    const instead = isKept ? ', its last good version goes on' : '';
    return { state: `does not load${instead}: ${fault}${replaces}`, isWrong: true };
  }
  return { state: `enabled${replaces}`, isWrong: optionFaults.length > 0, optionFaults };
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
